import { createHash } from 'node:crypto';
import { uuidOf } from './uuidOf.ts';

/** `inc_`, the tag of the place (12 characters), and what tells its incidents apart; Base64url. */
const incidentPattern = /^inc_([\w-]{12})([\w-]{4})[\w-]{12}$/;

const [placeBits, incidentBits, noticeBits] = [72n, 24n, 26n];

/**
 * The id under which Communication Services sends a mail and reports on it later: a UUID (RFC 9562, version 8) that says
 * where its notice is, so that nothing has to be stored to find it. Of its 122 free bits the first are the beginning of
 * the incident's id, the last stand for the notice.
 */
export function mailIdOf(incidentId: string, noticeId: string): string {
  const [, tag, start] = incidentPattern.exec(incidentId) ?? [];
  if (tag === undefined || start === undefined) return uuidOf(noticeId);
  const notice = createHash('sha256').update(noticeId).digest().readUInt32BE() >>> 6;
  const place = (numberOf(tag) << incidentBits) | numberOf(start);
  const bits = (place << noticeBits) | BigInt(notice);
  const hex = (value: bigint, digits: number) => value.toString(16).padStart(digits, '0');
  const [high, middle, low] = [bits >> 74n, (bits >> 62n) & 0xfffn, bits & ((1n << 62n) - 1n)];
  const text = `${hex(high, 12)}8${hex(middle, 3)}${hex((2n << 62n) | low, 16)}`;
  return text.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}

/** How the id of the incident begins that a mail is about; null: the id is none of ours. */
export function incidentStartOf(mailId: string): string | null {
  const hex = mailId.replaceAll('-', '').toLowerCase();
  if (!/^[0-9a-f]{12}8[0-9a-f]{3}[89ab][0-9a-f]{15}$/.test(hex)) return null;
  const part = (from: number, to: number) => BigInt(`0x${hex.slice(from, to)}`);
  const bits = (part(0, 12) << 74n) | (part(13, 16) << 62n) | (part(16, 32) & ((1n << 62n) - 1n));
  const place = bits >> noticeBits;
  const text = place.toString(16).padStart(Number(placeBits + incidentBits) / 4, '0');
  return `inc_${Buffer.from(text, 'hex').toString('base64url')}`;
}

function numberOf(base64url: string): bigint {
  return BigInt(`0x${Buffer.from(base64url, 'base64url').toString('hex')}`);
}
