import type { HubLevel } from '../../incident/hubLevel.ts';
import type { Message, Summarised } from '../message.ts';
import { durationInWords } from './durationInWords.ts';

type Fact = { readonly label: string; readonly value: string };

/** The one sentence of a notice about a hub's count of connected devices. */
export function hubSentence(message: Summarised, level: HubLevel): string {
  const { site, status, reason, openedAtMs, resolvedAtMs, nowMs } = message;
  const { connected, expected, explained } = level;
  const fewer = `${devices(missingOf(level), 'fewer connected ')}`;
  if (status === 'open') {
    const since = reason === 'reminder' ? 'than before the drop' : 'than an hour ago';
    const still = reason === 'reminder' ? 'still ' : '';
    return `${site.name} ${still}reports ${fewer} ${since}; we have events for ${explained}`;
  }
  if (reason === 'noLongerFollowed') return `${site.name}: no longer watched, ${fewer} at the last look`;
  const after = durationInWords((resolvedAtMs ?? nowMs) - openedAtMs);
  switch (level.ended) {
    case 'explained':
      return `${site.name} reports ${fewer}, and events now explain ${explained} of them`;
    case 'newNormal':
      return `${site.name} reports ${devices(connected, 'connected ')} for a day now instead of ${expected}, which is taken as normal`;
    default:
      return `${site.name} reports ${devices(connected, 'connected ')} again after ${after}, of ${expected} before`;
  }
}

/** The state in a word or two. */
export function hubState(
  { status, reason }: Pick<Message, 'status' | 'reason'>,
  { ended }: HubLevel,
): string {
  if (status === 'open') return 'Connections lost';
  if (reason === 'noLongerFollowed') return 'No longer watched';
  return ended === 'explained' ? 'Explained' : ended === 'newNormal' ? 'New normal' : 'Back online';
}

/** Why the notice is sent, where the words for devices do not fit. */
export function hubReason(
  { reason }: Pick<Message, 'status' | 'reason'>,
  { ended }: HubLevel,
): string | null {
  switch (reason) {
    case 'outageBegan':
      return 'First notice: the hub lost connections of which no event tells.';
    case 'noLongerFollowed':
      return 'This hub is no longer watched, or the routes changed.';
    case 'recovered':
      if (ended === 'explained')
        return 'All-clear: events tell of these devices now; their sites are followed.';
      if (ended === 'newNormal') return 'Closed: the lower level has lasted for a day.';
      return 'All-clear: the hub counts as many connected devices as before.';
    default:
      return null;
  }
}

/** What the hub counts, in place of the numbers of a site. */
export function hubFacts(level: HubLevel): Fact[] {
  return [
    {
      label: 'Now',
      value: `${devices(level.connected, 'connected ')}, ${missingOf(level)} fewer than before`,
    },
    { label: 'Before', value: `${devices(level.expected, 'connected ')}, an hour before the drop was seen` },
    { label: 'By events', value: `${devices(level.explained)} gone since then` },
  ];
}

function missingOf({ connected, expected }: HubLevel): number {
  return Math.max(0, expected - connected);
}

function devices(count: number, kind = ''): string {
  return `${count} ${kind}${count === 1 ? 'device' : 'devices'}`;
}
