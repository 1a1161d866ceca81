/** A time that a clock on the wall shows: days since 1970-01-01, and minutes since that day's midnight. */
export type LocalTime = { readonly day: number; readonly minute: number };

const dayMs = 86_400_000;

/** `2026-12-05T06:00`; undefined for anything else, a day that no calendar has included. */
export function parseLocalTime(text: string): LocalTime | undefined {
  const [, date, hours, minutes] = /^(\d{4}-\d\d-\d\d)T([01]\d|2[0-3]):([0-5]\d)$/.exec(text) ?? [];
  if (date === undefined) return undefined;
  const atMs = Date.parse(`${date}T00:00Z`);
  // `Date` takes 30 February for 2 March.
  if (Number.isNaN(atMs) || !new Date(atMs).toISOString().startsWith(date)) return undefined;
  return { day: atMs / dayMs, minute: Number(hours) * 60 + Number(minutes) };
}
