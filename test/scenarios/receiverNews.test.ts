// `ops` hears once that a receiver cannot be told, and once that it can be again.
import { expect, it } from 'vitest';
import type { SendResult } from '../../src/lib/notify/channel.ts';
import { configOf } from '../support/configOf.ts';
import { Crew } from '../support/crew.ts';
import { start } from '../support/events.ts';
import { connected, disconnected, Instance } from '../support/instance.ts';
import { offsetMs } from '../support/offsetMs.ts';

const at = (offset: string) => start + offsetMs(offset);
const config = configOf(`
sites: [{ id: oslo, devices: ["oslo-*"] }]
receivers:
  page: { email: { to: [page@oslo.example] }, fallback: deputy, fallbackAfter: 5m }
  deputy: { email: { to: [deputy@oslo.example] } }
  duty: { email: { to: [duty@oslo.example] } }
routes: [{ to: [page] }, { match: { severity: [critical] }, to: [duty] }]
ops: duty`);

const refused: SendResult = { kind: 'failedPermanently', error: 'HTTP 400' };
const busy: SendResult = {
  kind: 'failedTemporarily',
  error: 'HTTP 503',
  retryAfterMs: null,
  outcomeUnknown: false,
  timedOut: false,
};

/** One of two devices falls at 1m and comes back at 20m; the other falls at 30m. */
async function outage(who: string, answer: SendResult, until: string) {
  const one = new Instance(config);
  const crew = new Crew(one);
  one.answer = ({ receiver }) => (receiver === who && one.nowMs < at(until) ? answer : { kind: 'sent' });
  await one.receive(connected('oslo-1', start, 1), connected('oslo-2', start, 1));
  await one.receive(disconnected('oslo-1', at('1m'), 2));
  await crew.until('20m');
  await one.receive(connected('oslo-1', at('20m'), 3));
  await crew.until('30m');
  await one.receive(disconnected('oslo-2', at('30m'), 2));
  await crew.until('60m');
  return one;
}

it.each<[string, SendResult, string, string[]]>([
  [
    'with its first final failure, and when it works again',
    refused,
    '10m',
    ['page cannot be reached: HTTP 400', 'page can be reached again'],
  ],
  [
    'when it has failed for as long as its fallback waits',
    busy,
    '15m',
    ['page cannot be reached: HTTP 503', 'page can be reached again'],
  ],
  ['not of a short trouble', busy, '8m', []],
])('%s', async (_, answer, until, told) => {
  const one = await outage('page', answer, until);
  expect(one.announced.map(({ summary }) => summary)).toEqual(told);
});

it('not about itself', async () => {
  expect((await outage('duty', refused, '10m')).announced).toEqual([]);
});

it('again when it did not arrive, and then no more', async () => {
  const one = new Instance(config);
  const crew = new Crew(one);
  const answers: SendResult[] = [busy, { ...busy, retryAfterMs: 150_000 }, { kind: 'sent' }];
  const heardAt: number[] = [];
  one.answerAnnouncement = () => {
    heardAt.push(Math.round((one.nowMs - start) / 60_000));
    return answers[heardAt.length - 1] ?? { kind: 'sent' };
  };
  one.answer = ({ receiver }) => (receiver === 'page' ? refused : { kind: 'sent' });
  await one.receive(connected('oslo-1', start, 1), connected('oslo-2', start, 1));
  await one.receive(disconnected('oslo-1', at('1m'), 2));
  await crew.until('30m');
  expect(heardAt).toEqual([6, 7, 10]);
  expect(new Set(one.announced.map(({ id }) => id)).size).toBe(1);
});
