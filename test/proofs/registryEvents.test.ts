// A device that is down is made anew, or deleted, and the instance dies at some call; Event Grid sends the event again.
import { describe, expect, it } from 'vitest';
import { configOf, osloConfig } from '../support/configOf.ts';
import { Crew } from '../support/crew.ts';
import { type RawEvent, start } from '../support/events.ts';
import { connected, disconnected, Instance } from '../support/instance.ts';
import { offsetMs } from '../support/offsetMs.ts';

const at = (offset: string) => start + offsetMs(offset);
const config = configOf(osloConfig);

/** oslo-1 of two is down and told, and the logs are not asked any more. */
async function told() {
  const one = new Instance(config);
  const crew = new Crew(one);
  await one.receive(connected('oslo-1', start, 1), connected('oslo-2', start, 1));
  await crew.until('1m');
  await one.receive(disconnected('oslo-1', at('1m'), 2));
  await crew.until('40m');
  return { one, crew };
}

const rows: [string, RawEvent][] = [
  ['made anew', { kind: 'DeviceCreated', deviceId: 'oslo-1', atMs: at('40m') }],
  ['deleted', { kind: 'DeviceDeleted', deviceId: 'oslo-1', atMs: at('40m') }],
  ['back', connected('oslo-1', at('40m'), 3)],
];

describe.each(rows)('a device that is %s', (_what, event) => {
  it.each([1, 2, 3, 4, 5, 6])(
    'is told within the hold and three minutes after a crash before call %i',
    async (call) => {
      const { one, crew } = await told();
      expect(crew.believes('operators')).toEqual(['oslo-1']);
      const dying = new Instance(config, one.rows);
      const next = new Instance(config, one.rows);
      crew.joins(dying);
      crew.joins(next);
      dying.diesAt = call;
      await Promise.race([dying.receive(event), dying.death]);
      await crew.until('41m', next);
      await next.receive(event);
      // `recoveredAfter` of 2m, `groupInterval` of 5m, three minutes after the crash.
      await crew.until('51m', next);
      expect(crew.believes('operators')).toEqual([]);
      expect(crew.heard('operators').at(-1)).toMatch(/^incident\.resolved/);
    },
  );

  it('wakes its site again for every duplicate', async () => {
    const { one } = await told();
    await one.receive(event);
    const next = new Instance(config, one.rows);
    next.nowMs = one.nowMs + 60_000;
    await next.receive(event);
    expect(next.wakeUps.length).toBeGreaterThan(0);
  });
});
