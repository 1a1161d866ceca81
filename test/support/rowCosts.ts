import { expect } from 'vitest';
import { largeOutage, type PhaseCost } from './largeOutage.ts';
import { createMemoryRows } from './memoryRows.ts';

/** What is told in each phase, once to each receiver of a site, or about each of so many devices. */
const told: Record<'site' | 'device', Record<PhaseCost['phase'], { says: string[]; share: number }>> = {
  site: {
    began: { says: ['incident.opened outageBegan'], share: 0 },
    changed: { says: ['incident.updated partlyRecovered', 'incident.updated outageGrew'], share: 0 },
    ended: { says: ['incident.resolved recovered'], share: 0 },
  },
  device: {
    began: { says: ['incident.opened outageBegan'], share: 0.9 },
    changed: { says: ['incident.resolved recovered', 'incident.opened outageBegan'], share: 0.4 },
    ended: { says: ['incident.resolved recovered'], share: 0.7 },
  },
};

/** Rows read and written for each device while an outage begins or ends; between them many looks at the site lie. */
const most = { read: 12, written: 6 };

/** How much more a device of a large site may cost than one of the smallest. */
const flat = 1.3;

/** Plays the outage at sites of these sizes, the smallest first; answers how many phases were seen. */
export async function expectRowCosts(per: 'site' | 'device', sizes: readonly number[]): Promise<number> {
  const smallest = new Map<PhaseCost['phase'], PhaseCost>();
  for (const devices of sizes) {
    for await (const cost of largeOutage(per, devices, createMemoryRows())) {
      const { phase } = cost;
      const { says, share } = told[per][phase];
      expect(cost.told).toEqual(says);
      expect(cost.notices).toBe(share === 0 ? says.length : Math.round(devices * share));
      if (phase !== 'changed') {
        expect(cost.read).toBeLessThanOrEqual(most.read);
        expect(cost.written).toBeLessThanOrEqual(most.written);
      }
      const first = smallest.get(phase) ?? cost;
      smallest.set(phase, first);
      expect(cost.read / first.read).toBeLessThanOrEqual(flat);
      expect(cost.written / first.written).toBeLessThanOrEqual(flat);
    }
  }
  return smallest.size;
}
