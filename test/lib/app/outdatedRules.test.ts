import { beforeEach, describe, expect, it } from 'vitest';
import { deliverNotice } from '../../../src/lib/app/deliverNotice.ts';
import { evaluateSite } from '../../../src/lib/app/evaluateSite.ts';
import { siteById } from '../../../src/lib/directory/placeOf.ts';
import type { NoticeMessage } from '../../../src/lib/store/queues.ts';
import { configOf, osloConfig } from '../../support/configOf.ts';
import { start } from '../../support/events.ts';
import { disconnected, Instance } from '../../support/instance.ts';

const partition = 'hub-fleet-01|site|oslo';
const oldRules = configOf(osloConfig.replaceAll('operators', 'nobody'), 1);
const newRules = configOf(osloConfig, 2);

let old: Instance;
let current: Instance;
let message: NoticeMessage;

/** A device is lost; an instance with the new rules has decided at 6m, and its notice waits. */
beforeEach(async () => {
  current = new Instance(newRules);
  old = new Instance(oldRules, current.rows);
  await current.receive(disconnected('oslo-0', start, 1));
  await current.at('6m').evaluate();
  const [{ delayMs: _delayMs, ...first } = { delayMs: 0, partition: '', askLogsFor: '' }] =
    current.deliveries.splice(0);
  message = first;
  old.at('6m11s');
  old.wakeUps.splice(0);
});

const view = async () => (await current.app.fleet.loadSite('hub-fleet-01', siteById(newRules, 'oslo'))).view;

describe('an instance with older rules', () => {
  it('decides nothing where newer ones have decided; its message comes again soon', async () => {
    const before = await view();
    await old.evaluate();
    expect(await view()).toEqual(before);
    expect([old.wakeUps, old.deliveries]).toEqual([[{ partition, delayMs: 3_000 }], []]);
  });

  it('delivers and drops nothing there', async () => {
    await old.deliver(message);
    expect(old.sent).toEqual([]);
    expect(old.deliveries).toEqual([{ ...message, delayMs: 3_000 }]);
    expect((await view()).notices).toMatchObject([{ state: 'pending', attempts: 0 }]);
  });

  it('asks the logs nothing there', async () => {
    const { incident } = message as Extract<NoticeMessage, { notice: string }>;
    const question = { partition, askLogsFor: incident };
    await old.deliver(question);
    expect([old.questions, old.deliveries]).toEqual([[], [{ ...question, delayMs: 3_000 }]]);
  });

  it('goes on with the newer ones when it can have them', async () => {
    const app = { ...old.app, latest: async () => ({ ...old.app, rules: newRules }) };
    await evaluateSite(app, { partition }, old.nowMs, old.log);
    await deliverNotice(app, message, old.nowMs, old.log);
    expect(old.sent.map(({ receiver }) => receiver)).toEqual(['operators']);
    expect((await view()).told.map(({ receiver, status }) => `${receiver} ${status}`)).toEqual([
      'operators told',
    ]);
  });

  it('leaves a look that newer rules ask for to those that have them, also where they have not decided yet', async () => {
    const quiet = new Instance(oldRules);
    await quiet.receive(disconnected('oslo-0', start, 1));
    quiet.at('6m').wakeUps.splice(0);
    const asked = { partition, rules: newRules.version };
    await quiet.evaluate(asked);
    expect(quiet.wakeUps).toEqual([{ ...asked, delayMs: 3_000 }]);
    expect(quiet.deliveries).toEqual([]);
  });

  it('that is told of newer ones by a message looks for them first', async () => {
    const asked: string[] = [];
    const app = {
      ...old.app,
      latest: async () => {
        asked.push('latest');
        return { ...old.app, rules: newRules };
      },
    };
    await evaluateSite(app, { partition, rules: newRules.version }, old.nowMs, old.log);
    await evaluateSite(app, { partition, rules: oldRules.version }, old.nowMs, old.log);
    // The second is asked for by the guard.
    expect(asked).toEqual(['latest', 'latest']);
  });

  it('that is told of newer ones by a message looks for them though nobody has decided by them yet', async () => {
    const fresh = new Instance(oldRules);
    await fresh.receive(disconnected('oslo-0', start, 1));
    const app = { ...fresh.app, latest: async () => ({ ...fresh.app, rules: newRules }) };
    await evaluateSite(app, { partition, rules: newRules.version }, start + 390_000, fresh.log);
    const { guard } = await fresh.app.fleet.loadSite('hub-fleet-01', siteById(newRules, 'oslo'));
    expect(guard?.record.rules).toEqual(newRules.version);
  });

  it('takes events in all the same', async () => {
    await old.receive(disconnected('oslo-1', start + 360_000, 1));
    expect((await view()).devices).toHaveLength(2);
  });
});

it('a delivery by newer rules notes them, so that nobody decides by older ones after it', async () => {
  const next = new Instance({ ...newRules, version: { atMs: 3, hash: 'c' } }, current.rows);
  await next.at('6m2s').deliver(message);
  expect(next.sent).toHaveLength(1);
  await current.at('6m13s').evaluate();
  expect(current.wakeUps.at(-1)).toEqual({ partition, delayMs: 3_000 });
});

it('an instance with newer rules notes them before it acts by them, though it has nothing new to say', async () => {
  const next = new Instance({ ...newRules, version: { atMs: 3, hash: 'c' } }, current.rows);
  await next.at('6m2s').evaluate({ partition, rules: next.app.rules.version });
  await current.at('6m13s').evaluate();
  expect(current.wakeUps.at(-1)).toEqual({ partition, delayMs: 3_000 });
});

it('an instance takes no older rules for the latest, though it finds them', async () => {
  const found = async (rules: typeof newRules) => {
    current.latestRules = async () => rules;
    return (await current.app.latest()).rules.version.atMs;
  };
  expect(await found(oldRules)).toBe(2);
  expect(await found({ ...newRules, version: { atMs: 3, hash: 'a' } })).toBe(3);
});
