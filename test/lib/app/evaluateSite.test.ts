import { beforeEach, describe, expect, it } from 'vitest';
import { siteById } from '../../../src/lib/directory/placeOf.ts';
import { rowKeys } from '../../../src/lib/store/keys.ts';
import { configOf, osloConfig } from '../../support/configOf.ts';
import { start } from '../../support/events.ts';
import { connected, disconnected, Instance } from '../../support/instance.ts';
import { offsetMs } from '../../support/offsetMs.ts';

const config = configOf(osloConfig);
const partition = 'hub-fleet-01|site|oslo';
const at = (text: string) => start + offsetMs(text);

let one: Instance;
beforeEach(async () => {
  one = new Instance(config);
  await one.receive(...['oslo-0', 'oslo-1', 'oslo-2'].map((id) => connected(id, start, 1)));
});

const oslo = { hub: 'hub-fleet-01', kind: 'site', id: 'oslo' } as const;
const summary = async () => (await one.app.list.read(oslo)).summary?.record ?? null;
const touch = async () => (await one.app.list.read(oslo)).touch?.record ?? null;

async function lose(deviceId: string, when: string): Promise<void> {
  await one.at(when).receive(disconnected(deviceId, at(when), 2));
  one.takeCalls();
  one.wakeUps.splice(0);
}

it('of a quiet site reads twice, and writes nothing once its guard knows the rules', async () => {
  await one.at('1m').evaluate();
  one.takeCalls();
  await one.at('2m').evaluate();
  expect(one.takeCalls()).toEqual(['getMany', 'range']);
  expect(one.wakeUps).toEqual([]);
});

it('sends the next wake-up for the end of the hold when it came too early', async () => {
  await lose('oslo-0', '1m');
  const other = new Instance(config, one.rows);
  await other.at('2m').evaluate();
  expect(other.wakeUps).toEqual([{ partition, delayMs: 240_000 }]);
  expect(other.deliveries).toEqual([]);
});

it('of a message that is left over looks at the list alone', async () => {
  await lose('oslo-0', '1m');
  await one.at('6m').evaluate();
  one.takeCalls();
  await one.at('6m28s').evaluate();
  expect(one.takeCalls()).toEqual(['getMany']);
  await one.at('6m29s').evaluate();
  expect(one.takeCalls()).toContain('range');
});

it('does not send again what this instance has sent for that moment', async () => {
  await one.at('1m').receive(disconnected('oslo-0', at('1m'), 2));
  await one.at('2m').evaluate();
  expect(one.wakeUps).toHaveLength(1);
});

it('sends the message of each new notice, after its row is written', async () => {
  await lose('oslo-0', '1m');
  await one.at('7m').evaluate();
  const calls = one.takeCalls();
  expect(calls.lastIndexOf('commit')).toBeGreaterThan(-1);
  expect(calls.indexOf('deliver')).toBeGreaterThan(calls.indexOf('commit'));
  expect(one.deliveries).toMatchObject([{ partition, delayMs: 0 }]);
});

it('sends the message of a notice again when it died before', async () => {
  await lose('oslo-0', '1m');
  const dying = new Instance(config, one.rows);
  dying.app.queues.deliver = async () => {
    throw new Error('the process died');
  };
  await expect(dying.at('7m').evaluate()).rejects.toThrow('died');
  await one.at('7m5s').evaluate();
  expect(one.deliveries).toEqual([]);
  await one.at('7m15s').evaluate();
  expect(one.deliveries).toHaveLength(1);
});

it('clears what a crash has left beside no incident, though it has nothing else to do', async () => {
  const orphan = rowKeys.members('inc_nobody', 0);
  await one.rows.commit(partition, [{ kind: 'put', key: orphan, data: '{}' }]);
  await one.at('1m').evaluate();
  expect(one.rows.keys()).not.toContain(orphan);
});

it('begins again when another evaluation was faster, and says nothing twice', async () => {
  await lose('oslo-0', '1m');
  const other = new Instance(config, one.rows);
  one.beforeCommit = async (writes) => {
    if (!writes.some((write) => write.key === rowKeys.guard)) return;
    one.beforeCommit = () => {};
    await other.at('7m').evaluate();
  };
  await one.at('7m').evaluate();
  expect([one.deliveries.length, other.deliveries.length]).toEqual([0, 1]);
});

it('decides itself what an evaluation that was faster could not decide yet', async () => {
  await lose('oslo-0', '1m');
  const other = new Instance(config, one.rows);
  one.beforeCommit = async (writes) => {
    if (!writes.some((write) => write.key === rowKeys.guard)) return;
    one.beforeCommit = () => {};
    // Its clock is a minute behind: groupWait has not run.
    await other.at('6m').evaluate();
  };
  await one.at('7m').evaluate();
  expect([one.deliveries.length, other.deliveries.length]).toEqual([1, 0]);
});

it.each([{ partition: 'nowhere' }, {}, null, 'text', 7, { partition: null }, { partition: { a: 1 } }])(
  'of %j throws, naming the message, for the poison queue',
  async (message) => {
    await expect(one.evaluate(message as { partition: string })).rejects.toThrow(JSON.stringify(message));
  },
);

describe('the list of sites', () => {
  it('says when the site is due next: by an event, then by the evaluation', async () => {
    await lose('oslo-0', '1m');
    expect([await touch(), await summary()]).toEqual([{ dueAtMs: at('6m') }, null]);
    await one.at('6m').evaluate();
    expect(await touch()).toBeNull();
    expect(await summary()).toMatchObject({
      dueAtMs: at('6m30s'),
      needsMessage: false,
      counts: { known: 3, offline: 1, flapping: 0, away: 1 },
    });
  });

  it('leaves what is far off to the sweep, without a message', async () => {
    await lose('oslo-0', '1m');
    await one.at('6m30s').evaluate();
    await one.deliverAll();
    one.wakeUps.splice(0);
    // Beyond the four questions to the logs there is nothing before the reminder.
    for (const minute of ['7m30s', '9m30s', '16m30s', '26m30s']) {
      await one.at(minute).evaluate();
      await one.deliverAll();
    }
    one.wakeUps.splice(0);
    await one.at('30m').evaluate();
    expect(one.wakeUps).toEqual([]);
    expect(await summary()).toMatchObject({ dueAtMs: at('4h6m30s'), needsMessage: true });
  });

  it('counts who is gone before its hold is over', async () => {
    await lose('oslo-0', '1m');
    await one.at('2m').evaluate();
    expect(await summary()).toMatchObject({ dueAtMs: at('6m'), counts: { known: 3, offline: 0, away: 1 } });
  });

  it('keeps a quiet site of which a device is gone, for the watch of its hub', async () => {
    await one.at('1m').receive({ kind: 'DeviceDeleted', deviceId: 'oslo-0', atMs: at('1m') });
    await one.at('2m').evaluate();
    expect(await summary()).toMatchObject({ dueAtMs: null, counts: { known: 2, away: 1 } });
    expect(await one.app.list.awayOfHub('hub-fleet-01')).toBe(1);
  });

  it('loses a quiet site with the moment for which an event noted it', async () => {
    await lose('oslo-0', '1m');
    await one.at('1m20s').receive(connected('oslo-0', at('1m20s'), 3));
    await one.at('1m30s').evaluate();
    expect([await touch(), await summary()]).toEqual([{ dueAtMs: at('6m') }, null]);
    await one.at('6m').evaluate();
    expect([await touch(), await summary()]).toEqual([null, null]);
  });

  it('keeps the site when an event touches it while it is being looked at', async () => {
    await lose('oslo-0', '1m');
    await one.at('3m').receive(connected('oslo-0', at('3m'), 3));
    const other = new Instance(config, one.rows);
    one.beforeCommit = async (writes) => {
      if (!writes.some((write) => write.kind === 'remove')) return;
      one.beforeCommit = () => {};
      await other.at('10m').receive(disconnected('oslo-1', at('10m'), 2));
    };
    await one.at('10m').evaluate();
    // It is noted for a moment that has come, so the sweep finds it at once, and the next look notes its hold.
    expect(await touch()).toEqual({ dueAtMs: at('6m') });
    await one.evaluate();
    expect([await touch(), (await summary())?.dueAtMs]).toEqual([null, at('15m')]);
  });

  it('shows what is open, and nothing of it when it is over', async () => {
    await lose('oslo-0', '1m');
    await one.at('6m').evaluate();
    expect(await one.app.list.openItems()).toMatchObject([
      { status: 'open', counts: { offline: 1, known: 3 } },
    ]);
    await one.at('6m10s').receive(connected('oslo-0', at('6m10s'), 3));
    await one.at('8m10s').evaluate();
    expect(await one.app.list.openItems()).toEqual([]);
    expect(one.sent).toEqual([]);
  });
});

describe('a device that the configuration gives to another site', () => {
  const moved = configOf(
    osloConfig.replace('sites:', 'sites:\n  - { id: bergen, name: Bergen, devices: ["oslo-0"] }'),
  );

  it('goes there with all that is known of it, and its new site is looked at', async () => {
    await lose('oslo-0', '1m');
    const next = new Instance(moved, one.rows);
    await next.at('2m').evaluate();
    const bergen = await next.app.fleet.loadSite('hub-fleet-01', siteById(moved, 'bergen'));
    expect(bergen.view.devices).toMatchObject([{ deviceId: 'oslo-0', phase: 'suspect', lostAtMs: at('1m') }]);
    const oslo = await next.app.fleet.loadSite('hub-fleet-01', siteById(moved, 'oslo'));
    expect(oslo.view.devices.map((device) => device.deviceId)).toEqual(['oslo-1', 'oslo-2']);
    expect(next.wakeUps).toContainEqual({ partition: 'hub-fleet-01|site|bergen', delayMs: 0 });
  });

  it('is counted once among those that are gone', async () => {
    await lose('oslo-0', '1m');
    const two = new Instance(moved, one.rows).at('2m');
    await two.evaluate({ partition, rules: moved.version });
    await two.evaluate({ partition: 'hub-fleet-01|site|bergen' });
    expect(await two.app.list.awayOfHub('hub-fleet-01')).toBe(1);
  });

  it('keeps what its new site has already heard of it', async () => {
    await lose('oslo-0', '1m');
    const next = new Instance(moved, one.rows);
    await next.at('2m').receive(connected('oslo-0', at('2m'), 3));
    await next.at('2m').evaluate();
    const bergen = await next.app.fleet.loadSite('hub-fleet-01', siteById(moved, 'bergen'));
    expect(bergen.view.devices).toMatchObject([{ phase: 'online' }]);
  });
});
