import type { HttpResponseInit, InvocationContext } from '@azure/functions';
import type { App } from '../lib/app/app.ts';
import { app } from '../lib/app/createApp.ts';
import type { Page } from '../lib/pages/html/layout.ts';
import { pageAnswer, seeOther } from '../lib/pages/html/pageAnswer.ts';
import { type Refusal, refusalPage, refusalStatus } from '../lib/pages/link/plainPages.ts';
import { createLog } from '../lib/telemetry/log.ts';

/** What a browser gets: a page, another page of ours to go to, or in words why there is none. */
export type Shown =
  | { readonly page: Page; readonly status?: number }
  | { readonly answer: HttpResponseInit }
  | { readonly seeOther: string }
  | { readonly refusal: Refusal };

/** Answers a browser; with 503, in words, where there is no app or its storage does not answer. The log has the reason. */
export async function answerPage(
  context: InvocationContext,
  show: (ready: App) => Promise<Shown>,
): Promise<HttpResponseInit> {
  const startedAtMs = performance.now();
  const shown = await app()
    .then(show)
    .catch((error: unknown): Shown => {
      createLog(context).error('page not shown', { because: String(error) });
      return { refusal: 'unavailable' };
    });
  const tookMs = performance.now() - startedAtMs;
  if ('seeOther' in shown) return seeOther(shown.seeOther, tookMs);
  if ('answer' in shown) return shown.answer;
  if ('page' in shown) return pageAnswer(shown.status ?? 200, shown.page, tookMs);
  return pageAnswer(refusalStatus[shown.refusal], refusalPage(shown.refusal), tookMs);
}
