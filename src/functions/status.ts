import type { HttpRequest, InvocationContext } from '@azure/functions';
import type { Access } from '../lib/access/access.ts';
import type { App } from '../lib/app/app.ts';
import { basePath } from '../lib/app/openLink.ts';
import { signInPage } from '../lib/pages/link/plainPages.ts';
import { statusPaths } from '../lib/status/place.ts';
import type { Reading } from '../lib/status/shell.ts';
import { admission, signInAddress } from './access.ts';
import { answers } from './answering.ts';
import type { HttpFunction } from './httpRoutes.ts';
import { answerPage, type Shown } from './pages.ts';

/** Somebody asks for a page of ours, or presses on it, and may. */
export type AskedPage = {
  readonly app: App;
  readonly request: HttpRequest;
  readonly context: InvocationContext;
  readonly access: Access;
  readonly reading: Reading;
};

/** Says how a page under `/status` answers. The host lets everybody in: who may see it is decided here. */
export function statusPage(name: HttpFunction, show: (asked: AskedPage) => Promise<Shown>): void {
  answers(name, (request, context) =>
    answerPage(context, async (given) => {
      const admitted = admission(given, request);
      if (admitted.kind === 'signIn') return { page: signInPage(signInAddress(request)), status: 403 };
      if (admitted.kind !== 'admitted') return { refusal: 'closed' };
      const app = await given.latest();
      const { access } = admitted;
      return show({ app, request, context, access, reading: readingOf(app, request, access) });
    }),
  );
}

function readingOf(app: App, request: HttpRequest, { name, sites }: Access): Reading {
  const base = basePath(app.publicUrl);
  const { pathname, search } = new URL(request.url);
  const from = `${pathname.startsWith(`${base}/`) ? '' : base}${pathname}${search}`;
  return { paths: statusPaths(base), from, name, whole: sites === null, nowMs: app.now() };
}

/** A parameter as a page's search sends it, at most so long. */
export function searched(request: HttpRequest, name: string, most = 128): string {
  return (request.query.get(name) ?? '').trim().slice(0, most);
}
