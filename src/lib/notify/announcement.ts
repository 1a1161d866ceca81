/** Something that the responder tells about itself, not about devices. */
export type Announcement = {
  /** Stable over repeats: at most 64 characters of `[A-Za-z0-9_-]`. */
  readonly id: string;
  readonly type:
    | 'responder.configurationRefused'
    | 'responder.configurationAccepted'
    | 'responder.receiverFailing'
    | 'responder.receiverWorks';
  /** What it is about, the same for bad news and for the good news that ends it: `configuration`. */
  readonly about: string;
  /** Good news: what was wrong is over. */
  readonly over: boolean;
  /** One line; the subject of a mail. */
  readonly summary: string;
  /** What it means and what to do, a paragraph each. */
  readonly explanation: readonly string[];
  /** One line each; none when all is well. */
  readonly problems: readonly string[];
};
