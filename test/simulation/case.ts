import fc from 'fast-check';
import { type ConfigName, configNames } from './configs.ts';
import { type Act, anyAct } from './people.ts';

/** One change of a device's connection, or of its registration, and how its event travels. */
export type Change = {
  readonly device: number;
  /** Since the device's change before. */
  readonly afterMs: number;
  readonly kind: 'change' | 'hidden' | 'delete' | 'create';
  /** From the change to the first copy's arrival. */
  readonly delayMs: number;
  /** Further copies, each this much later. */
  readonly copiesAfterMs: readonly number[];
};

/** A stretch of time in which a receiver misbehaves. */
export type Trouble = {
  readonly receiver: 'operators' | 'manager' | 'on-call' | 'lead';
  readonly fromMs: number;
  readonly forMs: number;
  readonly answer: 'busy' | 'throttled' | 'refused' | 'silentButRead' | 'silent' | 'broken';
};

/** How long a throttled receiver asks to be left alone. */
export const retryAfterMs = 50_000;

/** How the logs behave. */
export type Logs = {
  /** The time they take to answer; beyond the budget of 5 s nobody waits for them. */
  readonly answerAfterMs: number;
  /** When rows that explain something are there, since the start; null: never. */
  readonly rowsAfterMs: number | null;
  readonly fail: boolean;
};

/**
 * How a version takes over from the one before:
 * - `restart`: every instance is replaced in the same instant;
 * - `blob`: each instance exchanges its configuration at its own time, and finds the newer one whenever it looks;
 * - `file`: each instance is replaced at its own time, and knows its own file alone until then;
 * - `code`: as `file`, with the same configuration and the code version before.
 */
export type Upload = {
  readonly atMs: number;
  readonly config: ConfigName;
  readonly how: 'restart' | 'blob' | 'file' | 'code';
  /** When each of the two instances changes over, after `atMs`. */
  readonly switchAfterMs: readonly [number, number];
};

/** Everything that a run depends on. */
export type Case = {
  readonly seed: number;
  readonly config: ConfigName;
  readonly devices: number;
  readonly changes: readonly Change[];
  readonly troubles: readonly Trouble[];
  readonly crashesAt: readonly number[];
  readonly faultsAt: readonly number[];
  /** Messages to a queue, counted, that are delivered once more as they are. */
  readonly copiesAt: readonly number[];
  /** Event Grid collects events for this long and posts them together; 0: each by itself. */
  readonly batchMs: number;
  readonly logs: Logs;
  /** Another version takes over in mid-run, or null. */
  readonly upload: Upload | null;
  /** Rows that a page of a range holds. */
  readonly pageSize: number;
  /** Devices that send no events leave a watched hub, and come back; null: they stay. */
  readonly dip: { readonly fromMs: number; readonly forMs: number } | null;
  /** What people do meanwhile. */
  readonly acts: readonly Act[];
};

const delays = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: 0, max: 3_000 }) },
  { weight: 2, arbitrary: fc.integer({ min: 0, max: 40_000 }) },
  { weight: 1, arbitrary: fc.integer({ min: 0, max: 200_000 }) },
);

const change: fc.Arbitrary<Change> = fc.record({
  device: fc.integer({ min: 0, max: 4 }),
  afterMs: fc.oneof(
    fc.integer({ min: 500, max: 55_000 }),
    fc.integer({ min: 500, max: 300_000 }),
    fc.integer({ min: 60_000, max: 120_000 }),
  ),
  kind: fc.oneof(
    { weight: 12, arbitrary: fc.constant('change' as const) },
    { weight: 2, arbitrary: fc.constant('hidden' as const) },
    { weight: 1, arbitrary: fc.constantFrom('delete' as const, 'create' as const) },
  ),
  delayMs: delays,
  copiesAfterMs: fc.oneof(
    { weight: 3, arbitrary: fc.constant([]) },
    { weight: 1, arbitrary: fc.array(fc.integer({ min: 0, max: 90_000 }), { maxLength: 2 }) },
  ),
});

const trouble: fc.Arbitrary<Trouble> = fc.record({
  receiver: fc.constantFrom('operators' as const, 'manager' as const, 'on-call' as const, 'lead' as const),
  fromMs: fc.integer({ min: 0, max: 400_000 }),
  forMs: fc.integer({ min: 1_000, max: 300_000 }),
  answer: fc.constantFrom(
    'busy' as const,
    'throttled' as const,
    'refused' as const,
    'silentButRead' as const,
    'silent' as const,
    'broken' as const,
  ),
});

const anyConfig = fc.constantFrom<ConfigName>(...configNames);

const moments = (most: number, upTo = 900) =>
  fc.array(fc.integer({ min: 1, max: upTo }), { maxLength: most });

const logs: fc.Arbitrary<Logs> = fc.record({
  answerAfterMs: fc.constantFrom(0, 0, 200, 4_000, 600_000),
  rowsAfterMs: fc.oneof(fc.constant(null), fc.integer({ min: 0, max: 600_000 })),
  fail: fc.oneof({ weight: 9, arbitrary: fc.constant(false) }, { weight: 1, arbitrary: fc.constant(true) }),
});

const switchAfter = fc.oneof(fc.integer({ min: 0, max: 60_000 }), fc.integer({ min: 0, max: 240_000 }));

const upload: fc.Arbitrary<Upload | null> = fc.option(
  fc.record({
    atMs: fc.integer({ min: 1_000, max: 600_000 }),
    config: anyConfig,
    how: fc.constantFrom(
      'restart' as const,
      'blob' as const,
      'blob' as const,
      'file' as const,
      'code' as const,
    ),
    switchAfterMs: fc.tuple(switchAfter, switchAfter),
  }),
  { freq: 2, nil: null },
);

const pageSize = fc.constantFrom(1_000, 1_000, 1_000, 2, 3, 4);

const dip = fc.option(
  fc.record({
    fromMs: fc.integer({ min: 0, max: 600_000 }),
    forMs: fc.integer({ min: 60_000, max: 1_800_000 }),
  }),
  { freq: 2, nil: null },
);

/** Gaps that end well within the hold, twice at most for a device. */
const blips: fc.Arbitrary<Change[]> = fc
  .array(
    fc.record({
      device: fc.integer({ min: 0, max: 4 }),
      quietMs: fc.integer({ min: 500, max: 200_000 }),
      gapMs: fc.integer({ min: 100, max: 40_000 }),
      delayMs: fc.integer({ min: 0, max: 15_000 }),
      copiesAfterMs: fc.array(fc.integer({ min: 0, max: 300_000 }), { maxLength: 2 }),
    }),
    { minLength: 1, maxLength: 6 },
  )
  .map((all) =>
    all
      .filter((blip, index) => all.slice(0, index).filter((other) => other.device === blip.device).length < 2)
      .flatMap(({ device, quietMs, gapMs, delayMs, copiesAfterMs }) => [
        { device, afterMs: quietMs, kind: 'change' as const, delayMs: 15_000 - delayMs, copiesAfterMs },
        { device, afterMs: gapMs, kind: 'change' as const, delayMs, copiesAfterMs },
      ]),
  );

/** Stories of blips alone, their events shuffled and copied: nobody is to hear of them. */
export const blipCase: fc.Arbitrary<Case> = fc.record({
  seed: fc.integer({ min: 0, max: 0xffff_ffff }),
  config: anyConfig,
  devices: fc.constant(5),
  changes: blips,
  troubles: fc.constant([]),
  crashesAt: fc.constant([]),
  faultsAt: fc.constant([]),
  copiesAt: moments(2, 40),
  batchMs: fc.constantFrom(0, 1_000),
  logs,
  upload: fc.constant(null),
  pageSize,
  dip: fc.constant(null),
  acts: fc.constant([]),
});

/** Any story within what the platform allows. */
export const stormCase: fc.Arbitrary<Case> = fc.record({
  seed: fc.integer({ min: 0, max: 0xffff_ffff }),
  config: anyConfig,
  devices: fc.constant(5),
  changes: fc.array(change, { minLength: 1, maxLength: 14 }),
  troubles: fc.oneof(
    { weight: 2, arbitrary: fc.constant([]) },
    { weight: 1, arbitrary: fc.array(trouble, { maxLength: 2 }) },
  ),
  crashesAt: fc.oneof({ weight: 1, arbitrary: fc.constant([]) }, { weight: 1, arbitrary: moments(3) }),
  faultsAt: fc.oneof({ weight: 2, arbitrary: fc.constant([]) }, { weight: 1, arbitrary: moments(4) }),
  copiesAt: fc.oneof({ weight: 2, arbitrary: fc.constant([]) }, { weight: 1, arbitrary: moments(4, 60) }),
  batchMs: fc.constantFrom(0, 0, 2_000, 60_000),
  logs,
  upload,
  pageSize,
  dip,
  acts: fc.oneof(
    { weight: 3, arbitrary: fc.constant([]) },
    { weight: 2, arbitrary: fc.array(anyAct, { minLength: 1, maxLength: 6 }) },
  ),
});

export const anyCase: fc.Arbitrary<Case> = fc.oneof(
  { weight: 7, arbitrary: stormCase },
  { weight: 1, arbitrary: blipCase },
);
