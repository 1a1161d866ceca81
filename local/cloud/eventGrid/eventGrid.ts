import { z } from 'zod';
import { html } from '../../../src/lib/notify/html.ts';
import { answered, type InboxTab, verbatimText } from '../inboxTab.ts';
import { errorReply, type Reply } from '../reply.ts';
import { type CloudRequest, header } from '../request.ts';
import { createStandIn, type StandIn } from '../standIn.ts';

/** "Maximum event size: 1 MB", also of a batch (Event Grid quotas and limits, custom topics). */
const mostBytes = 1024 * 1024;

const audience = /^https:\/\/eventgrid\.azure\.net\/?$/;

/** CloudEvents 1.0: the attributes that are required, and the ones that readers are shown. */
const eventSchema = z.looseObject({
  specversion: z.literal('1.0'),
  id: z.string().min(1),
  source: z.string().min(1),
  type: z.string().min(1),
  subject: z.string().optional(),
  time: z.iso.datetime({ offset: true }).optional(),
  data: z.unknown().optional(),
});
const batchSchema = z.array(eventSchema);

const words: Readonly<Record<number, string>> = {
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'NotFound',
  413: 'RequestEntityTooLarge',
  429: 'TooManyRequests',
};

/**
 * Custom topics of Event Grid that take CloudEvents with tokens of an identity.
 * @param audienceOf what a token was issued for; null: it is none of ours
 */
export const createEventGrid = (
  audienceOf: (token: string, nowMs: number) => string | null,
): StandIn & { tab: InboxTab } => {
  const publish = (request: CloudRequest): Reply => {
    const token = /^Bearer (\S+)$/.exec(header(request, 'authorization') ?? '')?.[1] ?? '';
    if (!audience.test(audienceOf(token, request.nowMs) ?? '')) {
      return errorReply(401, 'Unauthorized', 'The request needs a token for https://eventgrid.azure.net.');
    }
    if (request.body.length > mostBytes) {
      return errorReply(413, 'RequestEntityTooLarge', `The batch is longer than ${mostBytes} bytes.`);
    }
    if (!(header(request, 'content-type') ?? '').startsWith('application/cloudevents-batch+json')) {
      return errorReply(400, 'BadRequest', 'This topic takes application/cloudevents-batch+json.');
    }
    let body: unknown;
    try {
      body = JSON.parse(request.body.toString('utf8'));
    } catch {
      return errorReply(400, 'BadRequest', 'The body is not JSON.');
    }
    return batchSchema.safeParse(body).success
      ? { status: 200 }
      : errorReply(400, 'BadRequest', 'This is not a list of CloudEvents 1.0.');
  };

  const standIn = createStandIn(
    'eventgrid',
    [{ path: '/eventgrid/{name}/api/events', maxBytes: 2 * mostBytes, answer: publish }],
    ({ status, error }) =>
      errorReply(
        status ?? 400,
        error ?? words[status ?? 400] ?? 'BadRequest',
        'The stand-in was told to fail.',
      ),
  );
  return {
    ...standIn,
    tab: {
      id: 'eventgrid',
      label: 'Event Grid',
      calls: standIn.calls,
      empty: 'No event yet. A receiver with eventGrid appears here.',
      draw: (calls) =>
        html`<ul class="list">${calls.map((call) => {
          const read = batchSchema.safeParse(call.body);
          const events = read.success ? read.data : [];
          return html`<li class="alert"><div class="meta">${call.name} · ${answered(call)}</div>
${events.map(
  ({ type, source, subject = '', time = '', data }) => html`<div class="subject">${type}</div>
<dl><dt>Source</dt><dd>${source}</dd><dt>Subject</dt><dd>${subject}</dd><dt>Time</dt><dd>${time}</dd></dl>
<details><summary class="meta">Data</summary><pre tabindex="0" aria-label="Data">${verbatimText(JSON.stringify(data, null, 2) ?? '')}</pre></details>`,
)}</li>`;
        })}</ul>`,
    },
  };
};
