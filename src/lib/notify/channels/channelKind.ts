import type * as z from 'zod';
import type { Rate } from '../../fields/quantities.ts';
import type { AddressRules } from '../../outgoing/addressGuard.ts';
import type { ChannelSettings } from '../../policy/receiver.ts';
import type { Channel } from '../channel.ts';

/** What a channel finds of the installation that it sends from. */
export type Installation = {
  /** An application setting; null: it is missing or empty. */
  readonly setting: (name: string) => string | null;
  /** Which hosts may be called, by the rules of this moment. */
  readonly addresses: () => AddressRules;
};

/** What a service takes from all of us, in each of these windows. */
export type SharedLimit = {
  readonly name: string;
  readonly rates: readonly Rate[];
  readonly weight: number;
};
/** What receivers of one kind share: a section at the top of the file that has the name of the kind. */
export interface SharedSection<Settings extends ChannelSettings> {
  section(rules: AddressRules): z.ZodType;
  /** Fields, at whatever depth, that mistakes show as they are; of the others they show nothing. */
  readonly plainFields: readonly string[];
  /** What a receiver asks for that the section does not have: by which of its fields, and in words; null: nothing. */
  lack(receiver: unknown, shared: unknown): { readonly field: string; readonly message: string } | null;
  /** The receiver's settings with what it takes from the checked section; `shared` is undefined when that is left out. */
  join(settings: Settings, shared: unknown): Settings;
}

/**
 * One kind of channel, complete: schema, checks, comparison, what may be shown, and sending derive from it. `Settings` is
 * what a receiver of this kind has.
 */
export interface ChannelKind<Settings extends ChannelSettings = ChannelSettings> {
  /** The key of a receiver under which its settings stand. */
  readonly kind: Settings['kind'];
  /** Checks what is written there, and turns it into the settings. */
  section(rules: AddressRules): z.ZodType<Settings>;
  /** Fields that logs, mistakes and comparisons show as they are. Of the others they show the host of an address at most. */
  readonly plainFields: readonly Extract<Exclude<keyof Settings, 'kind'>, string>[];
  /**
   * By field: something that is accepted in place of an application setting which is not set where the file is checked,
   * always the same for the same setting. `host` is a name of a host for it.
   */
  readonly standIns: Readonly<Record<string, (setting: string, host: string) => string>>;
  /** Whether notices that wait for a limit go out as one digest. */
  merges(settings: Settings): boolean;
  /** Whether a later notice changes the message that an earlier one made; left out: none of this kind does. */
  changesInPlace?(settings: Settings): boolean;
  /** So many incidents are sure to be named in one of its messages; left out: any number. */
  readonly mostInDigest?: number;
  /** A limit that all receivers of this kind share, with what a message to one of them counts; left out: none. */
  sharedLimit?(settings: Settings, installation: Pick<Installation, 'setting'>): SharedLimit | null;
  /** Left out: receivers of this kind share nothing. */
  readonly shared?: SharedSection<Settings>;
  /**
   * Opens the channel, which reads its application settings now and loads an SDK with the first message. It gets
   * receivers of this kind alone.
   */
  open(installation: Installation): Channel<Settings>;
}
