import { momentsOf } from '../../test/support/siteMoments.ts';
import { type Figure, fastestMs, figure, type Part } from '../figure.ts';

const sizes = [
  { count: 10_000, most: 50 },
  { count: 100_000, most: 600 },
] as const;

export const evaluation: Part = {
  title: 'Evaluation of one site, pure, fastest of 12, processor time',
  async measure() {
    const figures: Figure[] = [];
    for (const { count, most } of sizes) {
      for (const [moment, run] of Object.entries(momentsOf('site', count)))
        figures.push(figure(`${count} devices, ${moment}`, fastestMs(run), 'ms', most));
    }
    for (const [moment, run] of Object.entries(momentsOf('device', 10_000)))
      figures.push(figure(`10000 devices, each by itself, ${moment}`, fastestMs(run, 5), 'ms'));
    return figures;
  },
};
