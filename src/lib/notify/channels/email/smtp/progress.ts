import { createHash } from 'node:crypto';
import type { Handle } from '../../../../incident/handle.ts';

/**
 * How far a notice has come with its recipients: kept between two attempts, so that nobody who was told gets a second
 * copy and nobody who was refused is asked again.
 */
export type Progress = {
  readonly noticeId: string;
  /** Tags of those who have it. */
  readonly accepted: readonly string[];
  /** By tag of those who never will: what the server answered. */
  readonly refused: ReadonlyMap<string, string>;
};

/** A short stand-in for an address: fifty of them fit a handle. */
export function tagOf(address: string): string {
  return createHash('sha256').update(address).digest('base64url').slice(0, 12);
}

/** What the handle tells of this notice; that of another notice tells nothing. */
export function progressOf(handle: Handle | null, noticeId: string): Progress {
  const none: Progress = { noticeId, accepted: [], refused: new Map() };
  if (handle?.notice !== noticeId) return none;
  const refused = itemsIn(handle.refused).map((item): [string, string] => {
    const [tag = '', answer = ''] = item.split(':');
    return [tag, answer.replaceAll('_', ' ')];
  });
  return { noticeId, accepted: itemsIn(handle.accepted), refused: new Map(refused) };
}

export function handleOf({ noticeId, accepted, refused }: Progress): Handle {
  return {
    kind: 'email',
    notice: noticeId,
    accepted: accepted.join(' '),
    refused: [...refused].map(([tag, answer]) => `${tag}:${answer.replaceAll(' ', '_')}`).join(' '),
  };
}

function itemsIn(field: string | number | undefined): string[] {
  return typeof field === 'string' ? field.split(' ').filter((item) => item !== '') : [];
}
