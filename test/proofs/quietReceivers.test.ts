// A receiver that asks for quiet has it for all its notices, of every incident, on every instance.
import { describe, expect, it } from 'vitest';
import type { SendResult } from '../../src/lib/notify/channel.ts';
import { configOf } from '../support/configOf.ts';
import { Crew } from '../support/crew.ts';
import { start } from '../support/events.ts';
import { connected, disconnected, Instance } from '../support/instance.ts';
import { offsetMs } from '../support/offsetMs.ts';

const at = (offset: string) => start + offsetMs(offset);
const config = configOf(`
sites: [{ id: oslo, devices: ["oslo-*"] }, { id: bergen, devices: ["bergen-*"] }]
receivers:
  operators: { email: { to: ["ops@oslo.example"] } }
  manager: { email: { to: ["m@oslo.example"] } }
routes: [{ to: [operators, manager] }]`);

const busy = (retryAfter: string): SendResult => ({
  kind: 'failedTemporarily',
  error: 'HTTP 429',
  retryAfterMs: offsetMs(retryAfter),
  outcomeUnknown: false,
  timedOut: false,
});

/** Two devices of oslo fall, the second is to be told at about 14m: operators answer that with a wait until 44m. */
async function quietFrom14m() {
  const one = new Instance(config);
  const crew = new Crew(one);
  await one.receive(
    ...['oslo-1', 'oslo-2', 'oslo-3', 'oslo-4', 'oslo-5'].map((device) => connected(device, start, 1)),
    connected('bergen-1', start, 1),
    connected('bergen-2', start, 1),
  );
  await crew.until('1m');
  await one.receive(disconnected('oslo-1', at('1m'), 2));
  await crew.until('8m');
  await one.receive(disconnected('oslo-2', at('8m'), 2));
  one.answer = ({ receiver }) => (receiver === 'operators' ? busy('30m') : { kind: 'sent' });
  await crew.until('14m');
  one.answer = () => ({ kind: 'sent' });
  const asked = crew.heardAt('operators');
  expect(asked).toHaveLength(2);
  return { one, crew, quietUntil: asked[1]! + 30 * 60 };
}

describe.each(['the same instance', 'another instance'])('on %s', (which) => {
  const worker = (one: Instance, crew: Crew) => {
    if (which === 'the same instance') return one;
    const other = new Instance(config, one.rows);
    crew.joins(other);
    return other;
  };

  it('the end of the incident waits, and is told then', async () => {
    const { one, crew, quietUntil } = await quietFrom14m();
    const by = worker(one, crew);
    await crew.until('15m', by);
    await by.receive(connected('oslo-1', at('15m'), 3), connected('oslo-2', at('15m'), 3));
    await crew.until(`${quietUntil - 1}s`, by);
    expect(crew.heard('operators')).toHaveLength(2);
    expect(crew.heard('manager').at(-1)).toBe('incident.resolved recovered');
    await crew.until(`${quietUntil + 60}s`, by);
    expect(crew.heard('operators').at(-1)).toBe('incident.resolved recovered');
  });

  it('another incident waits too, and is told then', async () => {
    const { one, crew, quietUntil } = await quietFrom14m();
    const by = worker(one, crew);
    await crew.until('15m', by);
    await by.receive(disconnected('bergen-1', at('15m'), 2));
    await crew.until(`${quietUntil - 1}s`, by);
    expect(crew.heard('operators')).toHaveLength(2);
    expect(crew.believes('manager')).toContain('bergen-1');
    await crew.until(`${quietUntil + 60}s`, by);
    expect(crew.believes('operators')).toContain('bergen-1');
  });
});

it('a wait that is given twice lasts until the later of the two ends', async () => {
  const { one, crew } = await quietFrom14m();
  await crew.until('42m', one);
  one.answer = ({ receiver }) => (receiver === 'operators' ? busy('10m') : { kind: 'sent' });
  await crew.until('44m', one);
  one.answer = () => ({ kind: 'sent' });
  const asked = crew.heardAt('operators');
  const [last, count] = [asked.at(-1)!, asked.length];
  await one.receive(disconnected('bergen-1', one.nowMs, 2));
  await crew.until(`${last + 10 * 60 - 1}s`, one);
  expect(crew.heard('operators')).toHaveLength(count);
  await crew.until(`${last + 10 * 60 + 60}s`, one);
  expect(crew.believes('operators')).toContain('oslo-2');
});
