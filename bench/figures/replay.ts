import { seeded } from '../../local/seeded.ts';
import type { Device } from '../../src/lib/device/device.ts';
import { eventsOf, type RecentEvents, recordEvents, type Step } from '../../src/lib/device/recentEvents.ts';
import { transition } from '../../src/lib/device/transition.ts';
import type { ConnectionEvent } from '../../src/lib/events/event.ts';
import { SitePlay } from '../../src/lib/replay/sitePlay.ts';
import { type DeviceTape, sentAtOnce } from '../../src/lib/replay/tape.ts';
import { configOf, osloConfig } from '../../test/support/configOf.ts';
import { sequenceNumber, start } from '../../test/support/events.ts';
import { type Figure, fastestMs, figure, type Part } from '../figure.ts';

const weekMs = 7 * 24 * 60 * 60_000;
const [devices, events] = [1_000, 100];
const config = configOf(osloConfig);

/** A week of one device: blips of some minutes, one in ten long enough for an outage. */
function tapeOf(index: number): DeviceTape {
  const random = seeded(index + 1);
  const deviceId = `oslo-${index}`;
  const base = { eventId: '', deviceId, moduleId: null, hubName: 'hub', hubResourceId: null };
  const policy = config.policy;
  let device: Device | null = null;
  let recent: RecentEvents | null = null;
  const all: DeviceTape['events'][number][] = [];
  for (let n = 0; n < events; n += 2) {
    const lostMs = start + Math.floor(((n + random()) / events) * weekMs);
    const gapMs = random() < 0.1 ? 20 * 60_000 : Math.floor(random() * 4 * 60_000);
    for (const [kind, eventTimeMs, sequence] of [
      ['disconnected', lostMs, n + 1],
      ['connected', lostMs + gapMs, n + 2],
    ] as const) {
      const event: ConnectionEvent = { ...base, kind, eventTimeMs, sequenceNumber: sequenceNumber(sequence) };
      const before: Device | null = device;
      const step = transition(before, event, policy, eventTimeMs + 1_000);
      device = step.device;
      const steps: Step[] = [{ event, reason: step.reason, changed: step.changed }];
      const recorded = recordEvents(before, recent, steps, eventTimeMs + 1_000);
      all.push(...eventsOf(recorded.full));
      recent = recorded.recent;
    }
  }
  return { ...base, before: null, events: [...all, ...eventsOf(recent)] };
}

/** A week of one site of 1,000 devices, by one set of rules. */
export const replay: Part = {
  title: `Replay of a week of ${devices * events} events of one site of ${devices} devices, pure, processor time`,
  async measure(): Promise<Figure[]> {
    const tapes = Array.from({ length: devices }, (_, index) => tapeOf(index));
    const key = { hub: 'hub', kind: 'site', id: 'oslo' } as const;
    let notices = 0;
    const tookMs = fastestMs(() => {
      const play = new SitePlay(key, tapes, [{ fromMs: 0, rules: config }], sentAtOnce, start);
      const { past, files } = play.runTo(start + weekMs);
      notices = [...past, ...files].flatMap((file) => file.notices).length;
    }, 1);
    return [
      figure('all of it', tookMs / 1_000, 's', 30),
      figure('notices that come of it', notices, 'notices'),
    ];
  },
};
