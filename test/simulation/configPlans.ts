import type { ConfigName } from './configs.ts';

/** A stretch of time, in minutes since the start of a story. */
type Minutes = readonly [from: number, until: number];

/** What a configuration plans, as its text says and not as the product reads it. */
type Plan = {
  readonly work?: readonly {
    readonly during: readonly Minutes[];
    readonly graceMs: number;
    readonly covers: (deviceId: string) => boolean;
  }[];
  /** When the one route that leads to a receiver first begins nothing. */
  readonly mute?: Readonly<
    Record<string, { readonly during: readonly Minutes[]; readonly below?: 'critical' }>
  >;
};

/** The interval `tea` of the texts. */
const tea: readonly Minutes[] = [
  [3, 7],
  [12, 14],
];

/** Before and between the interval `hours`. */
const offHours: readonly Minutes[] = [
  [0, 4],
  [8, 11],
];

const ofPlant = (deviceId: string) => deviceId.startsWith('oslo-');

export const plans: Partial<Record<ConfigName, Plan>> = {
  planned: {
    work: [
      { during: tea, graceMs: 60_000, covers: ofPlant },
      {
        during: [[5, 9]],
        graceMs: 120_000,
        covers: (deviceId) => deviceId === 'oslo-1' || deviceId.startsWith('alone'),
      },
    ],
  },
  muted: {
    mute: {
      operators: { during: tea, below: 'critical' },
      lead: { during: tea, below: 'critical' },
      manager: { during: offHours },
    },
  },
  last: { mute: { operators: { during: tea } } },
};
