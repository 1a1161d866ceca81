import type { ReceiverItem } from '../app/lists/receivers.ts';
import { type Html, html } from '../notify/html.ts';
import type { Page } from '../pages/html/layout.ts';
import { pager, type Trail } from './paging.ts';
import { type Reading, statusPage } from './shell.ts';
import { atInWords, many, sinceInWords } from './words.ts';

export type ReceiversView = {
  readonly reading: Reading;
  readonly receivers: readonly ReceiverItem[];
  readonly list: string;
  readonly trail: Trail;
  readonly next: string | null;
};

/** Whether those who are to be told can be: last deliveries, failures, limits. Times are UTC: they have no site. */
export function receiversPage({ reading, receivers, list, trail, next }: ReceiversView): Page {
  const { nowMs, paths } = reading;
  const failing = receivers.filter((one) => one.failing !== null).length;
  const head = failing === 0 ? 'Receivers' : `Receivers: ${failing} cannot be told`;
  const main = html`<section class="card" aria-labelledby="headline"><h1 id="headline">${head}</h1><p class="soft">Times are UTC.</p><ul class="plain">${receivers.map(
    (one) => receiverLine(one, reading),
  )}</ul>${receivers.length === 0 ? html`<p>The configuration has none.</p>` : null}${pager(paths.receivers, list, trail, next, {})}</section>`;
  return statusPage(
    reading,
    'receivers',
    head,
    `${atInWords(new Date(nowMs).toISOString(), 'UTC', nowMs)} UTC`,
    main,
  );
}

const states: Readonly<Record<NonNullable<ReceiverItem['lastDelivery']>['state'], string>> = {
  pending: 'waits since',
  sent: 'sent at',
  failed: 'given up at',
  dropped: 'no longer needed at',
};

function receiverLine(item: ReceiverItem, { nowMs, paths }: Reading): Html {
  const { receiver, kind, fallback, failing, quietUntil, limits, waiting, lastDelivery, lastFailure } = item;
  const at = (instant: string) => atInWords(instant, 'UTC', nowMs);
  const delivery = (label: string, one: NonNullable<ReceiverItem['lastDelivery']>) =>
    html`<dt>${label}</dt><dd>${states[one.state]} ${at(one.at)}, ${many(one.attempts, 'try', 'tries')}, <a href="${paths.incident(one.incidentId)}">incident</a>${
      one.error === null ? null : html`: <bdi>${one.error}</bdi>`
    }</dd>`;
  return html`<li><h2>${{ name: receiver }} <span class="tag ${failing === null ? 'good' : 'critical'}">${failing === null ? 'no failure' : 'failing'}</span></h2><dl><dt>Channel</dt><dd>${kind}${
    fallback === null ? null : html`; if it fails, ${{ name: fallback }} is told`
  }</dd>${
    failing === null
      ? null
      : html`<dt>Cannot be told</dt><dd>${sinceInWords(failing.since, 'UTC', nowMs)}: <bdi>${failing.error}</bdi></dd>`
  }${quietUntil === null ? null : html`<dt>Quiet</dt><dd>until ${at(quietUntil)}: it asked for that</dd>`}${limits.map(
    ({ rate, spent }) => html`<dt>Limit</dt><dd>${spent} of ${rate} used</dd>`,
  )}${waiting === 0 ? null : html`<dt>Waiting</dt><dd>${waiting === 100 ? 'at least 100' : waiting} for the limit</dd>`}${
    lastDelivery === null
      ? html`<dt>Last notice</dt><dd>none among the newest of all</dd>`
      : delivery('Last notice', lastDelivery)
  }${lastFailure === null || lastFailure.noticeId === lastDelivery?.noticeId ? null : delivery('Last failure', lastFailure)}</dl></li>`;
}
