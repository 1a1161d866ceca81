import { formatDuration } from '../fields/quantities.ts';
import type { Clock } from '../notify/words/clock.ts';
import { oneLine } from '../notify/words/oneLine.ts';
import type { Known } from './explanation.ts';
import type { Moment } from './moment.ts';
import type { Reason } from './receivers.ts';

/** Says moments as the clock at the site shows them, seen from the moment that is asked about. */
export type Times = (atMs: number) => string;

export function timesOf(clock: Clock, todayMs: number): Times {
  return (atMs) => clock.shortInstant(atMs, todayMs, todayMs);
}

/** What was believed of the device. */
export function knownInWords({ key, policy, device }: Moment, known: Known, at: Times): string {
  const name = oneLine(key);
  if (known.phase === null) return `No event of ${name} had been received by then.`;
  if (device?.deleted) return `${name} had been deleted.`;
  const since = known.sinceMs ? ` since ${at(known.sinceMs)}` : '';
  const flaps = known.flapping ? ' Its connection was unstable: it counted as flapping.' : '';
  const ends = known.holdEndsAtMs === null ? '' : at(known.holdEndsAtMs);
  switch (known.phase) {
    case 'online':
      return `${name} was online${since}.${flaps}`;
    case 'suspect':
      return `${name} was disconnected${since}; it counts as offline only after ${formatDuration(policy.offlineAfterMs)}, at ${ends}.${flaps}`;
    case 'offline':
      return `${name} was offline${since}.${flaps}`;
    case 'recovering':
      return `${name} was connected again${since}; it counts as back only after ${formatDuration(policy.recoveredAfterMs)}, at ${ends}.${flaps}`;
    default:
      return known.phase satisfies never;
  }
}

/** Why a receiver was told, or not. */
export function reasonInWords({ receiver, code, notice, untilMs, detail }: Reason, at: Times): string {
  const name = oneLine(receiver);
  const until = untilMs === null ? '' : ` until ${at(untilMs)}`;
  const what = detail === null ? '' : ` ${oneLine(detail)}`;
  if (notice?.finishedAtMs) {
    const why = {
      escalation: ': a step of its route was due',
      fallback: `: it stands in for${what}, which could not be told`,
      routeRemoved: '; no route leads to it any more',
    }[code as string];
    return `${name} was told at ${at(notice.finishedAtMs)}${why ?? ''}.`;
  }
  switch (code) {
    case 'neverSeen':
      return `${name} was not told: no event of the device had been received.`;
    case 'online':
      return `${name} was not told: the device was online.`;
    case 'hold':
      return `${name} was not told: the hold of the device ran${until}.`;
    case 'lateEvent':
      return `${name} was not told: the event came late, and its counterpart was waited for${until}.`;
    case 'flapping':
      return `${name} was told that the device flaps; single losses are not told meanwhile.`;
    case 'deleted':
      return `${name} was not told: the device had been deleted.`;
    case 'groupWait':
      return `${name} was not told yet: the first notice waits for what else falls${until} (groupWait).`;
    case 'groupInterval':
      return `${name} was not told yet: further news waits${until} (groupInterval).`;
    case 'told':
      return `${name} had been told all that there was to tell.`;
    case 'route':
      return `${name} is a recipient by its route; its notice was on the way.`;
    case 'escalation':
      return `${name} is a recipient by a step of its route; its notice was on the way.`;
    case 'noRoute':
      return `${name} was not told: no route leads to it${what === '' ? '' : ` here; the nearest is${what}`}.`;
    case 'severity':
      return `${name} was not told: the severity is not one that its route${what} wants.`;
    case 'final':
      return `${name} was not told: an earlier route that is final ended the search before${what}.`;
    case 'routeRemoved':
      if (detail === 'closed')
        return `${name} was not told: its route had been removed before, and with that this incident had ended for it.`;
      return `${name} was not told: its route had been removed.`;
    case 'notDue':
      return untilMs === null
        ? `${name} was not told yet: its time had not come${what === '' ? '' : ` (${oneLine(detail ?? '')})`}.`
        : `${name} was not told yet: its time comes at ${at(untilMs)}${what === '' ? '' : ` (${oneLine(detail ?? '')})`}.`;
    case 'fallback':
      return `${name} is told only in place of${what}, if that cannot be told.`;
    case 'silence':
      return `${name} was not told: the silence${what} ran${until}.`;
    case 'maintenance':
      return `${name} was not told: the planned work${what} ran${until}, its grace included.`;
    case 'muteTime':
      return `${name} was not told: the mute time of${what} ran${until}.`;
    case 'acknowledged':
      return `${name} was not told: ${what === '' ? 'somebody' : what.trim()} had acknowledged the incident${until}.`;
    case 'rateLimit':
      return `${name} was not told yet: its limit let nothing through.`;
    case 'receiverQuiet':
      return `${name} was not told yet: it had asked for quiet.`;
    case 'deliveryFailed':
      return `${name} could not be reached${what === '' ? '' : `:${what}`}.`;
    case 'overBeforeTold':
      return `${name} was not told: it was over before it could be told.`;
    case 'outdatedEvent':
      return `${name} was not told: the event was older than what was known of the device.`;
    default:
      return code satisfies never;
  }
}
