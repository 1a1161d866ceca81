import type { HubLevel } from '../../incident/hubLevel.ts';
import type { Message, Summarised } from '../message.ts';
import { durationInWords } from './durationInWords.ts';

type Fact = { readonly label: string; readonly value: string };

/** What a notice about a hub's count of connected devices says of the hub, after its name. */
export function hubSays(message: Summarised, level: HubLevel): string {
  const { status, reason, lasted } = message;
  const { connected, expected, explained } = level;
  const fewer = devices(missingOf(level), 'fewer connected ');
  if (status === 'open') {
    const reminds = reason === 'reminder';
    const since = reminds ? 'than before the drop' : 'than an hour ago';
    return `${reminds ? 'still ' : ''}reports ${fewer} ${since}; events explain ${explained}`;
  }
  if (reason === 'noLongerFollowed') return `is no longer watched; it last reported ${fewer}`;
  switch (level.ended) {
    case 'explained':
      return `reports ${fewer}; events now explain ${explained} of them`;
    case 'newNormal':
      return `has reported ${devices(connected, 'connected ')} for a day, not ${expected}; this is the new normal`;
    default: {
      const after = lasted === null ? '' : ` after ${durationInWords(lasted.toMs - lasted.fromMs)}`;
      return `is back to ${devices(connected, 'connected ')}${after} (${expected} before the drop)`;
    }
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
      return 'First alert: the hub lost connections that no event explains.';
    case 'noLongerFollowed':
      return 'Closed: this hub is no longer watched, or the routes changed.';
    case 'recovered':
      if (ended === 'explained')
        return 'Closed: events now account for these devices; see the alerts for their sites.';
      if (ended === 'newNormal') return 'Closed: the lower count has lasted for a day.';
      return 'All clear: the hub counts as many connected devices as before.';
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
    { label: 'Before', value: `${devices(level.expected, 'connected ')}, an hour before the drop` },
    { label: 'Explained', value: `${devices(level.explained)} have sent a disconnect event since then` },
  ];
}

function missingOf({ connected, expected }: HubLevel): number {
  return Math.max(0, expected - connected);
}

function devices(count: number, kind = ''): string {
  return `${count} ${kind}${count === 1 ? 'device' : 'devices'}`;
}
