import { largeOutage } from '../../test/support/largeOutage.ts';
import { createMemoryRows } from '../../test/support/memoryRows.ts';
import { type Figure, figure, type Part } from '../figure.ts';

export const outage: Part = {
  title: 'Telling an outage of one site, rows for each device (in memory)',
  async measure() {
    const figures: Figure[] = [];
    for (const per of ['site', 'device'] as const) {
      for (const devices of [100, 1_000, 10_000]) {
        const phases = largeOutage(per, devices, createMemoryRows());
        const began = (await phases.next()).value;
        await phases.return(undefined);
        if (!began) throw new Error('the outage has not begun');
        const what = `per ${per}, ${devices} devices`;
        figures.push(figure(`${what}: read`, began.read, 'rows', 12));
        figures.push(figure(`${what}: written`, began.written, 'rows', 6));
        figures.push(figure(`${what}: calls`, began.calls / devices, 'calls'));
      }
    }
    return figures;
  },
};
