import { placeOf } from '../../src/lib/directory/placeOf.ts';
import { configOf } from '../../test/support/configOf.ts';
import { fastestMs, figure, type Part } from '../figure.ts';

const listed = 5_000;
const devices = 50_000;

const configText = `
sites:
${Array.from({ length: listed }, (_, n) => `  - { id: plant${n}, devices: ["plant${n}-*"] }`).join('\n')}
receivers: { operators: { email: { to: ["ops@oslo.example"] } } }
routes: [{ to: [operators] }]
`;

export const places: Part = {
  title: 'The site of a device, with 5,000 listed sites',
  async measure() {
    const config = configOf(configText);
    const ids = Array.from({ length: devices }, (_, n) => `plant${n % listed}-press-${n}`);
    const all = () => {
      for (const id of ids) placeOf(config, id);
    };
    // What was asked for once is remembered: each round of the first has a directory of its own.
    const first = fastestMs(() => {
      const directory = { ...config };
      for (const id of ids) placeOf(directory, id);
    }, 5);
    const again = fastestMs(all);
    return [
      figure('asked for the first time', (first / devices) * 1_000, 'µs', 5),
      figure('asked for again', (again / devices) * 1_000, 'µs', 5),
    ];
  },
};
