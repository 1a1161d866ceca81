import { authorOf, isFirst, type Pressed, type PressedByLink, readTyped } from '../app/actByLink.ts';
import type { App } from '../app/app.ts';
import { isSameMatch, silenceState } from '../app/linkSilence.ts';
import { addSilenceWhile, endSilence } from '../app/silences.ts';
import type { Silence } from '../control/control.ts';
import type { ControlMatch } from '../control/controlMatch.ts';
import { stageOf } from '../control/stage.ts';
import type { SiteKey } from '../directory/placeKey.ts';
import { formToken, readFormToken } from '../link/formToken.ts';
import type { Reader } from '../pages/link/linkView.ts';
import { checkingAgeMs, signingAgeMs } from '../store/linkKeys.ts';
import type { Log } from '../telemetry/log.ts';
import type { SiteTokens } from './sitePage.ts';

/** A site, and who may act on it by its page. */
export type ActingOn = {
  readonly key: SiteKey;
  /** As events spell it. */
  readonly hub: string;
  readonly name: string | null;
};

const formsOf = ({ key, name }: ActingOn) => JSON.stringify(['site', key, name]);

/** What the page of a site silences: the site as a whole. */
function matchOf({ key, hub }: ActingOn): ControlMatch {
  return key.kind === 'site'
    ? { hubs: [hub], sites: [key.id], devices: null }
    : { hubs: [hub], sites: null, devices: [key.id.replaceAll('*', '\\*')] };
}

/** What the page of a site can end: what is for this site and for no other. */
function isOwn({ match }: Silence, on: ActingOn): boolean {
  const ofSite = on.key.kind === 'site' && match.sites?.length === 1 && match.sites[0] === on.key.id;
  return ofSite || isSameMatch(match, matchOf(on));
}

/** A token for each form that the page has. */
export async function siteTokens(app: App, on: ActingOn, nowMs: number): Promise<SiteTokens> {
  const ring = await app.linkKeys.ring(signingAgeMs, nowMs);
  const { controls } = app.rules;
  const sign = (action: string, state: string) =>
    formToken(ring, { action, link: formsOf(on), state }, nowMs);
  const own = controls.silences.filter(
    (silence) => stageOf(silence, nowMs) === 'active' && isOwn(silence, on),
  );
  const ends = await Promise.all(own.map(async ({ id }) => [id, await sign('end-silence', id)] as const));
  return { silence: await sign('silence', silenceState(controls, matchOf(on))), end: new Map(ends) };
}

/** Does what was pressed on the page of a site: it silences the site, or ends a silence of it. */
export async function actOnSite(
  app: App,
  on: ActingOn,
  { action, fields }: Pressed,
  nowMs: number,
  log: Log,
): Promise<PressedByLink> {
  if (action !== 'silence' && action !== 'end-silence') return { kind: 'refused', refusal: 'unknown' };
  const ring = await app.linkKeys.ring(checkingAgeMs, nowMs);
  const pressed = await readFormToken(ring, { action, link: formsOf(on) }, fields.get('form') ?? '');
  if (pressed === null) return { kind: 'refused', refusal: 'forbidden' };
  const typed = readTyped(action, fields);
  if (typed === null) return { kind: 'refused', refusal: 'invalid' };
  if (!(await isFirst(app, pressed, nowMs))) return { kind: 'said', said: 'stale' };
  const reader: Reader = { kind: 'person', name: on.name, mayAct: true };
  const by = authorOf(reader, typed.name);
  log.info('pressed on the page of a site', { hub: on.hub, site: on.key.id, action });
  if (action === 'silence') {
    const match = matchOf(on);
    const asked = { match, forMs: typed.forMs, by, reason: typed.why };
    const isAsSeen = (controls: typeof app.rules.controls) => silenceState(controls, match) === pressed.state;
    const silence = await addSilenceWhile(app, asked, isAsSeen, nowMs, log);
    return { kind: 'said', said: silence === null ? 'stale' : 'silenced' };
  }
  const own = app.rules.controls.silences.find(({ id }) => id === pressed.state);
  if (!own || !isOwn(own, on)) return { kind: 'said', said: 'stale' };
  const { kind } = await endSilence(app, own.id, { by }, nowMs, log);
  return { kind: 'said', said: kind === 'done' ? 'silence-ended' : 'stale' };
}
