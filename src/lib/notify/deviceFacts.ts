import { type Device, deviceKey } from '../device/device.ts';
import type { Member } from '../incident/incident.ts';
import { countedAs } from '../incident/tally.ts';
import type { DeviceFact } from './message.ts';

/** The hub notices a silent MQTT peer 1.5 × its keep-alive later: up to 450 s by the SDKs' defaults (docs/platform.md). */
const longestSilenceMs = 450_000;

/** The hub reports the states of a snapshot that it takes each minute (docs/platform.md). */
const snapshotMs = 60_000;

/**
 * Members as readers are told of them, in their order: still down first, longest first; then those that only flap; then
 * those that are back or gone.
 *
 * @param devices by `deviceKey`, as of now; empty: what the incident last saw of them
 * @param loggedMs instants of the losses from the logs, by `deviceKey`
 */
export function deviceFacts(
  members: readonly Member[],
  devices: ReadonlyMap<string, Device>,
  loggedMs: Readonly<Record<string, number>>,
): DeviceFact[] {
  return members.toSorted(byWeight).map((member) => {
    const key = deviceKey(member);
    return {
      deviceId: member.deviceId,
      moduleId: member.moduleId,
      phase: phaseOf(member, devices.get(key)?.phase),
      flapping: member.state === 'flapping',
      lostContact: lostContact(member, Object.hasOwn(loggedMs, key) ? loggedMs[key] : undefined),
      backAtMs: member.backAtMs,
      deleted: member.state === 'gone',
      ...(countedAs(member) === 'silenced' ? { silenced: true } : {}),
    };
  });
}

function byWeight(a: Member, b: Member): number {
  const weight = { down: 0, flapping: 1, gone: 2, back: 3 } as const;
  return weight[a.state] - weight[b.state] || a.since - b.since || (deviceKey(a) < deviceKey(b) ? -1 : 1);
}

function phaseOf(member: Member, observed: DeviceFact['phase'] | undefined): DeviceFact['phase'] {
  switch (member.state) {
    case 'back':
      return 'online';
    case 'flapping':
      return observed ?? 'suspect';
    case 'down':
    case 'gone':
      if (member.recovering) return 'recovering';
      return member.backAtMs === null ? 'offline' : 'online';
    default:
      return member.state satisfies never;
  }
}

/**
 * When contact was lost: the instant of the log row, or what the event allows to say. A row that cannot be of this loss,
 * but of an earlier one of the same device, says nothing.
 */
function lostContact(
  { lostAtMs, connectedBeforeMs }: Member,
  loggedMs: number | undefined,
): DeviceFact['lostContact'] {
  if (lostAtMs === null) return null;
  const earliestMs = lostAtMs - longestSilenceMs - snapshotMs;
  if (loggedMs !== undefined && loggedMs >= earliestMs && loggedMs <= lostAtMs + snapshotMs) {
    return { notBeforeMs: loggedMs, notAfterMs: loggedMs };
  }
  return { notBeforeMs: Math.max(earliestMs, connectedBeforeMs), notAfterMs: lostAtMs };
}
