import { readHandle } from '../../incident/handle.ts';
import type { ChannelSettings } from '../../policy/receiver.ts';
import type { Channels, SendResult } from '../channel.ts';
import type { ChannelKind, Installation } from './channelKind.ts';
import { email } from './email/channel.ts';
import { eventGrid } from './eventGrid/channel.ts';
import { pagerduty } from './pagerduty/channel.ts';
import { slack } from './slack/channel.ts';
import { teams } from './teams/channel.ts';
import { webhook } from './webhook/channel.ts';

/** What all but a channel itself knows of it. Sound, since a channel gets only receivers whose `kind` is its own. */
type AnyKind = Omit<ChannelKind, 'plainFields'> & { readonly plainFields: readonly string[] };

/** Every kind of channel: the one list of them. */
export const channelKinds: readonly AnyKind[] = [email, webhook, pagerduty, slack, teams, eventGrid];

/**
 * The settings of the one channel that a checked receiver has.
 * @param file the checked file, for what receivers of a kind share
 */
export function channelOf(receiver: object, file: object): ChannelSettings {
  const written = new Map(Object.entries(receiver));
  const chosen = channelKinds.find(({ kind }) => written.get(kind) !== undefined);
  if (!chosen) throw new Error('a receiver without a channel has passed the checks');
  const settings: ChannelSettings = written.get(chosen.kind);
  return chosen.shared ? chosen.shared.join(settings, Reflect.get(file, chosen.kind)) : settings;
}

/** Whether a receiver's channel shows what is new in the message that is there already. */
export function changesInPlace(channel: ChannelSettings): boolean {
  const kind = channelKinds.find((each) => each.kind === channel.kind);
  return kind?.changesInPlace?.(channel) ?? false;
}

/** Sends by whatever channel the receiver has. A channel gets handles of its own kind alone. */
export function openChannels(installation: Installation): Channels {
  const channels = new Map(channelKinds.map((each) => [each.kind, each.open(installation)]));
  return {
    pacingOf(receiver) {
      const { channel, rateLimit, name } = receiver;
      const kind = channelKinds.find((each) => each.kind === channel.kind);
      const shared = kind?.sharedLimit?.(channel, installation) ?? null;
      const own = rateLimit && { name: `receiver ${name}`, rates: [rateLimit], weight: 1 };
      return {
        merges: kind?.merges(channel) ?? false,
        mostInDigest: kind?.mostInDigest,
        limits: [own, shared].filter((limit) => limit !== null),
      };
    },
    async send(message, receiver, nowMs, handle = null) {
      const { kind } = receiver.channel;
      const channel = channels.get(kind);
      if (!channel) throw new Error(`no channel of kind ${kind}`);
      return kept(await channel.send(message, receiver, nowMs, handle?.kind === kind ? handle : null));
    },
  };
}

/** A handle that storage could not take is left out; the one before stays. */
function kept({ handle, ...result }: SendResult): SendResult {
  if (handle === undefined || (handle !== null && readHandle(handle) === null)) return result;
  return { ...result, handle };
}

/** Whether a section at the top of the file is what receivers of one kind share. */
export function isShared(section: string): boolean {
  return channelKinds.some(({ kind, shared }) => kind === section && shared !== undefined);
}

/** What may be shown of a value in such a section; null: nothing. */
export function shownShared(section: string, field: PropertyKey | undefined, text: string): string | null {
  const shared = channelKinds.find(({ kind }) => kind === section)?.shared;
  return shared?.plainFields.includes(String(field)) ? text : null;
}

/** What may be shown of a value in a channel's settings; null: nothing. Paths and queries of addresses carry keys. */
export function shownSetting(kind: string, field: string, text: string): string | null {
  if (channelKinds.some((each) => each.kind === kind && each.plainFields.includes(field))) return text;
  return shownAddress(text);
}

/** What may be shown of an address; null: it is none. */
export function shownAddress(text: string): string | null {
  const url = URL.parse(text);
  return url?.host ? `${url.protocol}//${url.host}/…` : null;
}
