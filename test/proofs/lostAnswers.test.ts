// A transaction was carried out, its answer was lost, and the client's own second try is told that it came too late.
import { describe, expect, it } from 'vitest';
import { configOf, osloConfig } from '../support/configOf.ts';
import { Crew } from '../support/crew.ts';
import { start } from '../support/events.ts';
import { connected, disconnected, Instance } from '../support/instance.ts';
import { createMemoryRows } from '../support/memoryRows.ts';
import { offsetMs } from '../support/offsetMs.ts';

const at = (offset: string) => start + offsetMs(offset);

/** An outage and its end; the answer of one transaction, counted from 1, is lost. */
async function play(lost: number | null, text: string) {
  const memory = createMemoryRows();
  let commits = 0;
  const rows: typeof memory = {
    ...memory,
    commit: async (partition, writes) => {
      const result = await memory.commit(partition, writes);
      commits += 1;
      // A write without a guard is simply carried out again.
      const guarded = writes.some(({ kind }) => kind !== 'put');
      return commits === lost && guarded ? { kind: 'superseded' } : result;
    },
  };
  const one = new Instance(configOf(text), rows);
  const crew = new Crew(one);
  await one.receive(connected('oslo-1', start, 1), connected('oslo-2', start, 1));
  await crew.until('1m');
  await one.receive(disconnected('oslo-1', at('1m'), 2));
  await crew.until('8m');
  await one.receive(connected('oslo-1', at('8m'), 3));
  await crew.until('15m');
  return { crew, commits };
}

describe.each([
  ['site', osloConfig],
  ['device', osloConfig.replace('per: site', 'per: device')],
])('per: %s', (_per, text) => {
  it('is told once, and its end once, whichever answer is lost', async () => {
    const { commits } = await play(null, text);
    const wrong: string[] = [];
    for (let lost = 1; lost <= commits; lost++) {
      const { crew } = await play(lost, text);
      const heard = crew.heard('operators').join(', ');
      const errors = crew.errors.map(String);
      if (heard !== 'incident.opened outageBegan, incident.resolved recovered' || errors.length > 0)
        wrong.push(`answer ${lost}: ${heard} ${errors}`);
    }
    expect(wrong).toEqual([]);
  });

  it('is told in time, whichever answer is lost', async () => {
    const { crew: usual, commits } = await play(null, text);
    const late: string[] = [];
    for (let lost = 1; lost <= commits; lost++) {
      const { crew } = await play(lost, text);
      const delays = crew.heardAt('operators').map((atS, index) => atS - usual.heardAt('operators')[index]!);
      if (delays.some((seconds) => seconds > 60)) late.push(`answer ${lost}: ${delays.join(', ')} s later`);
    }
    expect(late).toEqual([]);
  });
});
