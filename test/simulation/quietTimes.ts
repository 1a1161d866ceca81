import type { Controls } from '../../src/lib/control/control.ts';
import { endOf } from '../../src/lib/control/stage.ts';
import { start } from '../support/events.ts';
import type { Case } from './case.ts';
import { plans } from './configPlans.ts';
import { lastConfig, movesDevices } from './play.ts';

/** A time in which nothing about some devices begins to be told, told by what was set and not by the product. */
export type QuietSpan = {
  readonly why: 'silence' | 'maintenance';
  readonly covers: (deviceId: string) => boolean;
  readonly fromMs: number;
  readonly untilMs: number;
  /** Until then what was lost before `untilMs` is not told. */
  readonly graceEndsMs: number;
  /** The configuration that plans it, which another one may end sooner; null: people set it. */
  readonly plannedBy: Case['config'] | null;
};

/** A time in which nothing begins for a receiver, below a severity if it says so. */
export type MuteSpan = {
  readonly fromMs: number;
  readonly untilMs: number;
  readonly below: 'critical' | null;
};

const minuteMs = 60_000;

/** All of them; `sure` leaves out what is in force by one of two configurations alone. */
export function quietSpans(story: Case, controls: Controls, sure: boolean): QuietSpan[] {
  const set = [...controls.silences, ...controls.windows].map((control): QuietSpan => {
    const untilMs = endOf(control);
    const { sites, devices } = control.match;
    return {
      why: control.kind,
      covers: (deviceId) => isIn(sites, deviceId, story, sure) && fits(devices, deviceId),
      fromMs: control.fromMs,
      untilMs,
      graceEndsMs: untilMs + (control.kind === 'maintenance' ? control.returnGraceMs : 0),
      plannedBy: null,
    };
  });
  return [...set.filter(({ fromMs, untilMs }) => untilMs > fromMs), ...plannedSpans(story, sure)];
}

function plannedSpans(story: Case, sure: boolean): QuietSpan[] {
  return configsOf(story, sure).flatMap((name) =>
    (plans[name]?.work ?? []).flatMap(({ during, graceMs, covers }) =>
      during.map(([from, until]): QuietSpan => {
        const [fromMs, untilMs] = [start + from * minuteMs, start + until * minuteMs];
        return {
          why: 'maintenance',
          covers,
          fromMs,
          untilMs,
          graceEndsMs: untilMs + graceMs,
          plannedBy: name,
        };
      }),
    ),
  );
}

export function muteSpans(story: Case, receiver: string, sure: boolean): MuteSpan[] {
  return configsOf(story, sure).flatMap((name) => {
    const { during = [], below = null } = plans[name]?.mute?.[receiver] ?? {};
    return during.map(([from, until]) => ({
      fromMs: start + from * minuteMs,
      untilMs: start + until * minuteMs,
      below,
    }));
  });
}

/** When the last plan of a configuration is over. */
export function plansEndMs(story: Case): number {
  const names = new Set([
    'operators',
    ...configsOf(story, false).flatMap((name) => Object.keys(plans[name]?.mute ?? {})),
  ]);
  return Math.max(
    start,
    ...plannedSpans(story, false).map(({ graceEndsMs }) => graceEndsMs),
    ...[...names].flatMap((name) => muteSpans(story, name, false)).map(({ untilMs }) => untilMs),
  );
}

/** The configurations of a story; for what is sure, the one that it has from beginning to end, if it has one. */
function configsOf(story: Case, sure: boolean): Case['config'][] {
  const both = [...new Set([story.config, lastConfig(story)])];
  return sure && both.length > 1 ? [] : both;
}

/** Of the ids of sites only `oslo` is used. */
function isIn(sites: readonly string[] | null, deviceId: string, story: Case, sure: boolean): boolean {
  if (sites === null) return true;
  if (!deviceId.startsWith('oslo-')) return false;
  if (movesDevices(story)) return !sure;
  if (story.config === 'moved') return false;
  return story.config !== 'halves' || !['oslo-1', 'oslo-3'].includes(deviceId);
}

function fits(devices: readonly string[] | null, deviceId: string): boolean {
  return (
    devices === null ||
    devices.some((glob) => (glob.endsWith('*') ? deviceId.startsWith(glob.slice(0, -1)) : glob === deviceId))
  );
}

/** Whether a device whose contact was lost then is quiet at a moment. @param lostAtMs null: it flaps */
export function isQuietAt(
  spans: readonly QuietSpan[],
  deviceId: string,
  lostAtMs: number | null,
  atMs: number,
): boolean {
  return spans.some(
    ({ covers, fromMs, untilMs, graceEndsMs }) =>
      fromMs <= atMs &&
      atMs < (lostAtMs !== null && lostAtMs < untilMs ? graceEndsMs : untilMs) &&
      covers(deviceId),
  );
}
