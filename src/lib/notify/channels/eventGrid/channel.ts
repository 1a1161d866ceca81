import type { ChannelKind } from '../channelKind.ts';
import { openEventGrid } from './send.ts';
import { type EventGridSettings, eventGridSection } from './settings.ts';

/** CloudEvents to a custom topic of Event Grid. */
export const eventGrid: ChannelKind<EventGridSettings> = {
  kind: 'eventGrid',
  section: eventGridSection,
  plainFields: ['endpoint'],
  standIns: { endpoint: (_, host) => `https://${host}/api/events` },
  merges: () => false,
  open: openEventGrid,
};
