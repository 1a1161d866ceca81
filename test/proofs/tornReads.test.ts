// A range comes in pages that share no snapshot; another writer is at work between two of them.
import { describe, expect, it } from 'vitest';
import { configOf, osloConfig } from '../support/configOf.ts';
import { Crew } from '../support/crew.ts';
import { start } from '../support/events.ts';
import { connected, disconnected, Instance } from '../support/instance.ts';
import { createMemoryRows } from '../support/memoryRows.ts';
import { offsetMs } from '../support/offsetMs.ts';

const at = (offset: string) => start + offsetMs(offset);
const namesOf = (count: number) => Array.from({ length: count }, (_, index) => `oslo-${index}`);

/** All but one of `count` fall at 31m, after an earlier outage. `between` runs once, in that gap between two pages. */
async function fallen(count: number, gap: number, config = configOf(osloConfig)) {
  let [left, between]: [number, (() => Promise<void>) | null] = [gap, null];
  const betweenPages = async () => {
    if (between === null || left-- > 0) return;
    const run = between;
    between = null;
    await run();
  };
  const rows = createMemoryRows({ pageSize: 3, betweenPages });
  const [one, two] = [new Instance(config, rows), new Instance(config, rows)];
  const crew = new Crew(one, two);
  const devices = namesOf(count);
  await one.receive(...devices.map((device) => connected(device, start, 1)));
  await crew.until('1m', one);
  await one.receive(disconnected('oslo-1', at('1m'), 2));
  await crew.until('8m', one);
  await one.receive(connected('oslo-1', at('8m'), 3));
  await crew.until('31m', one);
  expect(crew.heard('operators')).toHaveLength(2);
  for (const instance of [one, two]) instance.sent.splice(0);
  const down = devices.slice(1);
  await one.receive(...down.map((device) => disconnected(device, at('31m'), 4)));
  const arm = (run: () => Promise<void>) => {
    between = run;
  };
  return { one, two, crew, arm, down };
}

/** Where a page ends depends on the number of rows before. */
const gaps = [5, 6, 7].flatMap((count) => [0, 1, 2, 3].map((gap) => ({ count, gap })));

describe.each([
  ['site', osloConfig],
  ['device', osloConfig.replace('per: site', 'per: device')],
])('two evaluations at once, per: %s', (per, text) => {
  const incidentsOf = (down: readonly string[]) => (per === 'site' ? 1 : down.length);

  it.each(gaps)('open each incident once: $count devices, gap $gap', async ({ count, gap }) => {
    const { one, two, crew, arm, down } = await fallen(count, gap, configOf(text));
    await crew.until('35m50s');
    crew.losesMessage = () => true;
    await crew.until('36m2s');
    crew.losesMessage = () => false;
    arm(() => one.evaluate());
    two.nowMs += 40;
    await two.evaluate();
    await crew.until('50m');
    const ids = new Set([...one.sent, ...two.sent].map(({ incidentId }) => incidentId));
    expect(ids.size).toBe(incidentsOf(down));
    expect(crew.heard('operators')).toEqual(Array(incidentsOf(down)).fill('incident.opened outageBegan'));
  });

  it.each(gaps)('end each incident once: $count devices, gap $gap', async ({ count, gap }) => {
    const { one, two, crew, arm, down } = await fallen(count, gap, configOf(text));
    await crew.until('40m');
    await one.receive(...down.map((device) => connected(device, at('40m'), 5)));
    crew.losesMessage = () => true;
    await crew.until('42m5s');
    crew.losesMessage = () => false;
    arm(() => one.evaluate());
    two.nowMs += 40;
    await two.evaluate();
    await crew.until('60m');
    expect(crew.heard('operators').filter((said) => said.startsWith('incident.resolved'))).toHaveLength(
      incidentsOf(down),
    );
  });
});

it.each(gaps)('a delivery between pages is sent once: $count devices, gap $gap', async ({ count, gap }) => {
  const { one, two, crew, arm } = await fallen(count, gap);
  // Decided, not yet sent.
  await crew.until('36m29s');
  crew.losesMessage = (queue) => queue === 'evaluations';
  for (const instance of [one, two]) instance.nowMs = at('36m31s');
  await one.evaluate();
  const [message] = one.deliveries.splice(0);
  expect(message).toBeDefined();
  crew.losesMessage = () => false;
  const notice = message as Parameters<Instance['deliver']>[0];
  arm(() => one.deliver(notice));
  two.nowMs += 40;
  await two.deliver(notice);
  await crew.until('50m');
  expect(crew.heard('operators')).toEqual(['incident.opened outageBegan']);
});
