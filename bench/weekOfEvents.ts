import { seeded } from '../local/seeded.ts';
import type { Device } from '../src/lib/device/device.ts';
import { eventsOf, type RecentEvents, recordEvents, type Step } from '../src/lib/device/recentEvents.ts';
import { transition } from '../src/lib/device/transition.ts';
import { type SiteKey, siteKeyOf } from '../src/lib/directory/placeKey.ts';
import type { ConnectionEvent } from '../src/lib/events/event.ts';
import type { Rules } from '../src/lib/policy/rules.ts';
import { SitePlay } from '../src/lib/replay/sitePlay.ts';
import { type DeviceTape, sentAtOnce } from '../src/lib/replay/tape.ts';
import { createDeviceEvents } from '../src/lib/store/deviceEvents.ts';
import { createFleet } from '../src/lib/store/fleet.ts';
import { createHistory } from '../src/lib/store/history.ts';
import { createKnownSites } from '../src/lib/store/knownSites.ts';
import { type RowStore, transactionLimit } from '../src/lib/store/rowStore.ts';
import { createRuleVersions } from '../src/lib/store/ruleVersions.ts';
import { cut } from '../src/lib/store/transactions.ts';
import { sequenceNumber } from '../test/support/events.ts';

export const weekMs = 7 * 24 * 60 * 60_000;

/** A device after a week, its events, and how ingest has kept them. */
export type WeekOfDevice = {
  readonly tape: DeviceTape;
  readonly device: Device;
  readonly recent: RecentEvents;
  /** Runs that have left its row. */
  readonly full: readonly RecentEvents[];
};

/** A week of one device: blips of some minutes, one in ten long enough for an outage. @param events an even number */
export function weekOf(
  deviceId: string,
  seed: number,
  events: number,
  fromMs: number,
  rules: Rules,
): WeekOfDevice {
  const random = seeded(seed);
  const base = { eventId: '', deviceId, moduleId: null, hubName: 'hub', hubResourceId: null };
  let device: Device | null = null;
  let recent: RecentEvents | null = null;
  const full: RecentEvents[] = [];
  for (let n = 0; n < events; n += 2) {
    const lostMs = fromMs + Math.floor(((n + random()) / events) * weekMs);
    const gapMs = random() < 0.1 ? 20 * 60_000 : Math.floor(random() * 4 * 60_000);
    for (const [kind, eventTimeMs, sequence] of [
      ['disconnected', lostMs, n + 1],
      ['connected', lostMs + gapMs, n + 2],
    ] as const) {
      const event: ConnectionEvent = { ...base, kind, eventTimeMs, sequenceNumber: sequenceNumber(sequence) };
      const before: Device | null = device;
      const step = transition(before, event, rules.policy, eventTimeMs + 1_000);
      device = step.device;
      const steps: Step[] = [{ event, reason: step.reason, changed: step.changed }];
      const recorded = recordEvents(before, recent, steps, eventTimeMs + 1_000);
      if (recorded.full) full.push(recorded.full);
      recent = recorded.recent;
    }
  }
  const tape = { ...base, before: null, events: [...full, recent!].flatMap(eventsOf) };
  return { tape, device: device!, recent: recent!, full };
}

/** Writes such a week of some sites as ingest and evaluations would have left it, incidents and rules with it. */
export async function writeWeek(
  rows: RowStore,
  { sites, devices, events }: { readonly sites: number; readonly devices: number; readonly events: number },
  rules: Rules,
  fromMs: number,
): Promise<void> {
  const history = createHistory(rows);
  const fleet = createFleet(rows, history);
  const [deviceEvents, known] = [createDeviceEvents(rows), createKnownSites(rows)];
  // All is made before the first write: a connection that waits meanwhile would be closed.
  const made = Array.from({ length: sites }, (_, site) => {
    const id = `plant${site}`;
    const key: SiteKey = siteKeyOf('hub', { kind: 'site', id });
    const weeks = Array.from({ length: devices }, (__, index) =>
      weekOf(`${id}-press-${index}`, site * devices + index + 1, events, fromMs, rules),
    );
    const tapes = weeks.map(({ tape }) => tape);
    const play = new SitePlay(key, tapes, [{ fromMs: 0, rules }], sentAtOnce, fromMs);
    return { key, weeks, past: play.runTo(fromMs + weekMs).past };
  });
  await createRuleVersions(rows).note(rules, fromMs);
  for (const { key, weeks, past } of made) {
    await known.note(key);
    for (const part of cut(weeks, transactionLimit)) {
      await fleet.saveDevices(
        key,
        part.map(({ device, recent }) => ({ device, recent, etag: null })),
      );
    }
    await deviceEvents.keep(
      key,
      weeks.flatMap(({ device, full }) => full.map((one) => ({ device, hubName: 'hub', events: one }))),
    );
    await history.place(key);
    await history.keep(key, past);
  }
}
