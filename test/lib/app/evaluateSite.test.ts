import { beforeEach, describe, expect, it } from 'vitest';
import { siteById } from '../../../src/lib/directory/placeOf.ts';
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

const active = () => one.app.active.read(partition);

async function lose(deviceId: string, when: string): Promise<void> {
  await one.at(when).receive(disconnected(deviceId, at(when), 2));
  one.takeCalls();
  one.wakeUps.splice(0);
}

it('of a quiet site reads twice and writes nothing', async () => {
  one.takeCalls();
  await one.at('1m').evaluate();
  expect(one.takeCalls()).toEqual(['range', 'get']);
  expect(one.wakeUps).toEqual([]);
});

it('sends the next wake-up for the end of the hold when it came too early', async () => {
  await lose('oslo-0', '1m');
  const other = new Instance(config, one.rows);
  await other.at('2m').evaluate();
  expect(other.wakeUps).toEqual([{ partition, delayMs: 240_000 }]);
  expect(other.deliveries).toEqual([]);
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
  await one.at('7m10s').evaluate();
  expect(one.deliveries).toHaveLength(1);
});

it('begins again when another evaluation was faster, and says nothing twice', async () => {
  await lose('oslo-0', '1m');
  const other = new Instance(config, one.rows);
  one.beforeCommit = async (writes) => {
    if (!writes.some((write) => write.key === 's|')) return;
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
    if (!writes.some((write) => write.key === 's|')) return;
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

describe('the list of active sites', () => {
  it('says when the site is due next', async () => {
    await lose('oslo-0', '1m');
    expect((await active())?.record).toMatchObject({ dueAtMs: at('6m'), far: false });
    await one.at('6m').evaluate();
    expect((await active())?.record).toMatchObject({ dueAtMs: at('6m30s'), far: false });
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
    expect((await active())?.record).toMatchObject({ dueAtMs: at('4h6m30s'), far: true });
  });

  it('keeps a site for a minute after its last event, then loses it', async () => {
    await lose('oslo-0', '1m');
    await one.at('1m20s').receive(connected('oslo-0', at('1m20s'), 3));
    await one.at('1m30s').evaluate();
    expect((await active())?.record).toMatchObject({ dueAtMs: at('2m'), far: true });
    await one.at('2m').evaluate();
    expect(await active()).toBeNull();
  });

  it('keeps the site when an event touches it while it is being settled', async () => {
    await lose('oslo-0', '1m');
    await one.at('3m').receive(connected('oslo-0', at('3m'), 3));
    const other = new Instance(config, one.rows);
    one.beforeCommit = async (writes) => {
      if (!writes.some((write) => write.kind === 'remove')) return;
      one.beforeCommit = () => {};
      await other.at('10m').receive(disconnected('oslo-1', at('10m'), 2));
    };
    await one.at('10m').evaluate();
    expect((await active())?.record.dueAtMs).toBe(at('15m'));
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

  it('keeps what its new site has already heard of it', async () => {
    await lose('oslo-0', '1m');
    const next = new Instance(moved, one.rows);
    await next.at('2m').receive(connected('oslo-0', at('2m'), 3));
    await next.at('2m').evaluate();
    const bergen = await next.app.fleet.loadSite('hub-fleet-01', siteById(moved, 'bergen'));
    expect(bergen.view.devices).toMatchObject([{ phase: 'online' }]);
  });
});
