import type { DiagnosisRequest } from '../diagnosis.ts';
import { densestCluster } from '../stories/lossCluster.ts';
import { devicesPerQuery, type LogQuestion, rowsQuestions, surroundingsQuestion } from './queries.ts';

/** Of the devices that stayed at one site, enough to compare with; with many sites in one question, fewer of each. */
const unaffected = { most: 200, least: 5 };

/** A device that was down a day before the others has a story of its own; the hub's rows of many hours are too many. */
const longestLookMs = 24 * 60 * 60_000;
const surroundingsMs = 2 * 60 * 60_000;
const flappingLookMs = 20 * 60_000;

/** Incidents whose losses are further apart look at the hub at different times. */
const sameTimeMs = 30 * 60_000;

/** One look into the logs of a hub for the incidents of one time, of any number of sites. */
export type Lookup = {
  readonly requests: readonly DiagnosisRequest[];
  readonly rows: readonly LogQuestion[];
  readonly surroundings: LogQuestion;
};

/** The looks that some requests need: one for each hub and time, whatever the number of sites. */
export function lookupsFor(requests: readonly DiagnosisRequest[], nowMs: number): Lookup[] {
  const timed = requests
    .filter(({ devices }) => devices.length > 0)
    .map((request) => ({ request, atMs: mainLossMs(request, nowMs) }));
  const hubs = Map.groupBy(timed, ({ request }) => request.hubName.toLowerCase());
  return [...hubs.values()].flatMap((ofHub) => {
    const groups: (typeof timed)[] = [];
    for (const each of ofHub.toSorted((a, b) => a.atMs - b.atMs)) {
      const group = groups.at(-1);
      if (group && each.atMs - group[0]!.atMs <= sameTimeMs) group.push(each);
      else groups.push([each]);
    }
    return groups.map((group) => lookupOf(group, nowMs));
  });
}

function lookupOf(group: readonly { request: DiagnosisRequest; atMs: number }[], nowMs: number): Lookup {
  const requests = group.map(({ request }) => request);
  const { hubName } = requests[0]!;
  const firstMs = group[0]!.atMs;
  const lastMs = group.at(-1)!.atMs;
  const devices = requests.flatMap((request) => request.devices);
  const times = devices.flatMap(({ lostAtMs }) => lostAtMs ?? []);
  const earliestMs = Math.min(...times, times.length === devices.length ? nowMs : nowMs - flappingLookMs);
  const sites = Map.groupBy(requests, ({ site }) => `${site.kind} ${site.id}`);
  const each = Math.max(unaffected.least, Math.min(unaffected.most, devicesPerQuery / sites.size));
  const stayed = [...sites.values()].flatMap(([request]) => request!.unaffected.slice(0, each));
  return {
    requests,
    rows: rowsQuestions({
      hubName,
      deviceIds: [...devices, ...stayed].map(({ deviceId }) => deviceId),
      lostAtMs: Math.max(earliestMs, firstMs - longestLookMs),
      nowMs,
    }),
    surroundings: surroundingsQuestion({
      hubName,
      lostAtMs: firstMs,
      nowMs: Math.min(nowMs, lastMs + surroundingsMs),
    }),
  };
}

function mainLossMs({ devices }: DiagnosisRequest, nowMs: number): number {
  return densestCluster(devices.flatMap(({ lostAtMs }) => lostAtMs ?? []))?.fromMs ?? nowMs - flappingLookMs;
}
