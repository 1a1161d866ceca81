import { createRequire } from 'node:module';
import type * as Polyfill from 'temporal-polyfill';
import type { LocalTime } from './localTime.ts';

type TemporalApi = typeof Polyfill.Temporal;

let api: TemporalApi | undefined;

/**
 * `Temporal`, the language's own where Node.js has it (from 26 on), else the polyfill, which is loaded at the first use:
 * a configuration without local times does without it. `require` is there in the bundle alone.
 */
function temporal(): TemporalApi {
  const native = (globalThis as { readonly Temporal?: TemporalApi }).Temporal;
  api ??= native ?? polyfill().Temporal;
  return api;
}

function polyfill(): typeof Polyfill {
  return typeof require === 'function'
    ? require('temporal-polyfill')
    : createRequire(import.meta.url)('temporal-polyfill');
}

const dayMs = 86_400_000;

/**
 * When the clock of a zone shows a time, in milliseconds. A time that comes twice is meant as it is first or last shown;
 * one that does not come at all is the moment at which the clock is put past it.
 * @param timeZone IANA name
 */
export function instantAt(timeZone: string, { day, minute }: LocalTime, pass: 'first' | 'last'): number {
  const date = new Date(day * dayMs + minute * 60_000);
  const wall = new (temporal().PlainDateTime)(
    date.getUTCFullYear(),
    date.getUTCMonth() + 1,
    date.getUTCDate(),
    date.getUTCHours(),
    date.getUTCMinutes(),
  );
  const shown = wall.toZonedDateTime(timeZone, { disambiguation: pass === 'first' ? 'earlier' : 'later' });
  if (shown.toPlainDateTime().equals(wall)) return shown.epochMilliseconds;
  const before = wall.toZonedDateTime(timeZone, { disambiguation: 'earlier' });
  return before.getTimeZoneTransition('next')!.epochMilliseconds;
}

/** The first moment of a local day: not always midnight. Of a day that the zone left out, the first of the next one. */
export function startOfDay(timeZone: string, day: number): number {
  return instantAt(timeZone, { day, minute: 0 }, 'first');
}
