import type { ReportItem } from '../app/lists/report.ts';
import { html } from '../notify/html.ts';
import type { Page } from '../pages/html/layout.ts';
import { pager, type Trail } from './paging.ts';
import { type Reading, statusPage } from './shell.ts';
import { atInWords, many } from './words.ts';

export type ReportView = {
  readonly reading: Reading;
  /** Like `2026-11`. */
  readonly month: string;
  readonly rows: readonly ReportItem[];
  readonly list: string;
  readonly trail: Trail;
  readonly next: string | null;
};

/** Downtime of a month by site and device, without planned work. */
export function reportPage({ reading, month, rows, list, trail, next }: ReportView): Page {
  const { paths } = reading;
  const title = `Downtime in ${month}`;
  const main = html`<section class="card" aria-labelledby="headline"><h1 id="headline">${title}</h1><p class="soft">By UTC, without planned work. <a href="${`${paths.report}?month=${month}&format=csv`}">As CSV</a></p><form class="search" action="${paths.report}"><label for="month">Month</label><div class="row"><input type="month" id="month" name="month" value="${month}" pattern="[0-9]{4}-[0-9]{2}"><button>Show</button></div></form></section>
<section class="card" aria-labelledby="rows-title"><h2 id="rows-title">Sites and their devices</h2>${
    rows.length === 0
      ? html`<p>Nothing was down.</p>`
      : html`<table><thead><tr><th scope="col">Site, device</th><th scope="col">Down</th><th scope="col">How often</th></tr></thead><tbody>${rows.map(
          ({ hub, site, deviceId, moduleId, minutes, outages }) =>
            html`<tr class="${deviceId === null ? 'whole' : 'part'}"><th scope="row">${
              deviceId === null
                ? html`${{ name: site.name }} <span class="soft">${{ name: hub }}</span>`
                : html`${{ name: moduleId === null ? deviceId : `${deviceId} / ${moduleId}` }}`
            }</th><td>${minutes === 0 ? 'under a minute' : `${minutes} min`}</td><td>${many(outages, 'time')}</td></tr>`,
        )}</tbody></table>`
  }${pager(paths.report, list, trail, next, { month })}</section>`;
  return statusPage(
    reading,
    'report',
    title,
    `${atInWords(new Date(reading.nowMs).toISOString(), 'UTC', reading.nowMs)} UTC`,
    main,
  );
}
