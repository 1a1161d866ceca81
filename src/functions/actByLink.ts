import { app as functions, type HttpRequest, type InvocationContext } from '@azure/functions';
import { actByLink } from '../lib/app/actByLink.ts';
import { pathOf } from '../lib/app/openLink.ts';
import { isForeign } from '../lib/pages/html/formOrigin.ts';
import { createLog } from '../lib/telemetry/log.ts';
import { answerPage } from './pages.ts';

/** Characters of the largest form that our pages send, and more. */
export const mostFormBody = 50_000;

functions.http('actByLink', {
  methods: ['POST'],
  authLevel: 'anonymous',
  route: 'l/{token}/{action}',
  handler: (request: HttpRequest, context: InvocationContext) =>
    answerPage(context, async (app) => {
      const { token = '', action = '' } = request.params;
      const from = {
        origin: request.headers.get('origin'),
        fetchSite: request.headers.get('sec-fetch-site'),
      };
      if (isForeign(from, [request.url, app.publicUrl ?? request.url])) return { refusal: 'forbidden' };
      const body = await request.text();
      if (body.length > mostFormBody) return { refusal: 'invalid' };
      const fields = new URLSearchParams(body);
      const done = await actByLink(app, token, { action, fields }, app.now(), createLog(context));
      if (done.kind === 'refused') return { refusal: done.refusal };
      return { seeOther: `${pathOf(app.publicUrl, token)}?said=${done.said}` };
    }),
});
