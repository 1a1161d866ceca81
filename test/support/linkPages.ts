import { actByLink, type PressedByLink } from '../../src/lib/app/actByLink.ts';
import { linkViewOf } from '../../src/lib/app/linkView.ts';
import { openLink } from '../../src/lib/app/openLink.ts';
import { renderPage } from '../../src/lib/pages/html/layout.ts';
import type { LinkAction } from '../../src/lib/pages/link/linkActions.ts';
import { linkPage } from '../../src/lib/pages/link/linkPage.ts';
import { readSaid } from '../../src/lib/pages/link/saidCodes.ts';
import { createLinkKeys } from '../../src/lib/store/linkKeys.ts';
import { createMetaRows } from '../../src/lib/store/metaRows.ts';
import type { Instance } from './instance.ts';

/** A page as a browser shows it. */
export type ShownPage = {
  readonly html: string;
  /** Its words, without markup. */
  readonly text: string;
  /** The hidden and chosen fields of the first form that does this; absent: there is none. */
  form(action: LinkAction): URLSearchParams | undefined;
};

/** The token of the link in the last message that an instance has sent. @param nth of all that it has sent */
export function tokenIn(one: Instance, nth = one.sent.length - 1): string {
  return one.sent[nth]?.links.incident?.split('/l/')[1] ?? '';
}

/** Opens a link; where it does not open, what is answered instead. */
export async function open(
  one: Instance,
  token: string,
  said: string | null = null,
): Promise<ShownPage | 'unknown' | 'ended'> {
  const opened = await openLink(one.app, token, one.nowMs);
  if (opened.kind !== 'open') return opened.kind;
  return shown(renderPage(linkPage(await linkViewOf(opened.open, readSaid(said), one.nowMs)), 'nonce'));
}

/** The page of a link that opens. */
export async function page(
  one: Instance,
  token = tokenIn(one),
  said: string | null = null,
): Promise<ShownPage> {
  const opened = await open(one, token, said);
  if (typeof opened === 'string') throw new Error(`the link is ${opened}`);
  return opened;
}

/** Presses a form of a page that was shown, with what somebody typed or chose. */
export function press(
  one: Instance,
  from: ShownPage,
  action: LinkAction,
  typed: Readonly<Record<string, string>> = {},
  token = tokenIn(one),
): Promise<PressedByLink> {
  const fields = new URLSearchParams(from.form(action));
  for (const [name, value] of Object.entries(typed)) fields.set(name, value);
  return actByLink(one.app, token, { action, fields }, one.nowMs, one.log);
}

export function shown(html: string): ShownPage {
  const body = html.slice(html.indexOf('<main>'));
  return {
    html,
    text: unescaped(body.replace(/<[^>]*>/g, ' ')).replace(/\s+/g, ' '),
    form(action) {
      const found = body.split('<form ').find((part) => part.includes(`/${action}">`));
      if (found === undefined) return undefined;
      const inputs = found.split('</form>')[0]!.matchAll(/type="hidden" name="(\w+)" value="([^"]*)"/g);
      return new URLSearchParams(
        [...inputs].map(([, name, value]): [string, string] => [name!, unescaped(value!)]),
      );
    },
  };
}

function unescaped(text: string): string {
  return text
    .replace(/&lt;/g, '<')
    .replace(/&gt;/g, '>')
    .replace(/&quot;/g, '"')
    .replace(/&#39;/g, "'")
    .replace(/&amp;/g, '&');
}

/** Changes the keys of all links, as `npm run links -- rotate` does. */
export async function rotateKeys(one: Instance): Promise<void> {
  await createLinkKeys(createMetaRows(one.rows)).rotate(one.nowMs);
}
