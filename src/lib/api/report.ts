import type { Span } from '../control/timeInterval.ts';
import type { ReportItem } from '../pages/reportItem.ts';

/** A month like `2026-11`, in UTC. */
export function monthSpan(month: string): Span {
  const [year = 0, number = 1] = month.split('-').map(Number);
  return { fromMs: Date.UTC(year, number - 1, 1), untilMs: Date.UTC(year, number, 1) };
}

/** RFC 4180. A row of a site as a whole has no device. */
export function reportCsv(rows: readonly ReportItem[]): string {
  const lines = rows.map(({ hub, site, deviceId, moduleId, minutes, outages }) =>
    [hub, site.id, site.name, deviceId ?? '', moduleId ?? '', minutes, outages].map(field).join(','),
  );
  return ['hub,site,siteName,deviceId,moduleId,minutes,outages', ...lines, ''].join('\r\n');
}

/** A name that a spreadsheet would take for a formula gets an apostrophe before it. */
function field(value: string | number): string {
  const text = typeof value === 'string' && /^[=+\-@\t\r]/.test(value) ? `'${value}` : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
