/** One line of the table: what was measured, what came of it, and what is to be reached. */
export type Figure = {
  readonly what: string;
  readonly value: number;
  readonly unit: string;
  /** `value` may be at most this; null: nothing is promised. */
  readonly most: number | null;
};

/** A part of the bench: a heading and its figures. */
export type Part = { readonly title: string; readonly measure: () => Promise<Figure[]> };

export function figure(what: string, value: number, unit: string, most: number | null = null): Figure {
  return { what, value, unit, most };
}

export function isReached({ value, most }: Figure): boolean {
  return most === null || value <= most;
}

/**
 * The fastest of several runs in milliseconds, by the processor's time of this thread: what the work takes on a quiet
 * machine, however busy this one is.
 */
export function fastestMs(run: () => void, rounds = 12): number {
  let fastest = Number.POSITIVE_INFINITY;
  for (let round = 0; round < rounds; round++) {
    const before = process.threadCpuUsage();
    run();
    const { user, system } = process.threadCpuUsage(before);
    fastest = Math.min(fastest, (user + system) / 1_000);
  }
  return fastest;
}

/** A part as rows of a Markdown table. */
export function tableOf(title: string, figures: readonly Figure[]): string {
  const lines = figures.map((one) => {
    const most = one.most === null ? '' : `≤ ${one.most}${isReached(one) ? '' : ' **missed**'}`;
    return `| ${one.what} | ${rounded(one.value)} ${one.unit} | ${most} |`;
  });
  return [`| ${title} | measured | to reach |`, '|---|---:|---:|', ...lines].join('\n');
}

function rounded(value: number): string {
  if (value >= 100) return String(Math.round(value));
  return value.toPrecision(3).replace(/\.?0+$/, '');
}
