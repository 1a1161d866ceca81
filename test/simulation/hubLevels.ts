import { parseEvents } from '../../src/lib/events/parseEvents.ts';
import type { HubMetrics } from '../../src/lib/hubWatch/hubMetrics.ts';
import { start } from '../support/events.ts';
import type { Case } from './case.ts';
import type { World } from './world.ts';

/** Connected devices of the hub that send no events, and how many of them leave in a dip. */
const others = 20;
const leaving = 8;

/** What the hub counts minute by minute: those that send no events, and those whose newest event says connected. */
export function hubMetricsOf(story: Case, taken: () => World['taken']): HubMetrics {
  return {
    connectedDevices: async (_id, fromMs, toMs) => {
      const levels = levelsOf(story.devices, taken());
      const points = [];
      for (let atMs = Math.ceil(fromMs / 60_000) * 60_000; atMs < toMs; atMs += 60_000) {
        const known = levels.findLast((level) => level.atMs <= atMs)?.connected ?? story.devices;
        points.push({ atMs, average: known + (inDip(story, atMs) ? others - leaving : others) });
      }
      return { kind: 'points', points };
    },
  };
}

export function inDip({ dip }: Case, atMs: number): boolean {
  return dip !== null && atMs >= start + dip.fromMs && atMs < start + dip.fromMs + dip.forMs;
}

function levelsOf(devices: number, taken: World['taken']): { atMs: number; connected: number }[] {
  const newest = new Map<string, { order: string; connected: boolean }>();
  const levels: { atMs: number; connected: number }[] = [];
  for (const { atMs, body } of taken) {
    for (const parsed of parseEvents(body)) {
      if (parsed.kind !== 'event') continue;
      const { event } = parsed;
      const connected = event.kind === 'connected' || event.kind === 'created';
      const order = String(event.eventTimeMs).padStart(15, '0');
      const known = newest.get(event.deviceId);
      if (known === undefined || order >= known.order) newest.set(event.deviceId, { order, connected });
    }
    const gone = [...newest.values()].filter((one) => !one.connected).length;
    levels.push({ atMs, connected: devices - gone });
  }
  return levels;
}
