import { type Figure, figure, type Part } from '../figure.ts';
import { type ModelResult, playFleet } from '../model/fleetModel.ts';
import { byEventHubs, byStorageQueue, type Limits, limits, shareOf } from '../model/limits.ts';
import { modelRules } from '../model/modelRules.ts';
import { connectsOfS1, lostFleet, mixedFleet, restlessDevice, type Shape } from '../model/shapes.ts';

const minuteMs = 60_000;
const alike = (sites: number, devices: number): number[] => Array.from({ length: sites }, () => devices);

/** Of the same fleet by other ways, or in other sizes, a part is played under that part of the limits. */
const share = 0.04;
/** Coming back takes a look at a site for each device. */
const smallShare = 0.02;

type Played = {
  readonly name: string;
  readonly shape: () => Shape;
  readonly by: Limits;
  /** The part of the fleet that is played; left out: all of it. */
  readonly part?: number;
};

/** That part of 1,000,000 devices of 5,000 sites is lost in half a minute, and stays away. */
const lost = (part: number) => () => lostFleet(alike(5_000 * part, 200), null, minuteMs);

const played: readonly Played[] = [
  { name: '1,000,000 devices of 5,000 sites lost, by Event Grid', shape: lost(1), by: limits },
  {
    name: 'the same by a storage queue',
    shape: lost(share),
    by: shareOf({ ...limits, ...byStorageQueue }, share),
    part: share,
  },
  {
    name: 'the same by an event hub of ten units',
    shape: lost(share),
    by: shareOf({ ...limits, ...byEventHubs }, share),
    part: share,
  },
  {
    name: 'the same by Event Grid, 40,000 rows/s, 20 instances ready',
    shape: lost(share),
    by: shareOf({ ...limits, accountRows: 40_000, instancesReady: 20 }, share),
    part: share,
  },
  {
    name: 'the same, and back at 100/s',
    shape: () => lostFleet(alike(5_000 * smallShare, 200), connectsOfS1 * smallShare, minuteMs),
    by: shareOf(limits, smallShare),
    part: smallShare,
  },
  {
    name: 'one site of 20,000, lost and back',
    shape: () => lostFleet([20_000], connectsOfS1, minuteMs),
    by: limits,
  },
  {
    name: '20,000 sites of one, lost and back',
    shape: () => lostFleet(alike(20_000, 1), connectsOfS1, minuteMs),
    by: limits,
  },
  { name: 'one device at ten events a second', shape: () => restlessDevice(alike(10, 200)), by: limits },
  { name: 'an hour of everything, 40,000 devices', shape: () => mixedFleet(alike(200, 200)), by: limits },
];

/** A fleet under the platform's limits; docs/scale.md reads it. */
export const scaleModel: Part = {
  title: 'Model at full scale: the pure core under the limits of the platform (docs/scale.md)',
  async measure() {
    return played.flatMap(({ name, shape, by, part = 1 }) =>
      figuresOf(name, playFleet(modelRules, shape(), by), part),
    );
  },
};

/** What was counted of a part is told of the whole. */
function figuresOf(name: string, result: ModelResult, part: number): Figure[] {
  const { firstLimit } = result;
  const limit = firstLimit === null ? 'none' : `${firstLimit.limit} after ${firstLimit.atMs / 1_000} s`;
  return [
    figure(`${name}: longest wait of an event`, result.longestEventWaitMs / 1_000, 's'),
    figure(`${name}: last first notice, after it was due`, result.latestFirstNoticeMs / 1_000, 's'),
    figure(`${name}: hottest partition`, result.hottestPartition, 'rows/s'),
    figure(`${name}: all partitions`, result.hottestSecond / part, 'rows/s'),
    figure(`${name}: notices`, result.notices / part, ''),
    figure(`${name}: evaluations`, result.evaluations / part, ''),
    figure(`${name}: flicker (first limit: ${limit})`, result.flicker, '', 0),
  ];
}
