import type { QuietPlace } from '../control/quiet.ts';
import type { Policy } from '../policy/policy.ts';
import type { Incident, Member, Members } from './incident.ts';
import { isInTrouble } from './tally.ts';

/** When its contact was lost, or it began to flap. */
function lostSince({ state, lostAtMs, since }: Member): number {
  return state === 'flapping' ? since : (lostAtMs ?? since);
}

/**
 * A member with what makes it quiet now, and whether all of its trouble was; the same object when that is as it was.
 * @param before null: it joins
 */
export function withQuiet(now: Member, before: Member | null, place: QuietPlace): Member {
  const inTrouble = isInTrouble(now);
  const found = inTrouble ? place.of(now.deviceId, lostSince(now)) : null;
  const known = now.quiet;
  const same =
    found?.untilMs === known?.untilMs && found?.control === known?.control && found?.why === known?.why;
  const begins = inTrouble && (before === null || !isInTrouble(before));
  const was = before?.quietThroughout === true;
  const throughout = inTrouble ? found !== null && (begins || was) : was;
  if (same && throughout === (now.quietThroughout === true)) return now;
  const { quiet: _quiet, quietThroughout: _throughout, ...plain } = now;
  return {
    ...plain,
    ...(found === null ? {} : { quiet: same ? known! : found }),
    ...(throughout ? { quietThroughout: true } : {}),
  };
}

/** Whether a route looks past a member: nobody may be told of it now, or was while its trouble lasted. */
export function isQuiet({ quiet, quietThroughout }: Member): boolean {
  return quiet !== undefined || quietThroughout === true;
}

export function anyQuiet(members: Members): boolean {
  for (const member of members.values()) if (isQuiet(member)) return true;
  return false;
}

/** The members as they would be without controls. */
export function withoutQuiet(members: Members): Members {
  return new Map(
    Array.from(members, ([key, { quiet: _quiet, quietThroughout: _throughout, ...plain }]) => [key, plain]),
  );
}

/** When the first trouble began that may be told, as `Incident` has it. */
export function tellableSince(
  { tellableSinceMs: before }: Pick<Incident, 'tellableSinceMs'>,
  members: Members,
): number | null | undefined {
  if (before !== null) return before;
  let first: number | null = null;
  for (const member of members.values()) {
    if (isInTrouble(member) && !member.quiet) first = Math.min(first ?? member.since, member.since);
  }
  return first;
}

/** An incident as it opens: where all is quiet, nothing of it can be told yet. */
export function opening(incident: Incident): Incident {
  const first = tellableSince({ tellableSinceMs: null }, incident.members);
  return first === null ? { ...incident, tellableSinceMs: null } : incident;
}

/** When the first notice of an incident is due: `groupWait` after what may be told of it began. */
export function openAt({ openedAtMs, tellableSinceMs }: Incident, { groupWaitMs }: Policy): number {
  return (tellableSinceMs ?? openedAtMs) + groupWaitMs;
}
