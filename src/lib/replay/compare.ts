import { type Incident, type Notice, perOf } from '../incident/incident.ts';
import type { IncidentFile } from '../incident/incidentFile.ts';
import type { Reason } from '../incident/reasons.ts';
import { subjectName } from './subjects.ts';

/** A notice that would be there, or gone, or come at another time, by other rules. Times are milliseconds. */
export type Change = {
  readonly kind: 'more' | 'fewer' | 'earlier' | 'later';
  readonly receiver: string;
  readonly reason: Reason;
  readonly per: 'site' | 'device';
  /** `deviceKey`s of the incident, the first of them. */
  readonly devices: readonly string[];
  readonly deviceCount: number;
  /** By the rules that were in force; null: it was not sent. */
  readonly wasMs: number | null;
  /** By the other rules; null: it would not be sent. */
  readonly wouldBeMs: number | null;
};

export type Comparison = {
  readonly changes: readonly Change[];
  /** Notices by the rules that were in force, and by the other ones. */
  readonly before: number;
  readonly after: number;
  readonly same: number;
};

export type Span = { readonly fromMs: number; readonly untilMs: number };

/** Looks are coalesced: so much apart is the same moment. */
const sameMs = 5_000;
const mostNamed = 3;

type Sent = { readonly notice: Notice; readonly file: IncidentFile };

/**
 * Which notices of a time would be more, fewer, earlier or later. Incidents are paired by what they are about and when,
 * their notices by receiver, kind and order.
 */
export function compareFiles(
  before: readonly IncidentFile[],
  after: readonly IncidentFile[],
  span: Span,
): Comparison {
  const changes: Change[] = [];
  let same = 0;
  const pairs = pairsOf(before, after, span.untilMs);
  const paired = new Set(pairs.flat());
  const alone = (files: readonly IncidentFile[]) => files.filter((file) => !paired.has(file));
  const all: readonly (readonly [IncidentFile | null, IncidentFile | null])[] = [
    ...pairs,
    ...alone(before).map((file) => [file, null] as const),
    ...alone(after).map((file) => [null, file] as const),
  ];
  for (const [old, next] of all) {
    for (const [was, would] of noticePairs(old, next)) {
      const inSpan = [was, would].some((one) => one !== null && isWithin(one, span));
      if (!inSpan) continue;
      const change = changeOf(was, would);
      if (change === null) same += 1;
      else changes.push(change);
    }
  }
  changes.sort((a, b) => momentOf(a) - momentOf(b) || a.receiver.localeCompare(b.receiver));
  return { changes, before: countOf(before, span), after: countOf(after, span), same };
}

function momentOf({ wasMs, wouldBeMs }: Change): number {
  return Math.min(wasMs ?? Number.POSITIVE_INFINITY, wouldBeMs ?? Number.POSITIVE_INFINITY);
}

function sentOf(file: IncidentFile): Sent[] {
  return file.notices
    .filter(({ state }) => state === 'sent')
    .sort((a, b) => sentMs(a) - sentMs(b))
    .map((notice) => ({ notice, file }));
}

const sentMs = ({ finishedAtMs, createdAtMs }: Notice) => finishedAtMs ?? createdAtMs;

function isWithin({ notice }: Sent, { fromMs, untilMs }: Span): boolean {
  return sentMs(notice) >= fromMs && sentMs(notice) <= untilMs;
}

function countOf(files: readonly IncidentFile[], span: Span): number {
  return files.flatMap(sentOf).filter((one) => isWithin(one, span)).length;
}

/** Incidents about the same that overlap, each in one pair at most: the longest overlap first. */
function pairsOf(
  before: readonly IncidentFile[],
  after: readonly IncidentFile[],
  untilMs: number,
): (readonly [IncidentFile, IncidentFile])[] {
  const bySubject = Map.groupBy(after, ({ incident }) => subjectName(incident.subject));
  const overlaps = before.flatMap((old) =>
    (bySubject.get(subjectName(old.incident.subject)) ?? []).flatMap((next) => {
      const overlapMs = overlapOf(lossSpan(old.incident, untilMs), lossSpan(next.incident, untilMs));
      return overlapMs >= 0 ? [{ old, next, overlapMs }] : [];
    }),
  );
  overlaps.sort((a, b) => b.overlapMs - a.overlapMs);
  const taken = new Set<IncidentFile>();
  return overlaps.flatMap(({ old, next }) => {
    if (taken.has(old) || taken.has(next)) return [];
    taken.add(old).add(next);
    return [[old, next] as const];
  });
}

/** From the first loss to the end. */
function lossSpan({ firstLostAtMs, openedAtMs, resolvedAtMs }: Incident, untilMs: number): Span {
  return { fromMs: firstLostAtMs ?? openedAtMs, untilMs: resolvedAtMs ?? untilMs };
}

function overlapOf(a: Span, b: Span): number {
  return Math.min(a.untilMs, b.untilMs) - Math.max(a.fromMs, b.fromMs);
}

/** Notices of two incidents, by receiver and kind, in their order. */
function noticePairs(
  old: IncidentFile | null,
  next: IncidentFile | null,
): (readonly [Sent | null, Sent | null])[] {
  const nameOf = ({ notice }: Sent) => `${notice.receiver}\n${notice.kind}`;
  const was = Map.groupBy(old ? sentOf(old) : [], nameOf);
  const would = Map.groupBy(next ? sentOf(next) : [], nameOf);
  return [...new Set([...was.keys(), ...would.keys()])].flatMap((name) => {
    const [a, b] = [was.get(name) ?? [], would.get(name) ?? []];
    return Array.from(
      { length: Math.max(a.length, b.length) },
      (_, n) => [a[n] ?? null, b[n] ?? null] as const,
    );
  });
}

function changeOf(was: Sent | null, would: Sent | null): Change | null {
  const { notice, file } = (would ?? was)!;
  const wasMs = was && sentMs(was.notice);
  const wouldBeMs = would && sentMs(would.notice);
  const base = {
    receiver: notice.receiver,
    reason: notice.reason,
    per: perOf(file.incident),
    devices: [...file.incident.members.keys()].slice(0, mostNamed),
    deviceCount: file.incident.members.size,
    wasMs,
    wouldBeMs,
  };
  if (wasMs === null) return { kind: 'more', ...base };
  if (wouldBeMs === null) return { kind: 'fewer', ...base };
  if (Math.abs(wouldBeMs - wasMs) < sameMs) return null;
  return { kind: wouldBeMs < wasMs ? 'earlier' : 'later', ...base };
}
