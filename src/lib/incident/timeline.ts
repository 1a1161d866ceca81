import type { Incident, Member, Notice } from './incident.ts';
import { newsInWords } from './reasons.ts';

/** One line of an incident's story. */
export type TimelineEntry = {
  readonly atMs: number;
  readonly kind: 'event' | 'decision' | 'notice' | 'attempt' | 'diagnosis' | 'control' | 'note';
  readonly deviceId: string | null;
  readonly receiver: string | null;
  /** Why: the reason of a notice. */
  readonly reason: string | null;
  readonly sentence: string;
  /** When an evaluation saw it; of events of devices alone. */
  readonly seenAtMs?: number;
  /** Of an attempt alone. */
  readonly outcome?: 'sent' | 'temporary' | 'failed' | 'dropped';
  readonly error?: string | null;
};

/** A storm is told by its first devices and a number. */
const mostDevices = 50;

/** What an evaluation saw and decided about an incident. */
export function entriesOf(
  before: Incident | null,
  now: Incident,
  notices: readonly Notice[],
  dropped: readonly Notice[],
  nowMs: number,
): TimelineEntry[] {
  const entries: TimelineEntry[] = [];
  const decision = (sentence: string) =>
    entries.push({ atMs: nowMs, kind: 'decision', deviceId: null, receiver: null, reason: null, sentence });
  if (before === null) decision(`The incident began, ${now.severity}.`);
  else if (before.severity !== now.severity)
    decision(`The severity changed from ${before.severity} to ${now.severity}.`);
  entries.push(...memberEntries(before, now, nowMs));
  entries.push(...acknowledgementEntries(before, now));
  if (before?.status !== 'resolved' && now.status === 'resolved') decision('The incident ended.');
  for (const { receiver, reason } of notices) {
    const sentence = `${receiver} will be told ${newsInWords[reason]}.`;
    entries.push({ atMs: nowMs, kind: 'notice', deviceId: null, receiver, reason, sentence });
  }
  for (const notice of dropped) entries.push(droppedEntry(notice, nowMs));
  return entries;
}

/** That an acknowledgement has ended by itself; whoever takes one back says so. */
function acknowledgementEntries(before: Incident | null, { acknowledged }: Incident): TimelineEntry[] {
  const ended = acknowledged?.ended;
  if (!ended || ended.why === 'takenBack' || before?.acknowledged?.ended) return [];
  const why = ended.why === 'time' ? 'its time was over' : 'the severity rose above it';
  const sentence = `The acknowledgement by ${acknowledged.by} ended: ${why}.`;
  return [{ atMs: ended.atMs, kind: 'control', deviceId: null, receiver: null, reason: null, sentence }];
}

export function droppedEntry({ receiver, reason, lastError }: Notice, atMs: number): TimelineEntry {
  const sentence = `${receiver} was not told: ${lastError ?? 'the notice was dropped'}.`;
  return {
    atMs,
    kind: 'attempt',
    deviceId: null,
    receiver,
    reason,
    sentence,
    outcome: 'dropped',
    error: lastError,
  };
}

function memberEntries(before: Incident | null, now: Incident, nowMs: number): TimelineEntry[] {
  if (before !== null && before.members === now.members) return [];
  const entries: TimelineEntry[] = [];
  let more = 0;
  for (const [key, member] of now.members) {
    const known = before?.members.get(key);
    if (known === member) continue;
    const sentence = changeInWords(known, member);
    if (sentence === null) continue;
    if (entries.length >= mostDevices) {
      more += 1;
      continue;
    }
    const atMs = member.backAtMs ?? member.lostAtMs ?? member.since;
    entries.push({
      atMs,
      kind: 'event',
      deviceId: key,
      receiver: null,
      reason: null,
      sentence: `${key} ${sentence}.`,
      seenAtMs: nowMs,
    });
  }
  if (more > 0) {
    const sentence = `${more} more devices changed.`;
    entries.push({ atMs: nowMs, kind: 'event', deviceId: null, receiver: null, reason: null, sentence });
  }
  return entries;
}

function changeInWords(before: Member | undefined, now: Member): string | null {
  if (before?.state === now.state && before.recovering === now.recovering) return null;
  switch (now.state) {
    case 'down':
      return now.recovering ? 'connected again' : 'is offline';
    case 'flapping':
      return 'is flapping';
    case 'back':
      return 'is back';
    case 'gone':
      return 'is no longer followed';
    default:
      return now.state satisfies never;
  }
}
