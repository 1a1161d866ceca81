import { createLog, type Log } from '../../src/lib/telemetry/log.ts';

/** The lines of a story as the platform gets them. */
export class LogLines {
  readonly lines: string[] = [];
  readonly log: Log;

  constructor() {
    const write = (line: string) => void this.lines.push(line);
    this.log = createLog({ debug: write, log: write, warn: write, error: write });
  }

  /** All points of the metrics lines, read as the workbook's queries read them. */
  points(): readonly Readonly<Record<string, string | number>>[] {
    return this.lines
      .filter((line) => line.startsWith('metrics '))
      .flatMap((line) => JSON.parse(line.slice(line.indexOf('{'))).points);
  }

  /** The sum of a metric, of the points that have these dimensions. */
  sum(name: string, dimensions: Readonly<Record<string, string>> = {}): number {
    return this.points()
      .filter((point) => point.name === name)
      .filter((point) => Object.entries(dimensions).every(([key, value]) => point[key] === value))
      .reduce((sum, { value }) => sum + Number(value), 0);
  }

  max(name: string): number {
    return Math.max(...this.points().flatMap((point) => (point.name === name ? [Number(point.value)] : [])));
  }
}
