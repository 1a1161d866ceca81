import type { ContactSpan } from '../device/contact.ts';
import { type Html, html } from '../notify/html.ts';
import type { Clock } from '../notify/words/clock.ts';
import { durationInWords } from '../notify/words/durationInWords.ts';
import { many } from './words.ts';

const width = 240;

/** A narrower loss would not be seen. */
const narrowest = 1;

/** The last day of a device as a strip; whoever cannot see it has the same in words. */
export function strip(spans: readonly ContactSpan[], clock: Clock): Html {
  const [first, last] = [spans[0], spans.at(-1)];
  if (!first || !last) return html``;
  const lengthMs = last.untilMs - first.fromMs;
  const place = (atMs: number) => ((atMs - first.fromMs) / lengthMs) * width;
  const rects = spans
    .filter(({ state }) => state !== 'online')
    .map(({ state, fromMs, untilMs }) => {
      const wide = Math.max(narrowest, place(untilMs) - place(fromMs));
      return html`<rect class="${state}" x="${place(fromMs).toFixed(1)}" width="${wide.toFixed(1)}" height="12"/>`;
    });
  return html`<svg class="strip" viewBox="0 0 ${width} 12" preserveAspectRatio="none" role="img" aria-label="${stripInWords(spans, clock)}">${rects}</svg>`;
}

/** `Last 24 h: offline 2 times, 14 min in all, last at 09:12` */
export function stripInWords(spans: readonly ContactSpan[], clock: Clock): string {
  const begin = 'Last 24 h';
  if (spans.every(({ state }) => state === 'unknown')) return `${begin}: nothing known`;
  const [first, second] = spans;
  const untilMs = spans.at(-1)?.untilMs ?? 0;
  const unknown =
    first?.state === 'unknown' && second
      ? `; nothing known before ${clock.shortInstant(second.fromMs, untilMs)}`
      : '';
  const lost = spans.filter(({ state }) => state === 'offline');
  const last = lost.at(-1);
  if (!last) return `${begin}: online${unknown}`;
  const allMs = lost.reduce((sum, { fromMs, untilMs }) => sum + untilMs - fromMs, 0);
  const when = clock.shortInstant(last.fromMs, untilMs);
  return `${begin}: offline ${many(lost.length, 'time')}, ${durationInWords(allMs)} in all, last at ${when}${unknown}`;
}
