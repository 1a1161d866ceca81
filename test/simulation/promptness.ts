import type { DeviceEvent } from '../../src/lib/events/event.ts';
import { parseEvents } from '../../src/lib/events/parseEvents.ts';
import type { Policy } from '../../src/lib/policy/policy.ts';
import { start } from '../support/events.ts';
import { beliefs } from './beliefs.ts';
import type { Case } from './case.ts';
import { type Played, policyOf } from './play.ts';
import { muteSpans, quietSpans } from './quietTimes.ts';

/** A stretch in which the newest event that has arrived of a device says the same. */
export type Stretch = {
  readonly deviceId: string;
  readonly connected: boolean;
  /** Event time of that event. */
  readonly eventMs: number;
  /** From its arrival to that of a newer one, or to the end of the story. */
  readonly fromMs: number;
  readonly toMs: number;
};

/** For the tolerance of wake-ups, the way back from the logs, and the way to the receiver. */
export const slackMs = 10_500;
/** After a crash or a change of the configuration, what is true is told within three minutes. */
const repairMs = 3 * 60_000;
/** Fewer changes than this within the window are no flapping. */
const fewChanges = 5;

/**
 * Promises 2 and 3 at every moment, not at the end alone: a device that stays away, or back, is told so in time. Only
 * of operators that answer. A device that is deleted or made anew is not down from then on.
 */
export function latePromises(story: Case, played: Played): string[] {
  if (story.troubles.some(({ receiver }) => receiver === 'operators' || receiver === 'on-call')) return [];
  const { world } = played;
  const heard = world.heard.filter(({ receiver }) => receiver === 'operators');
  const broken: string[] = [];
  const policy = policyOf(story);
  const moments: Moments = { disturbedAtMs: world.disturbedAtMs, pushes: pushesOf(story, played) };
  for (const stretch of stretchesOf(played)) {
    const dueMs = dueAt(stretch, story, policy, moments);
    if (dueMs >= stretch.toMs) continue;
    const believed = beliefs(heard.filter(({ atMs }) => atMs <= dueMs)).has(stretch.deviceId);
    if (believed === !stretch.connected) continue;
    const [what, seconds] = [stretch.connected ? 'back' : 'down', (dueMs - stretch.fromMs) / 1000];
    broken.push(
      `${stretch.connected ? 3 : 2}: ${stretch.deviceId} is ${what} from ${(stretch.fromMs - start) / 1000} s, not told ${seconds} s later`,
    );
  }
  return broken;
}

/** When operators must have heard of it, if it stays so. */
function dueAt(
  { deviceId, connected, eventMs, fromMs }: Stretch,
  story: Case,
  policy: Policy,
  { disturbedAtMs, pushes }: Moments,
): number {
  const sinceMs = Math.min(eventMs, fromMs);
  const holdEndsMs = Math.max(
    fromMs + policy.lateEventGraceMs,
    sinceMs + (connected ? policy.recoveredAfterMs : policy.offlineAfterMs),
  );
  const unquiet = changesOf(story, deviceId) >= fewChanges ? (policy.flapping?.windowMs ?? 0) : 0;
  const wayMs = policy.groupWaitMs + policy.diagnosisBudgetMs + slackMs;
  const allowanceMs = policy.groupIntervalMs + wayMs + (connected ? unquiet : 0);
  const disturbed = disturbedAtMs.map((atMs) => ({ atMs, pushedToMs: atMs + repairMs + allowanceMs }));
  const own = pushes.filter(({ of }) => of(deviceId, connected, sinceMs));
  let dueMs = holdEndsMs + allowanceMs;
  for (const { atMs, pushedToMs } of [...disturbed, ...own].sort((a, b) => a.atMs - b.atMs)) {
    if (atMs <= dueMs) dueMs = Math.max(dueMs, pushedToMs);
  }
  return dueMs;
}

/** What puts off a notice, from when on and to when. */
type Push = {
  readonly atMs: number;
  readonly pushedToMs: number;
  readonly of: (deviceId: string, connected: boolean, sinceMs: number) => boolean;
};

type Moments = { readonly disturbedAtMs: readonly number[]; readonly pushes: readonly Push[] };

/** A control is known everywhere two seconds after it was set. */
const knownAfterMs = 2_000;

/**
 * What a control holds is told at its end at once: within the budget of the diagnosis; where something else was told just
 * before it, with the next update. Word of an acknowledgement is a notice too, after which the next update takes its time.
 */
function pushesOf(story: Case, played: Played): Push[] {
  const policy = policyOf(story);
  const { controls, world } = played;
  const heardAt = world.heard.filter(({ receiver }) => receiver === 'operators');
  const afterEnd = (endMs: number) => {
    const wayMs = policy.diagnosisBudgetMs + slackMs + knownAfterMs;
    const last = heardAt.findLast(({ atMs }) => atMs <= endMs);
    const waits = last !== undefined && last.atMs > endMs - policy.groupIntervalMs - wayMs;
    return endMs + wayMs + (waits ? policy.groupIntervalMs : 0);
  };
  const quiet = quietSpans(story, controls, false).map(
    ({ fromMs, graceEndsMs, covers }): Push => ({
      atMs: fromMs,
      pushedToMs: afterEnd(graceEndsMs),
      of: (deviceId, connected, sinceMs) => !connected && covers(deviceId) && graceEndsMs > sinceMs,
    }),
  );
  const mute = muteSpans(story, 'operators', false).map(
    ({ fromMs, untilMs }): Push => ({
      atMs: fromMs,
      pushedToMs: afterEnd(untilMs),
      of: (_deviceId, connected, sinceMs) => !connected && untilMs > sinceMs,
    }),
  );
  const words = heardAt
    .filter(({ message }) => message.reason === 'acknowledgementEnded' || message.reason === 'acknowledged')
    .map(({ atMs }): Push => {
      const wayMs = policy.groupWaitMs + policy.diagnosisBudgetMs + slackMs;
      return {
        atMs: atMs - policy.groupIntervalMs,
        pushedToMs: atMs + policy.groupIntervalMs + wayMs,
        of: () => true,
      };
    });
  return [...quiet, ...mute, ...words];
}

/** A hidden flap is two changes. */
function changesOf(story: Case, deviceId: string): number {
  return story.changes
    .filter(({ device }) => deviceId.endsWith(device === 4 ? '#1' : `-${device}`))
    .reduce((sum, { kind }) => sum + (kind === 'hidden' ? 2 : 1), 0);
}

export function stretchesOf({ world, truth }: Played): Stretch[] {
  const arrived = world.taken.flatMap(({ atMs, body }) =>
    parseEvents(body).flatMap((parsed) => (parsed.kind === 'event' ? [{ atMs, event: parsed.event }] : [])),
  );
  const byDevice = Map.groupBy(arrived, ({ event }) => event.deviceId);
  return truth.flatMap(({ deviceId }) => stretchesOfOne(deviceId, byDevice.get(deviceId) ?? [], world.nowMs));
}

type Arrived = { readonly atMs: number; readonly event: DeviceEvent };

const isOfRegistry = ({ event }: Arrived) => event.kind === 'created' || event.kind === 'deleted';

function stretchesOfOne(deviceId: string, arrived: readonly Arrived[], endsMs: number): Stretch[] {
  const remade = arrived.some(isOfRegistry);
  const stretches: Stretch[] = [];
  let [newest, newestMs, deleted] = ['', 0, false];
  for (const { atMs, event } of arrived) {
    // Between events of the registry and of connections the order is that of their times: out of order, the device's
    // own rules decide, which is not for this check to repeat.
    if (remade && event.eventTimeMs < newestMs) {
      const open = stretches.pop();
      return open ? [...stretches, { ...open, toMs: atMs }] : stretches;
    }
    newestMs = event.eventTimeMs;
    if ('sequenceNumber' in event) {
      if (event.sequenceNumber <= newest || (deleted && event.kind === 'disconnected')) continue;
      newest = event.sequenceNumber;
      deleted = false;
    } else deleted = event.kind === 'deleted';
    const last = stretches.pop();
    if (last) stretches.push({ ...last, toMs: atMs });
    const connected = event.kind !== 'disconnected';
    stretches.push({ deviceId, connected, eventMs: event.eventTimeMs, fromMs: atMs, toMs: endsMs });
  }
  return stretches;
}
