import type { DeviceId } from '../../events/event.ts';
import type { Note } from '../../incident/incident.ts';
import type { StepDone } from '../../incident/incidentFile.ts';
import type { Reason } from '../../incident/reasons.ts';
import type { EmailContent } from '../../notify/channels/email/renderContent.ts';
import type { Message } from '../../notify/message.ts';
import type { Phrase } from '../../notify/words/phrase.ts';
import type { LinkAction } from './linkActions.ts';
import type { SaidCode } from './saidCodes.ts';

/** What a link shows of its incident, and nothing else of the fleet. Times are milliseconds. */
export type LinkView = {
  /** The page's own path, under which its forms are. */
  readonly path: string;
  readonly reader: Reader;
  /** What a mail of this moment would say. */
  readonly content: EmailContent;
  /** Of the devices of `content`, in their order. */
  readonly deviceIds: readonly DeviceId[];
  readonly timeZone: string;
  readonly status: 'open' | 'resolved';
  readonly endedAtMs: number | null;
  readonly acknowledged: Message['acknowledged'];
  /** What a silence by this link would cover; null: it sets none. */
  readonly silenceOf: Phrase | null;
  /** Silences and planned work that keep some or all of it quiet now. */
  readonly quiet: readonly Quiet[];
  readonly told: readonly ToldReceiver[];
  /** Somebody is to be told of it, as far as the routes go. */
  readonly isRouted: boolean;
  /** Of the receivers, how many are not listed. */
  readonly moreReceivers: number;
  readonly steps: readonly Step[];
  /** The newest ones, oldest first. */
  readonly notes: readonly Note[];
  /** Of the notes, how many older ones are not listed. */
  readonly moreNotes: number;
  /** What was noted about the same device or site before. */
  readonly earlierNotes: readonly Note[];
  /** Newest first, without what is said of receivers: `told` is. */
  readonly story: readonly { readonly atMs: number; readonly sentence: string }[];
  /** Of its beginning, how much is not shown. */
  readonly earlierInStory: number;
  /** For what may be done now. */
  readonly tokens: FormTokens;
  /** What became of the press that led here; null: none did. */
  readonly said: SaidCode | null;
  readonly nowMs: number;
};

/** Who reads: whoever has the link that was sent to a receiver, or somebody with access (null: an open local run). */
export type Reader =
  | { readonly kind: 'link'; readonly receiver: string }
  | { readonly kind: 'person'; readonly name: string | null; readonly mayAct: boolean };

export type Quiet = {
  readonly kind: 'silence' | 'maintenance';
  /** Of planned work its name, of a silence why; null: nobody said. */
  readonly why: string | null;
  readonly by: string | null;
  readonly untilMs: number;
  /** The token to take it back; null: it covers more than this link's incident, so not by this link. */
  readonly token: string | null;
};

export type ToldReceiver = {
  readonly receiver: string;
  /** Its kind; null: not told, or it is configured no longer. */
  readonly channel: string | null;
  readonly notices: readonly NoticeFate[];
};

export type NoticeFate = {
  readonly reason: Reason;
  readonly state: 'pending' | 'sent' | 'failed' | 'dropped';
  readonly attempts: number;
  /** When it was sent or given up, else when it was made. */
  readonly atMs: number;
  /** What went wrong last; null: nothing, or not to be told. */
  readonly error: string | null;
};

export type Step = {
  readonly text: Phrase;
  /** The same as the diagnosis has it, which the form sends back. */
  readonly step: string;
  readonly done: StepDone | null;
  /** To tick it off, or to take that back; null: nobody can any more. */
  readonly token: string | null;
};

/** A token for each form that the page has; absent: it has not. */
export type FormTokens = { readonly [action in LinkAction]?: string };
