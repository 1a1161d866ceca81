import { createHash } from 'node:crypto';

/** Azure's limit is 1 KiB, the emulator's 512 characters (docs/platform.md#table-keys). */
const longest = 500;

/**
 * Any text as a legal key of Azure Table Storage, injectively: characters that keys forbid or that URLs bend become
 * `~` and two hex digits for each UTF-8 byte. Text that would grow too long keeps its head and ends in a digest.
 * The order of keys that share a prefix of plain characters is kept for that prefix.
 */
export function encodeKey(text: string): string {
  const encoded = text.replace(/[^A-Za-z0-9._:|@=-]/gu, (character) =>
    [...Buffer.from(character, 'utf8')].map((byte) => `~${byte.toString(16).padStart(2, '0')}`).join(''),
  );
  if (encoded.length <= longest) return encoded;
  // `~~` never comes out of the encoding above, so a digest cannot be mistaken for plain text.
  return `${encoded.slice(0, 200)}~~${createHash('sha256').update(text).digest('hex')}`;
}

/** Whether the key of a text is its head and a digest: then no text is known to come next. */
export function isShortened(text: string): boolean {
  return encodeKey(text).includes('~~');
}
