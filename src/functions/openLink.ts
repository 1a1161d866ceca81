import type { HttpRequest, InvocationContext } from '@azure/functions';
import { linkViewOf } from '../lib/app/linkView.ts';
import { openLink } from '../lib/app/openLink.ts';
import { linkPage } from '../lib/pages/link/linkPage.ts';
import { readSaid } from '../lib/pages/link/saidCodes.ts';
import { answers } from './answering.ts';
import { answerPage } from './pages.ts';

answers('openLink', (request: HttpRequest, context: InvocationContext) =>
  answerPage(context, async (app) => {
    const nowMs = app.now();
    const opened = await openLink(app, request.params.token ?? '', nowMs);
    if (opened.kind !== 'open') return { refusal: opened.kind };
    return { page: linkPage(await linkViewOf(opened.open, readSaid(request.query.get('said')), nowMs)) };
  }),
);
