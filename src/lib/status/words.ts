import { type Html, html } from '../notify/html.ts';
import { clockOf } from '../notify/words/clock.ts';
import { durationInWords } from '../notify/words/durationInWords.ts';

/** `since 09:12 (42 min)`, by the clock of a site. @param since ISO 8601; null: nobody knows */
export function sinceInWords(since: string | null, timeZone: string, nowMs: number): string {
  if (since === null) return '';
  const atMs = Date.parse(since);
  return `since ${clockOf(timeZone, [nowMs]).shortInstant(atMs, nowMs)} (${durationInWords(nowMs - atMs)})`;
}

/** `09:12 (42 s ago)`, by the clock of a site. @param at ISO 8601 */
export function agoInWords(at: string, timeZone: string, nowMs: number): string {
  return `${atInWords(at, timeZone, nowMs)} (${durationInWords(nowMs - Date.parse(at))} ago)`;
}

/** `12 May, 09:12`, by the clock of a site. @param at ISO 8601 */
export function atInWords(at: string, timeZone: string, nowMs: number): string {
  return clockOf(timeZone, [nowMs]).shortInstant(Date.parse(at), nowMs);
}

export const many = (count: number, one: string, more = `${one}s`): string =>
  `${count} ${count === 1 ? one : more}`;

export type Counts = {
  readonly known: number;
  readonly online: number;
  readonly offline: number;
  readonly flapping: number;
  readonly silenced: number;
};

const kinds = ['offline', 'flapping', 'silenced', 'online'] as const;

/** Counts as a bar, the same in words beside it. */
export function countsBar(counts: Counts): Html {
  const all = Math.max(
    1,
    kinds.reduce((sum, kind) => sum + counts[kind], 0),
  );
  let x = 0;
  const parts = kinds
    .filter((kind) => counts[kind] > 0)
    .map((kind) => {
      const from = x;
      const width = (counts[kind] / all) * 100;
      x += width;
      return html`<rect class="${kind}" x="${from.toFixed(2)}" width="${width.toFixed(2)}" height="4"/>`;
    });
  const words = kinds.filter((kind) => counts[kind] > 0).map((kind) => `${counts[kind]} ${kind}`);
  return html`<svg class="bar" viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true">${parts}</svg><p class="counts">${
    words.length === 0 ? 'no devices known' : words.join(' · ')
  }</p>`;
}

/** A form that asks by GET why a device was told of or not. */
export function whyButton(
  path: string,
  of: {
    readonly hub: string;
    readonly deviceId: string;
    readonly moduleId: string | null;
    /** Milliseconds; null: now. */
    readonly atMs?: number | null;
  },
): Html {
  const field = (name: string, value: string) =>
    html`<input type="hidden" name="${name}" value="${{ name: value }}">`;
  return html`<form class="why" action="${path}">${field('hub', of.hub)}${field('device', of.deviceId)}${
    of.moduleId === null ? null : field('module', of.moduleId)
  }${
    of.atMs == null ? null : field('at', new Date(of.atMs).toISOString())
  }<button class="second">Why?</button></form>`;
}
