import { type Figure, figure, type Part } from '../figure.ts';
import { tenEventsASecond } from '../storm/oneDevice.ts';
import { type Half, type Played, type Shape, storm } from '../storm/playStorm.ts';

const inArray = 100;

/** The smallest and the one that is compared with it. */
export const thousand: Shape = { devices: 1_000, sites: 10, inArray };
export const tenThousand: Shape = { devices: 10_000, sites: 100, inArray };
const fiftyThousand: Shape = { devices: 50_000, sites: 500, inArray };

/** Other shapes, in small. They come first, so that the code is warm when costs are compared. */
const others: Readonly<Record<string, Shape>> = {
  'one site of 2,000': { devices: 2_000, sites: 1, inArray },
  '500 sites of one': { devices: 500, sites: 500, inArray },
  '1,000 over 10, arrays that mix everything': { ...thousand, mixed: true },
};

/** Cost per device: at most so much more than in the smallest. */
const flat = 1.3;
const mostWakeUps = 3;

function figuresOf(name: string, shape: Shape, played: Played): Figure[] {
  const { devices } = shape;
  const ofHalf = (what: string, half: Half) => [
    figure(`${name}, ${what}: taken in`, half.intakeS, 's'),
    figure(`${name}, ${what}: from the last hold's end to the last notice`, half.tellS, 's'),
    figure(`${name}, ${what}: processor time, taken in`, half.intakeCpuMs / devices, 'ms/device'),
    figure(`${name}, ${what}: processor time, told`, half.tellCpuMs / devices, 'ms/device'),
    figure(`${name}, ${what}: calls`, half.calls / devices, 'calls/device'),
    figure(`${name}, ${what}: rows`, half.rows / devices, 'rows/device'),
    figure(`${name}, ${what}: wake-ups for each site`, half.wakeUps, 'messages', mostWakeUps),
    figure(`${name}, ${what}: wake-ups of one site, at most`, half.mostWakeUps, 'messages', 2 * mostWakeUps),
  ];
  return [
    figure(`${name}: the clock is shorter`, played.shorter, 'times'),
    figure(`${name}: wait for others`, played.groupWaitS, 's'),
    ...ofHalf('lost', played.losses),
    ...ofHalf('back', played.returns),
    figure(`${name}: deliveries that were refused`, played.refused, 'deliveries', 0),
    figure(`${name}: sites that were not told exactly once`, played.wrong, 'sites', 0),
    figure(`${name}: memory at its peak`, played.peakMiB, 'MiB'),
  ];
}

const titled =
  'Storm: all devices lost, then all back, in arrays of 100 in random order; real parts, Azurite, shipped holds on a shorter clock';

/** @param sizes devices and sites, the smallest first */
const stormOf = (sizes: Readonly<Record<string, Shape>>, smaller: Readonly<Record<string, Shape>>): Part => ({
  title: titled,
  async measure() {
    const figures: Figure[] = [];
    for (const [name, shape] of Object.entries({ ...smaller, ...sizes }))
      figures.push(...figuresOf(name, shape, await storm(shape)));
    const [first, ...rest] = Object.entries(sizes);
    const least = (await storm(first![1])).cpuMs;
    for (const [name, shape] of rest) {
      const { cpuMs } = await storm(shape);
      figures.push(
        figure(`${name}: processor time for each device, ${first![0]} = 1`, cpuMs / least, '×', flat),
      );
    }
    return [...figures, ...(await tenEventsASecond())];
  },
});

export const stormFigures = stormOf({ '1,000 over 10': thousand, '10,000 over 100': tenThousand }, others);

/** Takes minutes by itself. */
export const largeStorm = stormOf(
  { '1,000 over 10': thousand, '50,000 over 500': fiftyThousand },
  {
    'one site of 20,000': { devices: 20_000, sites: 1, inArray },
    '5,000 sites of one': { devices: 5_000, sites: 5_000, inArray },
  },
);
