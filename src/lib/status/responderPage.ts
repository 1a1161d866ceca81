import type { ResponderView } from '../app/lists/responder.ts';
import { html } from '../notify/html.ts';
import { bullets, card, facts } from '../pages/html/elements.ts';
import type { Page } from '../pages/html/layout.ts';
import { type Reading, statusPage } from './shell.ts';
import { agoInWords, atInWords, many, sinceInWords } from './words.ts';

/** Whether the responder itself is well. Times are UTC. */
export function responderPage(view: ResponderView, reading: Reading): Page {
  const { nowMs } = reading;
  const { oldestDue, hubs, rules, code, configuration, lastSweep } = view;
  const since = (instant: string) => sinceInWords(instant, 'UTC', nowMs);
  const ago = (instant: string) => agoInWords(instant, 'UTC', nowMs);
  const main = html`<section class="card" aria-labelledby="headline"><h1 id="headline">The responder</h1><p class="soft">Times are UTC.</p>${facts(
    [
      {
        label: 'Oldest due',
        value:
          oldestDue === null
            ? 'nothing waits'
            : ['a look at ', { name: oldestDue.place }, ` is due ${since(oldestDue.since)}`],
      },
      { label: 'Last sweep', value: lastSweep === null ? 'none known' : ago(lastSweep) },
      { label: 'Code', value: code.version },
      {
        label: 'Rules',
        value: `${rules.hash.slice(0, 12)}${rules.since === null ? '' : ` ${since(rules.since)}`}, ${many(rules.controls, 'change')} by people`,
      },
      { label: 'Read from', value: configuration.source },
    ],
  )}</section>
${configuration.problems.length === 0 ? null : card('problems', 'The configuration has mistakes', bullets(configuration.problems))}
${card(
  'hubs',
  'Last events by hub',
  hubs.length === 0
    ? html`<p>No events have come yet.</p>`
    : html`<ul class="plain">${hubs.map(
        ({ hub, lastEvent }) => html`<li><strong>${{ name: hub }}</strong> ${ago(lastEvent)}</li>`,
      )}</ul>`,
)}`;
  return statusPage(
    reading,
    'responder',
    'The responder',
    `${atInWords(new Date(nowMs).toISOString(), 'UTC', nowMs)} UTC`,
    main,
  );
}
