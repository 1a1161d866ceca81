const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

/** How long an acknowledgement holds. Milliseconds. */
export const acknowledgementTimes = { least: minuteMs, most: 24 * hourMs, usual: 4 * hourMs } as const;

/** How long a silence or a one-time window lasts. Milliseconds. */
export const controlTimes = { least: minuteMs, most: 30 * 24 * hourMs } as const;

/** How long devices have to come back after a window when nobody says. Milliseconds. */
export const usualReturnGraceMs = 10 * minuteMs;

/** Characters. */
export const longest = { by: 100, name: 100, reason: 1_000, note: 1_000, text: 4_000 } as const;
