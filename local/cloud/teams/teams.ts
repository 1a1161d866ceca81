import { html } from '../../../src/lib/notify/html.ts';
import { answered, type InboxTab } from '../inboxTab.ts';
import { errorReply, type Reply } from '../reply.ts';
import type { CloudRequest } from '../request.ts';
import { createStandIn, type StandIn } from '../standIn.ts';
import { cardIn } from './card.ts';
import { createCardPages } from './cardPage.ts';

/** Teams posts no message that is longer (Microsoft's page "Limits and specifications for Teams", messages). */
const mostBytes = 28 * 1024;

const shown = 50;

/** A flow with the trigger "When a Teams webhook request is received", and the channel that it posts to. */
export const createTeams = (): StandIn & { tab: InboxTab } => {
  const begin = (request: CloudRequest): Reply => {
    if (request.body.length > mostBytes) {
      return errorReply(413, 'RequestEntityTooLarge', `The message is longer than ${mostBytes} bytes.`);
    }
    let body: unknown;
    try {
      body = JSON.parse(request.body.toString('utf8'));
    } catch {
      return errorReply(400, 'InvalidRequestContent', 'The body is not JSON.');
    }
    return cardIn(body) === null
      ? errorReply(400, 'InvalidRequestContent', 'There is no Adaptive Card in the body.')
      : { status: 202 };
  };

  const standIn = createStandIn(
    'teams',
    [{ path: '/teams/{name}', maxBytes: 1024 * 1024, answer: begin }],
    ({ status, error }) =>
      errorReply(status ?? 400, error ?? 'TriggerInputSchemaMismatch', 'The stand-in was told to fail.'),
  );
  return {
    ...standIn,
    routes: [...standIn.routes, ...createCardPages(standIn.calls)],
    tab: {
      id: 'teams',
      label: 'Teams',
      calls: standIn.calls,
      empty: 'No card yet. A receiver with teams appears here.',
      draw: () =>
        html`<ul class="list">${standIn.calls.newest(shown).map(
          ({ sequence, item }) => html`<li class="alert">
<div class="meta">${item.name} · <time datetime="${item.receivedAt}">${item.receivedAt.slice(11, 19)}</time> UTC · ${answered(item)}</div>
${cardIn(item.body) === null ? html`<p>There is no card in it.</p>` : html`<iframe title="The card as Teams draws it" src="/inbox/teams/${sequence}" style="min-height:160px"></iframe>`}</li>`,
        )}</ul>`,
    },
  };
};
