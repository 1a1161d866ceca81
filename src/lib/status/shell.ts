import { type Html, html } from '../notify/html.ts';
import type { Page } from '../pages/html/layout.ts';
import { pageScriptName } from '../pages/script/pageScript.ts';
import type { StatusPaths } from './place.ts';

/** Who reads a page, and where. Times are milliseconds. */
export type Reading = {
  readonly paths: StatusPaths;
  /** The page's own path and query. */
  readonly from: string;
  /** Who has signed in; null: nobody had to. */
  readonly name: string | null;
  /** They may see all sites, and so what is of none. */
  readonly whole: boolean;
  readonly nowMs: number;
};

export type Section = 'sites' | 'receivers' | 'responder' | 'report';

const titles: Readonly<Record<Section, string>> = {
  sites: 'Sites',
  receivers: 'Receivers',
  responder: 'Responder',
  report: 'Report',
};

/** A page with the way to the others, which refreshes itself. @param madeAt by the clock that it shows */
export function statusPage(
  { paths, from, name, whole }: Reading,
  section: Section,
  title: string,
  madeAt: string,
  main: Html,
): Page {
  const shown = (Object.keys(titles) as Section[]).filter(
    (one) => whole || one === 'sites' || one === 'report',
  );
  const item = (one: Section) =>
    one === section
      ? html`<li><a href="${paths[one]}" aria-current="true">${titles[one]}</a></li>`
      : html`<li><a href="${paths[one]}">${titles[one]}</a></li>`;
  const navigation = html`<nav aria-label="Pages"><ul>${shown.map(item)}</ul>${
    name === null ? null : html`<p class="soft">Signed in: ${{ name }}</p>`
  }</nav>`;
  const refreshes = { from, script: paths.script(pageScriptName), madeAt };
  return { title, main, navigation, refreshes };
}
