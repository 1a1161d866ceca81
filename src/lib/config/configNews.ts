import type { Announcement } from '../notify/announcement.ts';
import { stableId } from '../notify/stableId.ts';
import { clockOf } from '../notify/words/clock.ts';
import type { Receiver } from '../policy/receiver.ts';
import type { ConfigStatus } from './configStatus.ts';
import { formatProblem } from './problem.ts';

/** What is known of the configuration outside: who was told of a refusal, and so is told of its end. */
export type ToldNews = {
  /** Tag of the version that the receivers believe to be refused; null: they know of none. */
  readonly refused: string | null;
  readonly receivers: readonly string[];
};

/** What is to be said now, and to whom. */
export type News = {
  readonly announcement: Announcement;
  readonly receivers: readonly Receiver[];
  /** What the receivers know afterwards. */
  readonly after: string | null;
};

/** The difference between what is true of the configuration and what was told; null: there is none. */
export function newsOf({ config, version, refused }: ConfigStatus, told: ToldNews): News | null {
  const truth = refused?.etag ?? null;
  if (truth === told.refused || version === null) return null;
  const since = clockOf('UTC').instant(version.modifiedAtMs);
  if (refused !== null) {
    const { length } = refused.problems;
    const type = 'responder.configurationRefused';
    return {
      announcement: {
        id: stableId('cfg', type, version.source, refused.etag),
        type,
        about: 'configuration',
        over: false,
        summary: `Configuration refused: ${length === 1 ? 'one mistake' : `${length} mistakes`}`,
        explanation: [
          `A new version of ${version.source} cannot be used. The version of ${since} UTC stays in use, so devices are followed and notices are sent as before.`,
          'Correct the file and upload it: npm run config -- push',
        ],
        problems: refused.problems.map(formatProblem),
      },
      receivers: named(config.receivers, [config.ops]),
      after: truth,
    };
  }
  const type = 'responder.configurationAccepted';
  const stillThere = named(config.receivers, told.receivers);
  return {
    announcement: {
      id: stableId('cfg', type, version.source, `${told.refused}`),
      type,
      about: 'configuration',
      over: true,
      summary: 'Configuration accepted: the mistakes are gone',
      explanation: [`The version of ${since} UTC of ${version.source} is in use.`],
      problems: [],
    },
    // A receiver that was taken out meanwhile cannot be told; its successor is.
    receivers:
      stillThere.length < told.receivers.length
        ? named(config.receivers, [...told.receivers, config.ops])
        : stillThere,
    after: null,
  };
}

function named(all: ReadonlyMap<string, Receiver>, names: readonly (string | null)[]): Receiver[] {
  return [...new Set(names)].flatMap((name) => (name === null ? [] : (all.get(name) ?? [])));
}
