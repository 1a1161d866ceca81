const hourMs = 60 * 60_000;

/** What can be done by a link: the last part of a form's path. */
export const linkActions = ['acknowledge', 'take-back', 'silence', 'end-silence', 'note', 'step'] as const;
export type LinkAction = (typeof linkActions)[number];

type Time = { readonly value: string; readonly label: string; readonly ms: number };

const time = (value: string, label: string, hours: number): Time => ({ value, label, ms: hours * hourMs });

/** For how long; the page says the first one unless somebody chooses. */
export const acknowledgementChoices: readonly [Time, ...Time[]] = [
  time('4h', '4 hours', 4),
  time('1h', '1 hour', 1),
  time('12h', '12 hours', 12),
  time('24h', '24 hours', 24),
];
export const silenceChoices: readonly [Time, ...Time[]] = [
  time('4h', '4 hours', 4),
  time('1h', '1 hour', 1),
  time('24h', '24 hours', 24),
  time('3d', '3 days', 72),
  time('7d', '7 days', 168),
];

/** Characters of what a person types. */
export const mostTyped = { name: 40, why: 300, note: 1_000 } as const;
