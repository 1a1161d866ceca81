import type { FieldTable, Values } from '../fields/fieldTable.ts';
import type { Rate } from '../fields/quantities.ts';
import { withinCall } from './policyFields.ts';

/** How often and how long a notice is tried: the one place where such a field is written. */
export const deliveryFields = {
  timeout: {
    kind: 'duration',
    default: '10s',
    longest: withinCall,
    says: 'How long to wait for an answer.',
  },
  retryFirst: {
    kind: 'duration',
    default: '5s',
    says: 'The delay before the second attempt; it doubles from there.',
  },
  retryMax: { kind: 'duration', default: '15m', says: 'The longest delay between two attempts.' },
  giveUpAfter: {
    kind: 'duration',
    default: '24h',
    says: 'How long a notice is tried before it counts as failed.',
  },
} as const satisfies FieldTable;

/** Milliseconds. */
export type Delivery = Values<typeof deliveryFields>;

/** What a receiver has beside its channel and the names of other receivers. */
export const receiverFields = {
  fallbackAfter: {
    kind: 'duration',
    default: '5m',
    says: 'How long this receiver is tried before its fallback is told too. After a permanent failure the fallback is told at once.',
  },
  testEvery: {
    kind: 'duration',
    says: 'Sends a test notice this often, like 30d: some addresses die without a word. What becomes of it is told to ops.',
  },
  rateLimit: {
    kind: 'rate',
    says: 'At most so many notices in any time of that length, like 10 per 1h. What is over it waits, and comes together in one digest where the channel can merge.',
  },
  tellAcknowledgements: {
    kind: 'yesNo',
    default: false,
    says: 'true: hears of each acknowledgement in a notice of its own. Else only where it changes an earlier message in place.',
  },
} as const satisfies FieldTable;

/** How a receiver is reached. Only the channel of that kind knows what else is in it. */
export type ChannelSettings = { readonly kind: string };

export type Receiver<Settings extends ChannelSettings = ChannelSettings> = {
  readonly name: string;
  readonly channel: Settings;
  /** By field of the channel: the application setting that alone is its value (`${NAME}`). Absent: none is. */
  readonly settingNames?: Readonly<Record<string, string>>;
  readonly fallback: string | null;
  readonly fallbackAfterMs: number;
  /** null: no tests by themselves. */
  readonly testEveryMs: number | null;
  /** null: no limit of its own. */
  readonly rateLimit: Rate | null;
  /** Hears of acknowledgements in notices of their own, also where no earlier message can show them. */
  readonly tellAcknowledgements: boolean;
  /** It does, or its channel shows them in the message that is there already. Absent: no. */
  readonly hearsAcknowledgements?: boolean;
  readonly delivery: Delivery;
};
