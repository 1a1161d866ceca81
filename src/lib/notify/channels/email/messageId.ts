import { uuidOf } from './uuidOf.ts';

/** The `Message-ID` of a notice: the same on every attempt, in the domain of the sender (RFC 5322 §3.6.4). */
export function messageIdOf(noticeId: string, sender: string): string {
  const domain = sender.split('@').at(-1) ?? '';
  return `<${uuidOf(noticeId)}@${domain}>`;
}
