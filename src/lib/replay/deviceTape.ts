import type { Device } from '../device/device.ts';
import { eventsOf, type RecentEvents, type RecordedEvent } from '../device/recentEvents.ts';
import { transition } from '../device/transition.ts';
import { placeOf } from '../directory/placeOf.ts';
import type { DeviceId } from '../events/event.ts';
import { devicePolicy } from '../policy/policyFor.ts';
import { type DeviceTape, eventOf, type RulesFrom } from './tape.ts';

/** All that is on record of one device at one site. */
export type DeviceRecord = DeviceId & {
  readonly hubName: string;
  readonly hubResourceId: string | null;
  /** As it stands now; null: its row is not at this site any more. */
  readonly device: Device | null;
  /** Oldest first. */
  readonly runs: readonly RecentEvents[];
};

/** Runs in order, each once: one that was written again after it had grown counts as it was written last. */
export function inOrder(runs: readonly RecentEvents[]): RecentEvents[] {
  const longest = new Map<number, RecentEvents>();
  for (const one of runs) {
    const known = longest.get(one.run);
    if (!known || known.count < one.count) longest.set(one.run, one);
  }
  return [...longest.values()].sort((a, b) => a.run - b.run);
}

/** Every event on record, in the order in which they were taken in. */
export function allEvents({ runs }: DeviceRecord): RecordedEvent[] {
  return inOrder(runs).flatMap(eventsOf);
}

/** The rules that were in force at a moment; before the first, the first. */
export function rulesAt(rules: readonly RulesFrom[], atMs: number): RulesFrom {
  return rules.findLast(({ fromMs }) => fromMs <= atMs) ?? rules[0]!;
}

/**
 * What is to be played of a device from a moment on, with what it was by then: a run says what the device was before it,
 * and its earlier events lead on from there. null: nothing was known of it then, nor is later.
 */
export function tapeOf(record: DeviceRecord, rules: readonly RulesFrom[], fromMs: number): DeviceTape | null {
  const { deviceId, moduleId, hubName, hubResourceId } = record;
  const ids = { deviceId, moduleId, hubName, hubResourceId };
  const runs = inOrder(record.runs).map((run) => ({ run, events: eventsOf(run) }));
  const first = runs.findIndex(({ run, events }) => (events.at(-1)?.receivedAtMs ?? run.run) >= fromMs);
  // The row itself is what all of them have led to.
  if (first < 0 && record.device) return { ...ids, before: record.device, events: [] };
  const played = first < 0 ? runs.slice(-1) : runs.slice(first);
  const events = played.flatMap((one) => one.events);
  const blank: DeviceTape = { ...ids, before: null, events: [] };
  let before = played[0]?.run.before ?? null;
  const earlier = events.filter(({ receivedAtMs }) => receivedAtMs < fromMs);
  for (const event of earlier) {
    const { rules: then } = rulesAt(rules, event.receivedAtMs);
    const policy = devicePolicy(then, placeOf(then, deviceId), deviceId);
    before = transition(before, eventOf(blank, event), policy, event.receivedAtMs).device;
  }
  const later = events.slice(earlier.length);
  return before === null && later.length === 0 ? null : { ...ids, before, events: later };
}
