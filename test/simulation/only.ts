import type fc from 'fast-check';
import { type Case, stormCase, type Trouble, type Upload } from './case.ts';
import { type ConfigName, placesDiffer } from './configs.ts';

/** A story of the one kind alone: everything else goes well. Stories shrink as they do among the others. */
type Kind = (story: Case) => Partial<Case>;

const calm: Partial<Case> = {
  config: 'site',
  troubles: [],
  crashesAt: [],
  faultsAt: [],
  copiesAt: [],
  upload: null,
  pageSize: 1_000,
  dip: null,
  acts: [],
};

/** One of them, by the story's seed; `turn` makes choices of one story independent. */
const of = <Choice>({ seed }: Case, choices: readonly Choice[], turn = 0): Choice =>
  choices[(seed >>> (4 * turn)) % choices.length]!;

const changing = ['blob', 'file'] as const;

function takingOver({ seed, upload }: Case, how: Upload['how'], config: ConfigName): Upload {
  const atMs = upload?.atMs ?? 1_000 + (seed % 600_000);
  const switchAfterMs = upload?.switchAfterMs ?? [seed % 120_000, (seed >>> 8) % 120_000];
  return { atMs, config, how, switchAfterMs };
}

const answering = (story: Case, ...answers: readonly Trouble['answer'][]): Trouble[] =>
  story.troubles.map((trouble, index) => ({
    ...trouble,
    receiver: 'operators' as const,
    answer: answers[(story.seed + index) % answers.length]!,
  }));

const controlled: readonly ConfigName[] = [
  'site',
  'device',
  'stepped',
  'planned',
  'muted',
  'last',
  'causes',
  'many',
];

/** What can be played by itself (`npm run soak -- --only rules`), to see whether a check finds what it is there for. */
export const kinds = {
  plain: () => ({}),
  crashes: (story) => ({ crashesAt: story.crashesAt, faultsAt: story.faultsAt }),
  registry: (story) => ({
    changes: story.changes.map((change) =>
      change.kind === 'hidden' ? { ...change, kind: change.afterMs % 2 === 0 ? 'delete' : 'create' } : change,
    ),
    crashesAt: story.crashesAt,
  }),
  rules: (story) => ({
    upload: takingOver(story, of(story, changing, 1), of(story, ['many', 'slow'] as const)),
  }),
  code: (story) => ({ upload: takingOver(story, 'code', 'site') }),
  moves: (story) => {
    const config = of<ConfigName>(story, ['site', 'halves', 'moved']);
    const to = (['halves', 'moved', 'site'] as const).find((name) => placesDiffer(name, config))!;
    return {
      config,
      upload: takingOver(story, of(story, changing, 1), to),
    };
  },
  pages: (story) => ({
    config: of<ConfigName>(story, ['site', 'device']),
    pageSize: of(story, [1, 2, 3, 4], 1),
    copiesAt: story.copiesAt,
  }),
  holds: (story) => ({ config: of<ConfigName>(story, ['slow', 'slower']), crashesAt: story.crashesAt }),
  hubs: (story) => ({ config: 'watched', dip: story.dip }),
  quiet: (story) => ({
    config: of<ConfigName>(story, ['site', 'device']),
    troubles: answering(story, 'throttled', 'busy'),
  }),
  refusals: (story) => ({
    config: of<ConfigName>(story, ['site', 'device', 'many']),
    troubles: answering(story, 'silentButRead', 'refused'),
  }),
  rows: () => ({ config: 'device' }),
  controls: (story) => ({ config: of(story, controlled), acts: story.acts, troubles: story.troubles }),
  controlledCrashes: (story) => ({
    config: of(story, controlled),
    acts: story.acts,
    crashesAt: story.crashesAt,
    faultsAt: story.faultsAt,
    pageSize: story.pageSize,
  }),
} satisfies Record<string, Kind>;

export type KindName = keyof typeof kinds;

export function isKind(name: string): name is KindName {
  return Object.hasOwn(kinds, name);
}

export function storiesOf(name: KindName): fc.Arbitrary<Case> {
  const kind: Kind = kinds[name];
  return stormCase.map((story) => ({ ...story, ...calm, ...kind(story) }));
}
