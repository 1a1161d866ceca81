import { beforeEach, describe, expect, it } from 'vitest';
import type { Diagnosis } from '../../../src/lib/diagnosis/diagnosis.ts';
import { siteById } from '../../../src/lib/directory/placeOf.ts';
import { rowKeys } from '../../../src/lib/store/keys.ts';
import type { NoticeMessage } from '../../../src/lib/store/queues.ts';
import { configOf, osloConfig } from '../../support/configOf.ts';
import { start } from '../../support/events.ts';
import { connected, disconnected, Instance } from '../../support/instance.ts';
import { offsetMs } from '../../support/offsetMs.ts';

const config = configOf(osloConfig);
const partition = 'hub-fleet-01|site|oslo';
const at = (text: string) => start + offsetMs(text);

let one: Instance;
let message: Extract<NoticeMessage, { notice: string }>;
let noticeId: string;

/** A device of three is lost at 1m; its notice waits at 7m. */
beforeEach(async () => {
  one = new Instance(config);
  await one.receive(...['oslo-0', 'oslo-1', 'oslo-2'].map((id) => connected(id, start, 1)));
  one.at('1m');
  await one.receive(disconnected('oslo-0', at('1m'), 2));
  await one.at('7m').evaluate();
  const [first] = one.deliveries.splice(0);
  if (!first || !('notice' in first)) throw new Error('no notice was made');
  const { delayMs: _delayMs, ...rest } = first;
  message = rest;
  noticeId = message.notice;
  one.takeCalls();
});

const loaded = () => one.app.fleet.loadSite('hub-fleet-01', siteById(config, 'oslo'));
const read = async () => (await loaded()).view;
/** Notices of the incidents that still live at the site and are not on their way any more. */
const pastNotices = async () =>
  [...(await loaded()).files.values()]
    .flatMap(({ file }) => file.notices)
    .filter(({ state }) => state !== 'pending');

it('sends what is true, and records sent and told in one transaction', async () => {
  await one.deliver(message);
  expect(one.sent).toMatchObject([{ noticeId, type: 'incident.opened', reason: 'outageBegan' }]);
  const view = await read();
  expect(view.notices).toEqual([]);
  expect(view.told).toMatchObject([{ status: 'told', facts: { down: ['oslo-0'] }, pendingNoticeId: null }]);
  expect(await pastNotices()).toMatchObject([{ noticeId, state: 'sent', attempts: 1, lastError: null }]);
});

it('tells the recovery of a device of which nobody but the receiver has heard', async () => {
  one.at('6m30s');
  await one.receive(disconnected('oslo-1', at('1m30s'), 2));
  await one.at('8m30s').evaluate();
  one.answer = () => {
    throw new Error('the process died');
  };
  await expect(one.deliver(message)).rejects.toThrow('died');
  expect(one.sent[0]?.counts).toMatchObject({ offline: 2 });
  // It is back before anybody looks at the site again.
  one.answer = () => ({ kind: 'sent' });
  await one.receive(connected('oslo-1', at('8m30s'), 3));
  await one.at('12m').deliver(message);
  const states = one.sent.at(-1)?.devices.map(({ deviceId, phase }) => `${deviceId} ${phase}`);
  expect(states).toEqual(['oslo-0 offline', 'oslo-1 online']);
  // It has been said, so it is no news.
  await one.at('20m').evaluate();
  await one.deliverAll();
  expect(one.sent).toHaveLength(2);
});

it('hands what an answer left behind to the next attempt and to the next notice', async () => {
  one.answer = () => ({
    kind: 'failedTemporarily',
    error: 'HTTP 503',
    retryAfterMs: null,
    outcomeUnknown: false,
    timedOut: false,
    handle: { kind: 'slack', ts: '1' },
  });
  await one.deliver(message);
  one.answer = () => ({ kind: 'sent' });
  await one.at('8m').deliver(message);
  await one.receive(connected('oslo-0', at('8m'), 3));
  await one.at('15m').evaluate();
  await one.deliverAll();
  const first = { kind: 'slack', ts: '1' };
  expect(one.handles).toEqual([null, first, first]);
});

it('leaves a receiver that has had too much alone for the notice’s own delay', async () => {
  one.answer = () => ({
    kind: 'failedTemporarily',
    error: 'HTTP 429',
    retryAfterMs: null,
    outcomeUnknown: false,
    timedOut: false,
    throttled: true,
  });
  await one.deliver(message);
  expect((await one.app.receiverStates.look('operators')).quietUntilMs).toBe(one.nowMs + 5_000);
});

it('sends a notice once, however often its message comes', async () => {
  for (let time = 0; time < 3; time++) await one.deliver(message);
  expect(one.sent).toHaveLength(1);
});

it('leaves a notice that another delivery has claimed, until the claim lapses', async () => {
  let release: (() => void) | undefined;
  one.answer = () => new Promise((resolve) => (release = () => resolve({ kind: 'sent' })));
  const first = one.deliver(message);
  while (one.sent.length === 0) await new Promise((resolve) => setImmediate(resolve));
  await one.deliver(message);
  expect(one.sent).toHaveLength(1);
  release?.();
  await first;
});

it('sends again under the same id when a delivery died with its claim', async () => {
  one.answer = () => {
    throw new Error('the process died');
  };
  await expect(one.deliver(message)).rejects.toThrow('died');
  one.answer = () => ({ kind: 'sent' });
  await one.at('7m25s').deliver(message);
  expect(one.sent).toHaveLength(1);
  await one.at('7m30s').deliver(message);
  expect(one.sent.map((message) => message.noticeId)).toEqual([noticeId, noticeId]);
});

it('is claimed by one of two deliveries that read it at once', async () => {
  await Promise.all([one.deliver(message), one.deliver(message)]);
  expect(one.sent).toHaveLength(1);
});

it('ignores a notice that is finished or never was, and asks nobody', async () => {
  await one.deliver({ ...message, notice: 'ntc_nobody' });
  expect(one.takeCalls()).toEqual(['get', 'range']);
});

it('refuses a message that names no site, with the message in the error', async () => {
  const lost = { ...message, partition: 'nowhere' };
  await expect(one.deliver(lost)).rejects.toThrow(JSON.stringify(lost));
});

describe('before it is sent', () => {
  it('is dropped when every device is back, and the history says why', async () => {
    one.at('7m');
    await one.receive(connected('oslo-0', at('7m'), 3));
    await one.at('7m1s').deliver(message);
    expect(one.sent).toEqual([]);
    expect(await pastNotices()).toMatchObject([
      { state: 'dropped', attempts: 0, lastError: 'every device was back before it could be told' },
    ]);
  });

  it('that is dropped has its site looked at, for the end of the incident', async () => {
    one.at('7m');
    await one.receive(connected('oslo-0', at('7m'), 3));
    one.wakeUps.splice(0);
    await one.at('7m1s').deliver(message);
    expect(one.wakeUps).toEqual([{ partition, delayMs: 0 }]);
  });

  it('gets the reason of the moment at which it is sent', async () => {
    await one.deliver(message);
    await one.at('8m').receive(disconnected('oslo-1', at('8m'), 2));
    await one.at('13m').evaluate();
    await one.at('13m').receive(connected('oslo-0', at('13m'), 3));
    const update = one.deliveries.splice(0).find((next) => 'notice' in next)!;
    expect((await read()).notices).toMatchObject([{ reason: 'severityRose' }]);
    await one.at('15m1s').deliver(update);
    expect(one.sent.at(-1)).toMatchObject({ type: 'incident.updated', reason: 'outageGrew' });
  });

  it('tells what has become true since it was decided', async () => {
    await one.at('2m').receive(disconnected('oslo-1', at('2m'), 2));
    await one.at('7m10s').evaluate();
    await one.at('8m').deliver(message);
    expect(one.sent[0]).toMatchObject({ counts: { offline: 2, known: 3 }, severity: 'critical' });
  });

  it('looks at the devices of its incident alone: who joins is told from the next evaluation on', async () => {
    await one.deliver(message);
    await one.at('8m').receive(disconnected('oslo-1', at('8m'), 2), disconnected('oslo-2', at('8m'), 2));
    await one.at('13m').evaluate();
    const update = one.deliveries.splice(0).find((next) => 'notice' in next)!;
    await one.at('13m10s').receive(connected('oslo-1', at('13m10s'), 3));
    one.takeCalls();
    await one.at('15m20s').deliver(update);
    // Another device is down than when the logs were asked: they are asked anew, about the site.
    const reads = ['get', 'range', 'get', 'range', 'getMany'];
    const claimAndOutcome = ['commit', 'commit'];
    // The site is noted for a moment that has come, which is written anew.
    const note = ['commit', 'get', 'commit', 'wake'];
    expect(one.takeCalls()).toEqual([...reads, ...claimAndOutcome, ...note]);
    expect(one.sent.at(-1)?.counts).toMatchObject({ offline: 2 });
  });

  it('looks again after the logs were asked, for that takes time', async () => {
    one.diagnose = async () => {
      one.at('7m10s');
      await one.receive(connected('oslo-0', at('7m5s'), 3));
      return { status: 'pending' } as Diagnosis;
    };
    await one.deliver(message);
    expect(one.sent).toEqual([]);
    expect((await pastNotices())[0]?.state).toBe('dropped');
  });
});

describe('an answer', () => {
  const temporary = {
    kind: 'failedTemporarily',
    error: 'HTTP 503',
    retryAfterMs: null,
    outcomeUnknown: false,
    timedOut: false,
  } as const;

  it('of not now brings the notice back later, with its error and its attempts', async () => {
    one.answer = () => temporary;
    await one.deliver(message);
    const [again] = one.deliveries;
    expect(again?.delayMs).toBeGreaterThanOrEqual(3_750);
    expect(again?.delayMs).toBeLessThanOrEqual(5_000);
    const view = await read();
    expect(view.notices).toMatchObject([
      { attempts: 1, lastError: 'HTTP 503', possiblyDelivered: null, leasedUntilMs: 0 },
    ]);
    expect(view.told).toMatchObject([{ status: 'untold', failingSinceMs: at('7m') }]);
  });

  it('of yes asks for a look at the site, for what has become news meanwhile', async () => {
    one.wakeUps.splice(0);
    await one.at('9m').deliver(message);
    expect(one.wakeUps).toMatchObject([{ partition }]);
    expect((await read()).told).toMatchObject([{ lastNoticeAtMs: at('9m') }]);
  });

  it('of yes to the end of one device asks for a look, so that it can go; to its beginning nothing follows', async () => {
    one = new Instance(configOf(osloConfig.replace('per: site', 'per: device')));
    await one.at('1m').receive(disconnected('oslo-0', at('1m'), 2));
    const looks: number[] = [];
    for (const when of ['7m', '11m']) {
      await one.at(when).evaluate();
      one.wakeUps.splice(0);
      await one.deliverAll();
      looks.push(one.wakeUps.length);
      await one.receive(connected('oslo-0', at('9m'), 3));
    }
    expect(one.sent.map(({ type }) => type)).toEqual(['incident.opened', 'incident.resolved']);
    expect(looks).toEqual([0, 1]);
  });

  it('of not now, again and again, counts from the first and closes no gate', async () => {
    one.answer = () => temporary;
    for (const minute of ['7m', '8m', '9m', '10m', '11m']) {
      await one.at(minute).deliver(message);
    }
    expect(one.sent).toHaveLength(5);
    expect((await read()).told).toMatchObject([{ failingSinceMs: at('7m') }]);
    const { bulkhead, pause } = one.app;
    expect(await bulkhead.enter('operators', one.nowMs, pause)).toEqual({ kind: 'admitted' });
  });

  it('of not now fails for good a day after the notice was made', async () => {
    one.answer = () => temporary;
    await one.deliver(message);
    await one.at('24h7m').deliver(message);
    expect(await pastNotices()).toMatchObject([{ state: 'failed', attempts: 2, lastError: 'HTTP 503' }]);
  });

  it('of not now asks for a look at the site, for its fallback', async () => {
    one.answer = () => temporary;
    await one.deliver(message);
    expect(one.wakeUps.at(-1)).toMatchObject({ partition, delayMs: 0 });
  });

  it('that asks for more time gets it, and a warning leaves what is critical two seconds', async () => {
    one.answer = () => ({ ...temporary, retryAfterMs: 120_000 });
    await one.deliver(message);
    expect(one.deliveries[0]?.delayMs).toBe(122_000);
    expect((await one.app.receiverStates.look('operators')).quietUntilMs).toBe(at('9m'));
    await one.at('8m58s').deliver(message);
    expect(one.sent).toHaveLength(1);
    await one.at('9m2s').deliver(message);
    expect(one.sent).toHaveLength(2);
  });

  it('that never came leaves it open whether the receiver has read it', async () => {
    one.answer = () => ({ ...temporary, outcomeUnknown: true, timedOut: true });
    await one.deliver(message);
    expect((await read()).notices).toMatchObject([{ possiblyDelivered: { down: ['oslo-0'] } }]);
  });

  it('that never came is made up for by the next: it takes back what the first may have said', async () => {
    one.answer = () => ({ ...temporary, outcomeUnknown: true, timedOut: true });
    await one.deliver(message);
    // Another device falls, the first one is back for good, and then the receiver answers.
    await one
      .at('7m30s')
      .receive(disconnected('oslo-1', at('7m30s'), 2), connected('oslo-0', at('7m30s'), 3));
    one.answer = () => ({ kind: 'sent' });
    await one.at('13m').evaluate();
    await one.deliver(message);
    const states = one.sent.at(-1)?.devices.map(({ deviceId, phase }) => `${deviceId} ${phase}`);
    expect(states).toEqual(['oslo-1 offline', 'oslo-0 online']);
    // It knows just that: the first one's next loss is news.
    expect((await read()).told).toMatchObject([{ status: 'told', facts: { down: ['oslo-1'] } }]);
  });

  it('of never fails the notice for good, and its fact is not repeated', async () => {
    one.answer = () => ({ kind: 'failedPermanently', error: 'HTTP 400' });
    await one.deliver(message);
    expect(await pastNotices()).toMatchObject([{ state: 'failed', attempts: 1, lastError: 'HTTP 400' }]);
    // Its site is looked at, for the fallback.
    expect(one.wakeUps.at(-1)).toEqual({ partition, delayMs: 0 });
    expect((await read()).told).toMatchObject([
      { status: 'untold', failedForGood: true, facts: { down: ['oslo-0'] } },
    ]);
    await one.at('8m').evaluate();
    expect(one.deliveries.filter((next) => 'notice' in next)).toEqual([]);
  });

  it('of never after one that never came leaves it open whether it knows: it hears the end', async () => {
    one.answer = () => ({ ...temporary, outcomeUnknown: true, timedOut: true });
    await one.deliver(message);
    one.answer = () => ({ kind: 'failedPermanently', error: 'HTTP 400' });
    await one.at('8m').deliver(message);
    expect((await read()).told).toMatchObject([{ status: 'told', failedForGood: true }]);
    one.deliveries.splice(0);
    await one.at('9m').receive(connected('oslo-0', at('9m'), 3));
    await one.at('11m').evaluate();
    one.answer = () => ({ kind: 'sent' });
    await one.deliverAll();
    expect(one.sent.at(-1)).toMatchObject({ type: 'incident.resolved', reason: 'recovered' });
  });

  it('of never to the end brings it back, as rarely as can be, until it is taken', async () => {
    await one.deliver(message);
    await one.at('9m').receive(connected('oslo-0', at('9m'), 3));
    await one.at('11m').evaluate();
    one.answer = () => ({ kind: 'failedPermanently', error: 'HTTP 400' });
    await one.deliverAll();
    const [again] = one.deliveries.splice(0);
    expect(again?.delayMs).toBe(900_000);
    // Its fallback is looked for at once.
    expect(one.wakeUps.at(-1)).toMatchObject({ partition, delayMs: 0 });
    await one.at('11m1s').evaluate();
    expect((await read()).told).toMatchObject([{ status: 'told', failedForGood: true }]);
    one.answer = () => ({ kind: 'sent' });
    await one.at('26m').deliver(again!);
    await one.evaluate();
    expect(one.sent.map(({ type }) => type)).toEqual([
      'incident.opened',
      'incident.resolved',
      'incident.resolved',
    ]);
    expect((await read()).incidents).toEqual([]);
  });

  it('of not now fails for good when its next attempt would be too late', async () => {
    one.answer = () => ({ ...temporary, retryAfterMs: 86_400_001 });
    await one.deliver(message);
    expect(await pastNotices()).toMatchObject([{ state: 'failed', lastError: 'HTTP 503' }]);
  });
});

it('of a receiver that hangs waits outside after three time-outs', async () => {
  one.answer = () => ({
    kind: 'failedTemporarily',
    error: 'timed out',
    retryAfterMs: null,
    outcomeUnknown: true,
    timedOut: true,
  });
  for (const minute of ['7m', '8m', '9m']) await one.at(minute).deliver(message);
  one.deliveries.splice(0);
  const notice = (await read()).notices[0]!;
  one.nowMs = notice.dueAtMs;
  // Its gate is closed for retryFirst; the third retry is due later, so close it by a fourth time-out now.
  await one.app.bulkhead.enter('operators', one.nowMs, one.app.pause);
  one.app.bulkhead.leave('operators', true, 60_000, one.nowMs);
  await one.deliver(message);
  expect(one.sent).toHaveLength(3);
  expect(one.deliveries).toEqual([{ ...message, delayMs: 60_000 }]);
  expect((await read()).notices).toMatchObject([{ attempts: 3, dueAtMs: one.nowMs + 60_000 }]);
});

it('that an evaluation drops in the moment it is claimed is told to the end all the same', async () => {
  const other = new Instance(config, one.rows);
  let evaluation: Promise<void> = Promise.resolve();
  let hold: (() => void) | undefined;
  // The evaluation reads, decides to drop the notice, and is held just before it writes.
  const aboutToWrite = new Promise<void>((reached) => {
    other.beforeCommit = (writes) => {
      if (hold || !writes.some((write) => write.key === rowKeys.guard)) return;
      reached();
      return new Promise((resolve) => (hold = resolve));
    };
  });
  one.beforeCommit = async (writes) => {
    if (!writes.some((write) => write.key === rowKeys.incident(message.incident))) return;
    one.beforeCommit = () => {};
    await other.at('7m').receive({ kind: 'DeviceDeleted', deviceId: 'oslo-0', atMs: at('7m') });
    evaluation = other.evaluate();
    await aboutToWrite;
  };
  one.answer = async () => {
    one.answer = () => ({ kind: 'sent' });
    hold?.();
    await evaluation;
    return { kind: 'sent' };
  };
  await one.deliver(message);
  for (const instance of [one, other]) await instance.at('7m10s').evaluate();
  await other.deliverAll();
  await one.deliverAll();
  const heard = [...one.sent, ...other.sent].map((message) => message.type);
  expect(heard).toEqual(['incident.opened', 'incident.resolved']);
});
