import { formLifetimeMs, type PressedForm, readFormToken } from '../link/formToken.ts';
import { oneLine } from '../notify/words/oneLine.ts';
import {
  acknowledgementChoices,
  type LinkAction,
  linkActions,
  mostTyped,
  silenceChoices,
} from '../pages/link/linkActions.ts';
import type { Reader } from '../pages/link/linkView.ts';
import type { Refusal } from '../pages/link/plainPages.ts';
import type { SaidCode } from '../pages/link/saidCodes.ts';
import { checkingAgeMs } from '../store/linkKeys.ts';
import type { Log } from '../telemetry/log.ts';
import { acknowledge, takeBack } from './acknowledge.ts';
import type { Acted } from './acted.ts';
import type { App } from './app.ts';
import { isSameMatch, matchOfLink, silenceState } from './linkSilence.ts';
import { stepState } from './linkView.ts';
import { addNote } from './notes.ts';
import type { OpenIncident } from './openIncident.ts';
import { openLink } from './openLink.ts';
import { siteForReaders } from './places.ts';
import { addSilenceWhile, endSilence } from './silences.ts';
import { tickStep } from './tickStep.ts';

/** A form as a browser sends it: the last part of its path, and its fields. */
export type Pressed = { readonly action: string; readonly fields: URLSearchParams };

export type PressedByLink =
  | { readonly kind: 'refused'; readonly refusal: Refusal }
  /** Answered by the page itself, which says what became of it. @see SaidCode */
  | { readonly kind: 'said'; readonly said: SaidCode };

/** Does what was pressed on the page of a link. */
export async function actByLink(
  app: App,
  token: string,
  pressed: Pressed,
  nowMs: number,
  log: Log,
): Promise<PressedByLink> {
  const opened = await openLink(app, token, nowMs);
  if (opened.kind !== 'open') return { kind: 'refused', refusal: opened.kind };
  return actOnIncident(opened.open, pressed, nowMs, log);
}

/**
 * Does what was pressed on the page of an incident.
 *
 * 1. The form must be of this page: else nothing is read of it.
 * 2. A form is good once, on a page that is not too old.
 * 3. What the page showed must still be true. The use cases look once more where they write, so that of two people who
 *    press at the same moment one is first, and the other one hears of it.
 */
export async function actOnIncident(
  open: OpenIncident,
  { action: asked, fields }: Pressed,
  nowMs: number,
  log: Log,
): Promise<PressedByLink> {
  const { app, reader } = open;
  const action = linkActions.find((one) => one === asked);
  if (action === undefined) return { kind: 'refused', refusal: 'unknown' };
  if (reader.kind === 'person' && !reader.mayAct) return { kind: 'refused', refusal: 'forbidden' };
  const ring = await app.linkKeys.ring(checkingAgeMs, nowMs);
  const form = { action, link: open.formsOf };
  const pressed = await readFormToken(ring, form, fields.get('form') ?? '');
  if (pressed === null) return { kind: 'refused', refusal: 'forbidden' };
  const typed = readTyped(action, fields);
  if (typed === null) return { kind: 'refused', refusal: 'invalid' };
  const said = (code: SaidCode): PressedByLink => ({ kind: 'said', said: code });
  if (action === 'note' && typed.text === '') return said('empty');
  if (!(await isFirst(app, pressed, nowMs))) return said('stale');
  const by = authorOf(reader, typed.name);
  const code = await acts[action]({ open, by, typed, seen: pressed.state, nowMs, log });
  log.info('pressed on a page', { incident: open.incidentId, by: reader.kind, action, said: code });
  return said(code);
}

/** A form is good once, on a page that is not too old. */
export function isFirst(app: App, { id, shownAtMs }: PressedForm, nowMs: number): Promise<boolean> | boolean {
  const untilMs = shownAtMs + formLifetimeMs;
  return untilMs > nowMs && app.presses.take(id, untilMs, nowMs);
}

/** What a person typed and chose. Texts are one line each, but that of a note. */
type Typed = {
  readonly forMs: number;
  readonly name: string;
  /** null: nothing. */
  readonly note: string | null;
  readonly why: string | null;
  readonly text: string;
  /** The words of the step; they are ours only where the form's token says so. */
  readonly step: string;
};

/** null: a browser does not send that. */
export function readTyped(action: LinkAction, fields: URLSearchParams): Typed | null {
  const choices = action === 'silence' ? silenceChoices : acknowledgementChoices;
  const wanted = fields.get('for');
  const chosen = wanted === null ? choices[0] : choices.find(({ value }) => value === wanted);
  const read = (name: string, most: number) => {
    const text = oneLine(fields.get(name) ?? '');
    return text.length > most ? null : text;
  };
  const name = read('name', mostTyped.name);
  const note = read('note', mostTyped.why);
  const why = read('why', mostTyped.why);
  const text = (fields.get('text') ?? '').replace(/\r\n?/g, '\n').trim();
  if (!chosen || name === null || note === null || why === null || text.length > mostTyped.note) return null;
  return {
    forMs: chosen.ms,
    name,
    note: note || null,
    why: why || null,
    text,
    step: decoded(fields.get('step') ?? ''),
  };
}

/** Words that a form carries as they are, to the last blank. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return '';
  }
}

const longestAuthor = 100;

/** Who acted: the person, or the link and the name that was given. At most 100 characters. */
export function authorOf(reader: Reader, typed: string): string {
  if (reader.kind === 'person') return oneLine(reader.name ?? (typed || 'somebody at this computer'));
  const link = `the link sent to ${oneLine(reader.receiver)}`;
  const whole = typed === '' ? link : `${typed} (${link})`;
  if (whole.length <= longestAuthor) return whole;
  const cut = Array.from(link)
    .slice(0, longestAuthor - typed.length - 4)
    .join('');
  return typed === '' ? `${cut}…` : `${typed} (${cut}…)`;
}

type Act = {
  readonly open: OpenIncident;
  readonly by: string;
  readonly typed: Typed;
  /** What the page showed. */
  readonly seen: string;
  readonly nowMs: number;
  readonly log: Log;
};

const acts: Readonly<Record<LinkAction, (act: Act) => Promise<SaidCode>>> = {
  acknowledge: async ({ open: { app, incidentId }, by, typed: { forMs, note }, seen, nowMs, log }) =>
    saidOf(
      await acknowledge(app, incidentId, { by, forMs, note, ifState: seen }, nowMs, log),
      'acknowledged',
    ),

  'take-back': async ({ open: { app, incidentId }, by, seen, nowMs, log }) =>
    saidOf(await takeBack(app, incidentId, { by, ifState: seen }, nowMs, log), 'taken-back'),

  silence: async ({ open, by, typed: { forMs, why }, seen, nowMs, log }) => {
    const { app, place, file } = open;
    if (file.incident.status === 'resolved') return 'over';
    const match = matchOfLink(file.incident, siteForReaders(app.rules, place));
    if (match === null) return 'stale';
    const asked = { match, forMs, by, reason: why };
    const silence = await addSilenceWhile(
      app,
      asked,
      (controls) => silenceState(controls, match) === seen,
      nowMs,
      log,
    );
    return silence === null ? 'stale' : 'silenced';
  },

  'end-silence': async ({ open: { app, place, file }, by, seen: id, nowMs, log }) => {
    const match = matchOfLink(file.incident, siteForReaders(app.rules, place));
    const own = app.rules.controls.silences.find((silence) => silence.id === id);
    if (match === null || !own || !isSameMatch(own.match, match)) return 'stale';
    const acted = await endSilence(app, id, { by }, nowMs, log);
    return acted.kind === 'done' ? 'silence-ended' : 'stale';
  },

  note: async ({ open: { app, incidentId }, by, typed: { text }, nowMs, log }) =>
    saidOf(await addNote(app, incidentId, { by, text }, nowMs, log), 'noted'),

  step: async ({ open: { app, incidentId, file }, by, typed: { step }, seen, nowMs, log }) => {
    if (file.incident.status === 'resolved') return 'over';
    const before = file.done ?? [];
    if (stepState(step, before) !== seen) return 'stale';
    const done = !before.some((one) => one.step === step);
    return saidOf(
      await tickStep(app, incidentId, { step, by, done }, nowMs, log),
      done ? 'ticked' : 'unticked',
    );
  },
};

function saidOf({ kind }: Acted<unknown>, done: SaidCode): SaidCode {
  if (kind === 'done') return done;
  return kind === 'over' ? 'over' : 'stale';
}
