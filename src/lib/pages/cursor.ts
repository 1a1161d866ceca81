import { createHash } from 'node:crypto';

/**
 * Where a list goes on, as readers carry it: opaque, and only good for the list that it came from. It is no secret, and
 * nobody is let in by it.
 */
export function writeCursor(list: string, at: string): string {
  const text = Buffer.from(at, 'utf8').toString('base64url');
  return `${text}.${markOf(list, text)}`;
}

/** null: it is not ours, or of another list. */
export function readCursor(list: string, cursor: string): string | null {
  const [text, mark, ...rest] = cursor.split('.');
  if (!text || rest.length > 0 || mark !== markOf(list, text)) return null;
  return Buffer.from(text, 'base64url').toString('utf8');
}

const markOf = (list: string, text: string) =>
  createHash('sha256').update(`cursor 1\n${list}\n${text}`).digest('base64url').slice(0, 16);
