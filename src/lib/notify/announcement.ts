import { createHash } from 'node:crypto';

/** What there is to tell of each kind, and whether it is good news. */
export const announcementKinds = {
  'responder.configurationRefused': { good: false, title: 'Configuration refused', list: 'Mistakes' },
  'responder.configurationAccepted': { good: true, title: 'Configuration accepted', list: 'Mistakes' },
  'responder.wasBlind': { good: false, title: 'The responder was blind', list: 'Found afterwards' },
  'responder.receiverFailing': { good: false, title: 'A receiver fails', list: 'What it answered' },
  'responder.receiverWorks': { good: true, title: 'A receiver works again', list: 'What it answered' },
  'responder.test': { good: true, title: 'Test', list: 'Notes' },
} as const;

/** Something that the responder tells about itself, not about devices. */
export type Announcement = {
  /** Stable over repeats: at most 64 characters of `[A-Za-z0-9_-]`. */
  readonly id: string;
  readonly type: keyof typeof announcementKinds;
  /** One line; the subject of a mail. */
  readonly summary: string;
  /** What it means and what to do, a paragraph each. */
  readonly explanation: readonly string[];
  /** One line each, under the heading of its kind; none when all is well. */
  readonly problems: readonly string[];
};

/** Stable for the same facts. */
export function announcementId(kind: string, ...facts: readonly (string | number)[]): string {
  return `${kind}_${createHash('sha256').update(JSON.stringify(facts)).digest('hex').slice(0, 32)}`;
}
