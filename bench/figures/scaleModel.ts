import { type Figure, figure, type Part } from '../figure.ts';
import { type ModelResult, playFleet } from '../model/fleetModel.ts';
import { byEventHubs, byStorageQueue, type Limits, limits, shareOf } from '../model/limits.ts';
import { modelRules } from '../model/modelRules.ts';
import { connectsOfS1, lostFleet, mixedFleet, restlessDevice, type Shape } from '../model/shapes.ts';

const minuteMs = 60_000;
const alike = (sites: number, devices: number): number[] => Array.from({ length: sites }, () => devices);

/** Coming back takes a look at a site for each device: of a fleet that takes hours, a fiftieth is played. */
const share = 0.02;

type Played = { readonly name: string; readonly shape: () => Shape; readonly by: Limits };

/** 1,000,000 devices of 5,000 sites are lost in one minute, and stay away. */
const lost = () => lostFleet(alike(5_000, 200), null, minuteMs);

const played: readonly Played[] = [
  { name: '1,000,000 devices of 5,000 sites lost, by Event Grid', shape: lost, by: limits },
  { name: 'the same by a storage queue', shape: lost, by: { ...limits, ...byStorageQueue } },
  { name: 'the same by an event hub of ten units', shape: lost, by: { ...limits, ...byEventHubs } },
  {
    name: 'the same, 40,000 rows/s, 20 instances ready',
    shape: lost,
    by: { ...limits, accountRows: 40_000, instancesReady: 20 },
  },
  {
    name: 'a fiftieth of it, lost and back at 100/s of the whole',
    shape: () => lostFleet(alike(5_000 * share, 200), connectsOfS1 * share, minuteMs),
    by: shareOf(limits, share),
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
  { name: 'an hour of everything, 20,000 devices', shape: () => mixedFleet(alike(200, 100)), by: limits },
];

/** A fleet under the platform's limits; docs/scale.md reads it. */
export const scaleModel: Part = {
  title: 'Model at full scale: the pure core under the limits of the platform (docs/scale.md)',
  async measure() {
    return played.flatMap(({ name, shape, by }) => figuresOf(name, playFleet(modelRules, shape(), by)));
  },
};

function figuresOf(name: string, result: ModelResult): Figure[] {
  const { firstLimit } = result;
  const limit = firstLimit === null ? 'none' : `${firstLimit.limit} after ${firstLimit.atMs / 1_000} s`;
  return [
    figure(`${name}: longest wait of an event`, result.longestEventWaitMs / 1_000, 's'),
    figure(`${name}: last first notice, after it was due`, result.latestFirstNoticeMs / 1_000, 's'),
    figure(`${name}: hottest partition`, result.hottestPartition, 'rows/s'),
    figure(`${name}: all partitions`, result.hottestSecond, 'rows/s'),
    figure(`${name}: notices`, result.notices, ''),
    figure(`${name}: evaluations`, result.evaluations, ''),
    figure(`${name}: flicker (first limit: ${limit})`, result.flicker, '', 0),
  ];
}
