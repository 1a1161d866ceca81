import type { Held, Told } from './incident.ts';
import type { TimelineEntry } from './timeline.ts';

/** What the story of an incident says when something is held back from a receiver, and when it is let go or over. */
export function heldEntry(
  told: Told | null,
  now: Held | undefined,
  receiver: string,
  nowMs: number,
): TimelineEntry[] {
  const before = told?.held;
  if (before === now) return [];
  const sentence = sentenceOf(told, before, now, receiver);
  if (sentence === null) return [];
  const reason = (now ?? before)?.reason ?? null;
  return [{ atMs: nowMs, kind: 'decision', deviceId: null, receiver, reason, sentence }];
}

function sentenceOf(
  told: Told | null,
  before: Held | undefined,
  now: Held | undefined,
  receiver: string,
): string | null {
  if (now === undefined) {
    if (before === undefined || (told?.lastNoticeAtMs ?? 0) >= (before.letGoAtMs ?? before.sinceMs))
      return null;
    return `What ${inWords(before)} kept from ${receiver} is over: ${receiver} is not told of it.`;
  }
  if (now.letGoAtMs !== undefined) return `${inWords(now)} no longer keeps ${now.reason} from ${receiver}.`;
  const until = new Date(now.untilMs).toISOString();
  return `${receiver} is not told yet: ${inWords(now)} holds ${now.reason} until ${until}.`;
}

function inWords({ why, control }: Held): string {
  switch (why) {
    case 'silence':
      return `silence ${control}`;
    case 'maintenance':
      return `maintenance ${control}`;
    case 'muteTime':
      return `the mute time of ${control}`;
    default:
      return why satisfies never;
  }
}
