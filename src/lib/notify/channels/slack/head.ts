import type { Handle } from '../../../incident/handle.ts';

/** The message of an incident that is changed in place, and how far the notice of the last attempt has come. */
export type Head = {
  /** The id of its channel, which a method that changes it must be given. */
  readonly channel: string;
  readonly ts: string;
  /** The notice that the head was last changed for and that is not in the thread yet; null: none is half done. */
  readonly notice: string | null;
  /** What the head then came to say, by its digest. */
  readonly says: string | null;
};

export function readHead(handle: Handle | null): Head | null {
  if (typeof handle?.channel !== 'string' || typeof handle.ts !== 'string') return null;
  const { channel, ts, notice, says } = handle;
  const halfDone = typeof notice === 'string' && typeof says === 'string';
  return { channel, ts, notice: halfDone ? notice : null, says: halfDone ? says : null };
}

export function handleOf({ channel, ts, notice, says }: Head): Handle {
  const halfDone = notice === null || says === null ? {} : { notice, says };
  return { kind: 'slack', channel, ts, ...halfDone };
}
