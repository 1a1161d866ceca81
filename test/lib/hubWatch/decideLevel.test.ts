import { expect, it } from 'vitest';
import {
  type DropPolicy,
  decideLevel,
  type HubReading,
  type HubWatch,
  neverWatched,
} from '../../../src/lib/hubWatch/decideLevel.ts';
import { start } from '../../support/events.ts';
import { offsetMs } from '../../support/offsetMs.ts';

const policy: DropPolicy = { dropShare: 0.2, dropAtLeast: 20, confirmAfterMs: 7 * 60_000 };

/** A look at a time: `connected / an hour ago`, `?` for not known, and how many are gone by events. */
type Look = readonly [at: string, levels: string, away?: number];

function reading(levels: string, away: number): HubReading {
  const [connected, hourAgo] = levels.split('/').map((text) => (text === '?' ? null : Number(text)));
  return { connected: connected!, hourAgo: hourAgo!, away };
}

/** The last reason, and the numbers as `connected/expected/explained end`. */
function lookedAt(looks: readonly Look[]): [reason: string, numbers: string | null] {
  let watch: HubWatch = neverWatched;
  let last = '';
  for (const [at, levels, away = 0] of looks) {
    const decision = decideLevel(reading(levels, away), watch, policy, start + offsetMs(at));
    watch = decision.watch;
    last = decision.reason;
  }
  const { level } = watch;
  const numbers =
    level && `${level.connected}/${level.expected}/${level.explained} ${level.ended ?? 'lasts'}`;
  return [last, numbers];
}

const lost: readonly Look[] = [
  ['0m', '600/1000'],
  ['5m', '600/1000'],
  ['10m', '600/1000'],
];

it.each<[says: string, looks: readonly Look[], reason: string, numbers: string | null]>([
  ['a level as an hour ago is usual', [['0m', '1000/1000']], 'usual', null],
  ['a higher level is usual', [['0m', '1500/1000']], 'usual', null],
  ['a loss below the share is usual', [['0m', '801/1000']], 'usual', null],
  ['a loss of few devices of a small hub is usual', [['0m', '11/30']], 'usual', null],
  ['a loss at the share is suspected', [['0m', '800/1000']], 'suspected', null],
  ['a loss at the least number is suspected', [['0m', '10/30']], 'suspected', null],
  ['a suspicion that lasts is raised', lost, 'raised', '600/1000/0 lasts'],
  ['it is not raised before the time', lost.slice(0, 2), 'suspected', null],
  ['it is raised when the time has come', [lost[0]!, ['7m', '600/1000']], 'raised', '600/1000/0 lasts'],
  ['a level that is back in time is usual', [...lost.slice(0, 2), ['10m', '990/1000']], 'usual', null],
  ['a suspicion that ended begins anew', [lost[0]!, ['5m', '990/1000'], lost[2]!], 'suspected', null],
  [
    'a suspicion is compared with the level before it',
    [lost[0]!, ['5m', '600/590'], ['10m', '600/590']],
    'raised',
    '600/1000/0 lasts',
  ],
  [
    'a suspicion nobody looked at for half an hour begins anew',
    [lost[0]!, ['31m', '600/1000']],
    'suspected',
    null,
  ],
  ['devices that events tell of explain', [['0m', '600/1000', 400]], 'explained', null],
  [
    'what was gone already an hour ago explains nothing',
    [
      ['0m', '1000/1000', 400],
      ['60m', '600/1000', 400],
      ['65m', '600/1000', 400],
      ['70m', '600/1000', 412],
    ],
    'raised',
    '600/1000/12 lasts',
  ],
  [
    'a site that counts its devices after their hold explains in time',
    [
      ['0m', '600/1000', 0],
      ['5m', '600/1000', 0],
      ['10m', '600/1000', 400],
    ],
    'explained',
    null,
  ],
  [
    'what fell around an hour ago explains, for some of the hour’s count was before it',
    [
      ['0m', '1000/1000', 0],
      ['5m', '1000/1000', 400],
      ['60m', '600/1000', 400],
    ],
    'explained',
    null,
  ],
  [
    'what is gone explains where nobody looked an hour ago: silence is better than a false alarm',
    [
      ['5m', '1000/1000', 400],
      ['60m', '600/1000', 400],
    ],
    'explained',
    null,
  ],
  ['an unknown level is no drop', [['0m', '?/1000']], 'levelNotKnown', null],
  ['nor is one with nothing to compare', [['0m', '600/?']], 'levelNotKnown', null],
  ['an unknown level confirms nothing', [...lost.slice(0, 2), ['10m', '?/?']], 'levelNotKnown', null],
  ['an unknown level ends nothing', [...lost, ['15m', '?/?']], 'levelNotKnown', '600/1000/0 lasts'],
  [
    'a suspicion outlasts an unknown level',
    [lost[0]!, ['5m', '?/?'], ['10m', '600/?']],
    'raised',
    '600/1000/0 lasts',
  ],
  ['a raised loss lasts as the hour passes', [...lost, ['80m', '610/600']], 'stillLow', '610/1000/0 lasts'],
  ['it lasts above the level that raised it', [...lost, ['80m', '890/600']], 'stillLow', '890/1000/0 lasts'],
  ['it ends at less than half', [...lost, ['80m', '901/600']], 'cleared', '901/1000/0 levelBack'],
  [
    'it ends when events explain it',
    [...lost, ['20m', '600/1000', 350]],
    'cleared',
    '600/1000/350 explained',
  ],
  ['before a day it is no normal level', [...lost, ['24h9m', '600/600']], 'stillLow', '600/1000/0 lasts'],
  ['after a day it is', [...lost, ['24h10m', '600/600']], 'cleared', '600/1000/0 newNormal'],
  [
    'the new normal raises nothing again',
    [...lost, ['24h10m', '600/600'], ['24h15m', '600/600']],
    'usual',
    '600/1000/0 newNormal',
  ],
])('%s', (_, looks, reason, numbers) => {
  expect(lookedAt(looks)).toEqual([reason, numbers]);
});
