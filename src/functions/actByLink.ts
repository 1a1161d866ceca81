import type { HttpRequest, InvocationContext } from '@azure/functions';
import { actByLink } from '../lib/app/actByLink.ts';
import { pathOf } from '../lib/app/openLink.ts';
import { createLog } from '../lib/telemetry/log.ts';
import { answers } from './answering.ts';
import { formOf } from './form.ts';
import { answerPage } from './pages.ts';

answers('actByLink', (request: HttpRequest, context: InvocationContext) =>
  answerPage(context, async (app) => {
    const { token = '', action = '' } = request.params;
    const form = await formOf(request, app);
    if ('refusal' in form) return form;
    const done = await actByLink(app, token, { action, fields: form.fields }, app.now(), createLog(context));
    if (done.kind === 'refused') return { refusal: done.refusal };
    return { seeOther: `${pathOf(app.publicUrl, token)}?said=${done.said}` };
  }),
);
