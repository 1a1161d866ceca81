import { parseDuration } from '../../src/lib/fields/quantities.ts';

/** `1h2m3s` in milliseconds; `0s` is zero. */
export function offsetMs(text: string): number {
  const parts = text.match(/\d+[smhd]/g);
  if (parts?.join('') !== text) throw new Error(`${text}: use durations such as 1h2m3s`);
  return parts.reduce(
    (sum, part) => sum + (/^0+[smhd]$/.test(part) ? 0 : (parseDuration(part) ?? Number.NaN)),
    0,
  );
}
