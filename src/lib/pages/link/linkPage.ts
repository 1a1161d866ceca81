import { html } from '../../notify/html.ts';
import { clockOf } from '../../notify/words/clock.ts';
import { plain } from '../../notify/words/phrase.ts';
import { card, facts, paragraphs } from '../html/elements.ts';
import type { Page } from '../html/layout.ts';
import { acknowledgement, notes, silence } from './forms.ts';
import type { LinkView } from './linkView.ts';
import { saidInWords } from './said.ts';
import { cause, devices, steps, story, told } from './sections.ts';

/** The page of a link: what is down, since when and why; who has it; what to do; who was told. */
export function linkPage(view: LinkView): Page {
  const { content, reader } = view;
  const clock = clockOf(view.timeZone, [view.nowMs]);
  const said = saidInWords(view, clock);
  const main = html`${said.length > 0 ? html`<div class="card said" role="status">${paragraphs(said)}</div>` : null}
<section class="card" aria-labelledby="headline"><div class="badge ${content.tone}">${content.badge}</div><h1 id="headline">${content.headline}</h1>${facts(content.facts)}</section>
${acknowledgement(view, clock)}
${steps(view, clock)}
${cause(view)}
${devices(view)}
${silence(view, clock)}
${notes(view, clock)}
${told(view, clock)}
${story(view, clock)}
${card('details', 'Details', facts(content.details))}
<footer class="soft"><p>${[
    'You opened this by the link sent to ',
    { name: reader.kind === 'link' ? reader.receiver : '' },
    '. Whoever has the link can do what you can do here, in that name.',
  ]}</p></footer>`;
  return { title: plain(content.headline), main };
}
