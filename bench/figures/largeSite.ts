import { startAzurite } from '../../local/azurite.ts';
import { createTableRows } from '../../src/lib/store/tableRows.ts';
import { largeOutage, type PhaseCost } from '../../test/support/largeOutage.ts';
import { type Figure, figure, type Part } from '../figure.ts';

/** What each phase tells of an incident that is routed by site. */
const toldIn: Record<PhaseCost['phase'], readonly string[]> = {
  began: ['incident.opened outageBegan'],
  changed: ['incident.updated partlyRecovered', 'incident.updated outageGrew'],
  ended: ['incident.resolved recovered'],
};

/** One incident of a whole large site from its beginning to its end, on a real table. */
export const largeSite = (devices: number): Part => ({
  title: `One incident of ${devices} devices of a site, on Azurite`,
  async measure() {
    const azurite = await startAzurite();
    try {
      const { connectionString } = azurite;
      const rows = createTableRows({ kind: 'connectionString', connectionString }, 'Fleet');
      const figures: Figure[] = [];
      let beganMs = performance.now();
      for await (const cost of largeOutage('site', devices, rows)) {
        const { phase, told, read, written } = cost;
        if (told.join() !== toldIn[phase].join())
          throw new Error(`${phase}: told ${told.join(', ') || 'nothing'}`);
        const limits = phase === 'changed' ? [null, null] : ([12, 6] as const);
        figures.push(figure(`it ${phase}: read`, read, 'rows/device', limits[0]));
        figures.push(figure(`it ${phase}: written`, written, 'rows/device', limits[1]));
        figures.push(figure(`it ${phase}: all work`, (performance.now() - beganMs) / 1_000, 's'));
        beganMs = performance.now();
      }
      return figures;
    } finally {
      await azurite.stop();
    }
  },
});
