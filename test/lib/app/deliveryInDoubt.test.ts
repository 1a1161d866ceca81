// A delivery that waits, says something else than was decided, or does not know what has been read.
import { beforeEach, describe, expect, it } from 'vitest';
import { deliverySlots } from '../../../src/lib/app/createApp.ts';
import { watchHubs } from '../../../src/lib/app/watchHubs.ts';
import type { Diagnosis } from '../../../src/lib/diagnosis/diagnosis.ts';
import { siteById } from '../../../src/lib/directory/placeOf.ts';
import type { NoticeMessage } from '../../../src/lib/store/queues.ts';
import { configOf, osloConfig } from '../../support/configOf.ts';
import { hubResourceId, start } from '../../support/events.ts';
import { connected, disconnected, Instance } from '../../support/instance.ts';
import { offsetMs } from '../../support/offsetMs.ts';

const config = configOf(osloConfig);
const partition = 'hub-fleet-01|site|oslo';
const at = (text: string) => start + offsetMs(text);

const temporary = {
  kind: 'failedTemporarily',
  error: 'HTTP 503',
  retryAfterMs: null,
  outcomeUnknown: false,
  timedOut: false,
} as const;
const silence = { ...temporary, error: 'timed out', outcomeUnknown: true, timedOut: true } as const;

let one: Instance;
let message: NoticeMessage;

/** A device of three is lost at 1m; its notice waits at 7m. */
beforeEach(async () => {
  one = new Instance(config);
  await one.receive(...['oslo-0', 'oslo-1', 'oslo-2'].map((id) => connected(id, start, 1)));
  await one.at('1m').receive(disconnected('oslo-0', at('1m'), 2));
  await one.at('7m').evaluate();
  message = nextNotice();
});

/** The message of the notice that was decided just now. */
function nextNotice(): NoticeMessage {
  const found = one.deliveries.splice(0).find((next) => 'notice' in next);
  if (!found) throw new Error('no notice was made');
  const { delayMs: _delayMs, ...rest } = found;
  return rest;
}

const loaded = () => one.app.fleet.loadSite('hub-fleet-01', siteById(config, 'oslo'));
const read = async () => (await loaded()).view;
const pastNotices = async () =>
  [...(await loaded()).files.values()]
    .flatMap(({ file }) => file.notices)
    .filter(({ state }) => state !== 'pending');

describe('a notice', () => {
  it('gives its slot back when a delivery ends with a fault', async () => {
    one.answer = () => {
      throw new Error('the sender broke');
    };
    // A quarter of the slots; each claim has lapsed when the next delivery comes.
    for (let time = 0; time < deliverySlots / 4; time++) {
      one.nowMs = at('7m') + time * 60_000;
      await expect(one.deliver(message)).rejects.toThrow('broke');
    }
    const { bulkhead, pause } = one.app;
    expect(await bulkhead.enter('operators', one.nowMs, pause)).toEqual({ kind: 'admitted' });
  });

  it('waits while its receiver has all the slots that it may have: that is no failure of the receiver', async () => {
    const { bulkhead } = one.app;
    one.pause = async () => {};
    for (let slot = 0; slot < deliverySlots / 4; slot++)
      await bulkhead.enter('operators', one.nowMs, one.pause);
    await one.deliver(message);
    expect([one.sent, one.deliveries]).toEqual([[], [{ ...message, delayMs: 2_000 }]]);
    expect((await read()).told).toMatchObject([{ failingSinceMs: null }]);
  });

  it('waits, without an attempt, while its receiver has asked for quiet, and leaves what is critical two seconds: that counts as failing', async () => {
    await one.app.receiverStates.askQuiet('operators', at('17m'));
    one.wakeUps.splice(0);
    await one.deliver(message);
    expect([one.sent, one.deliveries]).toEqual([[], [{ ...message, delayMs: 602_000 }]]);
    const { told, notices } = await read();
    expect(notices).toMatchObject([{ attempts: 0, dueAtMs: at('17m2s') }]);
    // Its site is looked at, for the fallback.
    expect([told[0]?.failingSinceMs, one.wakeUps]).toEqual([at('7m'), [{ partition, delayMs: 0 }]]);
  });

  it('waits too when the quiet was asked for while it was being made', async () => {
    one.diagnose = async () => {
      one.at('7m10s');
      await one.app.receiverStates.askQuiet('operators', at('17m10s'));
      return { status: 'pending' } as Diagnosis;
    };
    await one.deliver(message);
    expect([one.sent, one.deliveries.at(-1)]).toEqual([[], { ...message, delayMs: 602_000 }]);
  });

  it('that was put off is not sent before it is due, however often its message comes', async () => {
    one.answer = () => temporary;
    await one.deliver(message);
    await one.at('7m3s').deliver(message);
    expect(one.sent).toHaveLength(1);
  });

  it('that is put off again and again waits twice as long each time', async () => {
    one.answer = () => temporary;
    const delays: (number | undefined)[] = [];
    for (const minute of ['7m', '8m', '9m']) {
      await one.at(minute).deliver(message);
      delays.push(one.deliveries.pop()?.delayMs);
    }
    expect(delays).toEqual([5_000, 10_000, 20_000]);
  });
});

describe('what is said by a notice', () => {
  it('is an update when there is more to say than the reminder that was decided', async () => {
    await one.deliver(message);
    await one.at('8m').receive(disconnected('oslo-1', at('8m'), 2));
    await one.at('13m').evaluate();
    await one.deliverAll();
    await one.at('4h13m').evaluate();
    const reminder = nextNotice();
    expect((await read()).notices).toMatchObject([{ kind: 'reminder' }]);
    await one.at('4h14m').receive(connected('oslo-1', at('4h14m'), 3));
    await one.at('4h16m').deliver(reminder);
    expect(one.sent.at(-1)).toMatchObject({ type: 'incident.updated', reason: 'partlyRecovered' });
  });

  it('of an end is as it was decided, though its device has fallen again since', async () => {
    await one.deliver(message);
    await one.at('9m').receive(connected('oslo-0', at('9m'), 3));
    await one.at('11m').evaluate();
    const end = nextNotice();
    await one.at('11m30s').receive(disconnected('oslo-0', at('11m30s'), 4));
    await one.at('17m').deliver(end);
    expect(one.sent.at(-1)).toMatchObject({ type: 'incident.resolved', devices: [{ phase: 'online' }] });
  });

  it('that is dropped after an attempt without an answer leaves what it may have said for told', async () => {
    await one.deliver(message);
    await one.at('8m').receive(disconnected('oslo-1', at('8m'), 2));
    await one.at('13m').evaluate();
    const update = nextNotice();
    one.answer = () => ({ ...silence });
    await one.deliver(update);
    await one.at('14m').receive(connected('oslo-1', at('14m'), 3));
    one.answer = () => ({ kind: 'sent' });
    await one.at('16m10s').deliver(update);
    expect((await pastNotices()).at(-1)).toMatchObject({ state: 'dropped' });
    expect((await read()).told).toMatchObject([{ facts: { down: ['oslo-0', 'oslo-1'] } }]);
  });

  it('that was not answered twice leaves it open which of the two has been read', async () => {
    one.answer = () => silence;
    await one.deliver(message);
    await one
      .at('7m30s')
      .receive(disconnected('oslo-1', at('7m30s'), 2), connected('oslo-0', at('7m30s'), 3));
    await one.at('13m').evaluate();
    await one.deliver(message);
    const [notice] = (await read()).notices;
    expect(notice?.possiblyDelivered).toMatchObject({ down: ['oslo-0', 'oslo-1'] });
  });
});

it('the first notice of a hub’s loss is dropped when its count is back before it is sent', async () => {
  const watching = configOf(
    `${osloConfig}hubs: [{ resourceId: "${hubResourceId}", dropShare: 10%, dropAtLeast: 2 }]\n`,
  );
  const two = new Instance(watching);
  const lost = (atMs: number) => atMs >= at('30m') && atMs < at('51m');
  two.hubMetrics = {
    connectedDevices: async (_id, fromMs, toMs) => ({
      kind: 'points',
      points: Array.from({ length: Math.floor((toMs - fromMs) / 60_000) }, (_, minute) => {
        const atMs = fromMs + minute * 60_000;
        return { atMs, average: lost(atMs) ? 20 : 40 };
      }),
    }),
  };
  for (const when of ['40m', '45m', '50m']) await watchHubs(two.at(when).app, two.nowMs, two.log);
  await two.evaluate({ partition: 'hub-fleet-01|hub|hub-fleet-01' });
  const opening = two.deliveries.splice(0);
  expect(opening).toHaveLength(1);
  await watchHubs(two.at('60m').app, two.nowMs, two.log);
  await two.deliver(opening[0]!);
  expect(two.sent).toEqual([]);
});

it('a notice to a receiver that newer rules do not know is left to the evaluation, which says so', async () => {
  const rules = configOf(osloConfig.replaceAll('operators', 'others'), 1);
  const two = new Instance(rules, one.rows).at('7m');
  await two.deliver(message);
  expect(two.sent).toEqual([]);
  expect((await read()).notices).toMatchObject([{ state: 'pending', attempts: 0 }]);
});
