import { expect } from 'vitest';
import { configOf } from './configOf.ts';
import { ControlledSite } from './controlledSite.ts';

const base = `
sites: [{ id: oslo, name: Oslo plant, timeZone: Europe/Oslo, devices: ["oslo-*"] }]
policy: { offlineAfter: 1m, recoveredAfter: 30s, groupWait: 10s, groupInterval: 5m, remindEvery: 1h }
timeIntervals: { late-morning: { timeZone: Europe/Oslo, times: ["10:30-11:00"] } }
receivers:
  ops: { email: { to: ["ops@oslo.example"] } }
  lead: { email: { to: ["lead@oslo.example"] } }
  boss: { email: { to: ["boss@oslo.example"] } }
  page: { pagerduty: { routingKey: "0123456789abcdef0123456789abcdef" } }
`;
/** A site of five devices by these routes. */
export const rulesOf = (routes: string) => configOf(`${base}routes: [${routes}]`);
export const plain = '{ to: [ops] }';
export const devices = ['oslo-a', 'oslo-b', 'oslo-c', 'oslo-d', 'oslo-e'];

/** What is told of a story under controls, in words of the policy. */
export type ControlRow = {
  readonly rule: string;
  readonly routes?: string;
  /** Start is 10:00 in Oslo. */
  readonly story: (site: ControlledSite) => unknown;
  readonly told: readonly string[];
};

/** What is told at one moment goes out side by side. */
function byName(lines: readonly string[]): string[] {
  const moments = Map.groupBy(lines, (line) => line.split(' ')[0]);
  return [...moments.values()].flatMap((lines) => lines.toSorted());
}

export function playRow({ routes = plain, story, told }: ControlRow): ControlledSite {
  const site = new ControlledSite(rulesOf(routes), devices);
  story(site);
  expect(site.told()).toEqual(byName(told));
  return site;
}

export function expectTold(row: ControlRow): void {
  playRow(row);
}
