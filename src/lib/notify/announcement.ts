/** What each kind is called, and what its list is of; those of `responder` are about the responder itself. */
export const announcementKinds = {
  'responder.configurationRefused': { title: 'Configuration refused', list: 'Mistakes' },
  'responder.configurationAccepted': { title: 'Configuration accepted', list: 'Mistakes' },
  'responder.wasBlind': { title: 'The responder was blind', list: 'Found afterwards' },
  'responder.receiverFailing': { title: 'A receiver cannot be reached', list: 'What it answered' },
  'responder.receiverWorks': { title: 'A receiver can be reached again', list: 'What it answered' },
  'responder.test': { title: 'Test', list: 'Notes' },
  'shift.digest': { title: 'Change of shift', list: 'Notes' },
} as const;

/** Something that the responder tells about itself, or how sites stand at the change of shift: no notice of an incident. */
export type Announcement = {
  /** Stable over repeats: at most 64 characters of `[A-Za-z0-9_-]`. */
  readonly id: string;
  readonly type: keyof typeof announcementKinds;
  /** What it is about, the same for bad news and for the good news that ends it: `configuration`. */
  readonly about: string;
  /** Good news: what was wrong is over. */
  readonly over: boolean;
  /** One line; the subject of a mail. */
  readonly summary: string;
  /** What it means and what to do, a paragraph each. */
  readonly explanation: readonly string[];
  /** One line each, under the heading of its kind; none when all is well. */
  readonly problems: readonly string[];
  /** Several lists, each under its own heading; absent: `problems` is all. */
  readonly sections?: readonly { readonly title: string; readonly lines: readonly string[] }[];
  /** Who has not been told by then is not told any more, milliseconds; absent: it is tried for `giveUpAfter`. */
  readonly pointlessFromMs?: number;
};

/** Why somebody gets it. */
export function announcementReason(type: Announcement['type']): string {
  return type === 'shift.digest'
    ? 'How things stand at the change of shift. Nothing new has happened because of this message.'
    : 'About the responder itself, not about devices.';
}
