import { callApi, type RunningApp } from '../api/callApi.ts';
import type { AppFacts, ResponderAnswer } from './facts.ts';

const timeoutMs = 10_000;

/** Asks the running app how it is. */
export async function readApp(app: RunningApp): Promise<AppFacts> {
  const url = app.url.origin;
  const health = await fetch(new URL('/api/health', app.url), {
    redirect: 'error',
    signal: AbortSignal.timeout(timeoutMs),
  }).then(
    async (answer) => {
      await answer.body?.cancel();
      return answer.status;
    },
    () => null,
  );
  if (health !== 200) return { url, health, responder: { because: 'the app is not ready' } };
  const answer = await callApi(app, 'GET', '/api/responder');
  if (!answer.ok)
    return { url, health, responder: { because: answer.because[0] ?? 'the app does not tell' } };
  return { url, health, responder: (answer.value ?? {}) as ResponderAnswer };
}
