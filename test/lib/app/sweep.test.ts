import { beforeEach, expect, it } from 'vitest';
import { sweep } from '../../../src/lib/app/sweep.ts';
import { configOf, osloConfig } from '../../support/configOf.ts';
import { start } from '../../support/events.ts';
import { disconnected, Instance } from '../../support/instance.ts';
import { offsetMs } from '../../support/offsetMs.ts';

const partition = 'hub-fleet-01|site|oslo';
const at = (text: string) => start + offsetMs(text);

let one: Instance;
beforeEach(async () => {
  one = new Instance(configOf(osloConfig));
  await sweep(one.app, start, one.log);
});

const swept = (when: string, instance = one) => sweep(instance.app, at(when), instance.log);

async function lose(): Promise<void> {
  await one.receive(disconnected('oslo-1', start, 1));
  one.wakeUps.splice(0);
}

it('leaves a site alone whose message is on its way', async () => {
  await lose();
  expect(await swept('5m9s')).toEqual({ active: 1, woken: 0, oldestDueMs: 0 });
  expect(one.wakeUps).toEqual([]);
});

it('wakes a site that is overdue, and says since when', async () => {
  await lose();
  expect(await swept('5m11s')).toEqual({ active: 1, woken: 1, oldestDueMs: 11_000 });
  expect(one.wakeUps).toEqual([{ partition, delayMs: 0 }]);
});

it('sends the message of a far-off moment when it comes before the next run', async () => {
  const far = { atMs: at('4h'), far: true };
  await one.app.active.settle(partition, null, far, start);
  expect((await swept('3h58m')).woken).toBe(0);
  expect((await swept('3h59m')).woken).toBe(1);
  expect(one.wakeUps).toEqual([{ partition, delayMs: 60_000 }]);
});

it('finds what an event left that died before its message', async () => {
  one.app.queues.wakeSite = async () => {
    throw new Error('the process died');
  };
  const dying = new Instance(one.app.rules, one.rows);
  dying.app.queues.wakeSite = one.app.queues.wakeSite;
  await expect(one.receive(disconnected('oslo-1', start, 1))).rejects.toThrow();
  const next = new Instance(one.app.rules, one.rows);
  expect(await swept('5m30s', next)).toMatchObject({ woken: 1 });
});

it('wakes every active site at once when the configuration has changed, and only then', async () => {
  await lose();
  const next = new Instance(configOf(osloConfig.replace('per: site', 'per: device')), one.rows);
  expect(await swept('1m', next)).toMatchObject({ active: 1, woken: 1 });
  expect(next.wakeUps).toEqual([{ partition, delayMs: 0 }]);
  expect(await swept('2m', next)).toMatchObject({ woken: 0 });
});

it('looks at the active sites alone, however large the fleet', async () => {
  const quiet = Array.from({ length: 50 }, (_, index) => ({
    kind: 'DeviceConnected' as const,
    deviceId: `plant-${index}`,
    atMs: start,
    sequence: 1,
  }));
  await one.receive(...quiet);
  await lose();
  one.takeCalls();
  expect((await swept('1m')).active).toBe(1);
  expect(one.takeCalls()).toEqual(['get', 'page', 'page', 'page', 'page']);
});

it('wakes the sites again when it died before it had woken all for a new configuration', async () => {
  await lose();
  const config = configOf(osloConfig.replace('per: site', 'per: device'));
  const dying = new Instance(config, one.rows);
  dying.app.queues.wakeSite = async () => {
    throw new Error('the process died');
  };
  await expect(swept('1m', dying)).rejects.toThrow('died');
  expect(await swept('2m', new Instance(config, one.rows))).toMatchObject({ woken: 1 });
});
