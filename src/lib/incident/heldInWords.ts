import type { Controls } from '../control/control.ts';
import type { Held, Told } from './incident.ts';
import type { TimelineEntry } from './timeline.ts';

/**
 * What the story of an incident says when something is held back from a receiver, and when it is let go or over: by whose
 * control, since the story outlives it.
 */
export function heldEntry(
  told: Told | null,
  now: Held | undefined,
  receiver: string,
  controls: Controls,
  nowMs: number,
): TimelineEntry[] {
  const before = told?.held;
  if (before === now) return [];
  const sentence = sentenceOf(told, before, now, receiver, controls);
  if (sentence === null) return [];
  const reason = (now ?? before)?.reason ?? null;
  return [{ atMs: nowMs, kind: 'decision', deviceId: null, receiver, reason, sentence }];
}

function sentenceOf(
  told: Told | null,
  before: Held | undefined,
  now: Held | undefined,
  receiver: string,
  controls: Controls,
): string | null {
  if (now === undefined) {
    if (before === undefined || (told?.lastNoticeAtMs ?? 0) >= (before.letGoAtMs ?? before.sinceMs))
      return null;
    return `What ${inWords(before, controls)} kept from ${receiver} is over: ${receiver} is not told of it.`;
  }
  const what = inWords(now, controls);
  if (now.letGoAtMs !== undefined) return `${receiver} can be told again: ${what} is over.`;
  return `${receiver} is not told yet: ${what} lasts until ${new Date(now.untilMs).toISOString()}.`;
}

function inWords({ why, control }: Held, { silences, windows }: Controls): string {
  switch (why) {
    case 'silence': {
      const silence = silences.find(({ id }) => id === control);
      return silence ? `the silence by ${silence.by}` : 'a silence';
    }
    case 'maintenance':
      // Planned work of the configuration goes by its name.
      return `the planned work “${windows.find(({ id }) => id === control)?.name ?? control}”`;
    case 'muteTime':
      return `the mute time of ${control}`;
    default:
      return why satisfies never;
  }
}
