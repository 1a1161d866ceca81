import { stageOf } from '../control/stage.ts';
import { isInEffect } from '../incident/acknowledgement.ts';
import { diagnosisToTell } from '../incident/diagnosisFit.ts';
import type { Incident, Note, Notice, Told } from '../incident/incident.ts';
import type { StepDone } from '../incident/incidentFile.ts';
import { recipientsOf } from '../incident/recipients.ts';
import { formToken } from '../link/formToken.ts';
import { renderEmailContent } from '../notify/channels/email/renderContent.ts';
import { composeMessage } from '../notify/composeMessage.ts';
import type { Message } from '../notify/message.ts';
import { stableId } from '../notify/stableId.ts';
import { cutText } from '../notify/words/cutText.ts';
import type { Phrase } from '../notify/words/phrase.ts';
import type { LinkAction } from '../pages/link/linkActions.ts';
import type { FormTokens, LinkView, NoticeFate, Quiet, Reader, Step } from '../pages/link/linkView.ts';
import type { SaidCode } from '../pages/link/saidCodes.ts';
import { hubPolicy, sitePolicy } from '../policy/policyFor.ts';
import { signingAgeMs } from '../store/linkKeys.ts';
import { acknowledgementState } from './acknowledge.ts';
import { isForIncident, isSameMatch, matchOfLink, silenceState } from './linkSilence.ts';
import type { OpenIncident } from './openIncident.ts';
import { siteForReaders, siteOfKey } from './places.ts';
import { presentOf } from './present.ts';

/** Incidents of more devices than this are shown as their last evaluation saw them: nobody reads so many rows for a page. */
const mostRead = 1_000;

// A page stays small enough for a bad connection, whatever has happened (`linkPage.test.ts`).
const mostReceivers = 30;
const mostNotices = 5;
const mostNotes = 10;
const longestNote = 1_500;
const mostOfStory = 30;

/**
 * Everything that the page of an incident shows now.
 *
 * @param said what became of the press that led here
 * @param devicesBefore which part of its devices is shown: how many come before it
 */
export async function linkViewOf(
  open: OpenIncident,
  said: SaidCode | null,
  nowMs: number,
  devicesBefore = 0,
): Promise<LinkView> {
  const { app, place, file, reader } = open;
  const mayAct = reader.kind === 'link' || reader.mayAct;
  const { incident, devices } = await stateOf(open);
  const site = siteForReaders(app.rules, place);
  const message = messageOf(open, incident, devices, nowMs, devicesBefore);
  const isOpen = incident.status === 'open';
  const ring = await app.linkKeys.ring(signingAgeMs, nowMs);
  const sign = (action: LinkAction, state: string) =>
    formToken(ring, { action, link: open.formsOf, state }, nowMs);
  const content = renderEmailContent(message);
  const story = storyOf(open);
  return {
    path: open.path,
    reader,
    content,
    deviceIds: message.hubLevel ? [] : message.devices,
    timeZone: site.timeZone,
    status: incident.status,
    endedAtMs: incident.resolvedAtMs,
    acknowledged: message.acknowledged,
    silenceOf: isOpen && mayAct ? silenceOf(open, message) : null,
    quiet: await quietNow(open, incident, mayAct ? sign : null, nowMs),
    ...toldReceivers(app, file.told, file.notices, reader.kind === 'person'),
    isRouted: isRouted(open, incident, nowMs),
    steps: await stepsOf(
      content.steps,
      message.diagnosis.steps,
      file.done ?? [],
      isOpen && mayAct ? sign : null,
    ),
    notes: (file.notes ?? []).slice(-mostNotes).map(shortened),
    moreNotes: Math.max(0, (file.notes?.length ?? 0) - mostNotes),
    earlierNotes: (incident.earlierNotes ?? []).map(shortened),
    story: story.slice(0, mostOfStory),
    earlierInStory: Math.max(0, story.length - mostOfStory),
    tokens: mayAct ? await tokensOf(open, incident, sign, nowMs) : {},
    said,
    nowMs,
  };
}

/** What happened, the latest first. What is said of receivers may hold addresses, which a link does not tell. */
export function storyOf({ file, reader }: Pick<OpenIncident, 'file' | 'reader'>): LinkView['story'] {
  const told = file.timeline.filter(
    ({ kind }) => reader.kind === 'person' || (kind !== 'notice' && kind !== 'attempt'),
  );
  return told.toReversed().toSorted((a, b) => b.atMs - a.atMs);
}

/** Whether a route leads to anybody, also one that waits or is mute. */
function isRouted({ app: { rules }, place, file }: OpenIncident, incident: Incident, nowMs: number): boolean {
  if (file.told.length > 0) return true;
  const site = place.kind === 'hub' ? null : siteOfKey(rules, place);
  const policy = site === null ? hubPolicy(rules) : sitePolicy(rules, site);
  const { told, diagnosis } = file;
  const at = { rules, hub: incident.hubName, site, policy, nowMs, incident, told, diagnosis };
  const { named, waitsForCause } = recipientsOf(at);
  return named.length > 0 || waitsForCause;
}

type Sign = (action: LinkAction, state: string) => Promise<string>;

/** What is true of an incident now: who it is about is read anew while it is open. */
async function stateOf({ app, place, file }: OpenIncident) {
  const { incident } = file;
  if (incident.status === 'resolved' || incident.members.size > mostRead)
    return { incident, devices: new Map() as Parameters<typeof composeMessage>[0]['devices'] };
  return presentOf(app, place, incident);
}

/** What a notice to this receiver would say, if it knew all of the incident. */
function messageOf(
  { app, place, file, reader }: OpenIncident,
  incident: Incident,
  devices: Parameters<typeof composeMessage>[0]['devices'],
  nowMs: number,
  devicesBefore: number,
): Message {
  const final = incident.status === 'resolved';
  const anyBack = [...incident.members.values()].some(({ state }) => state === 'back');
  const { severity, members } = incident;
  const facts = { severity, down: [...members.keys()], flapping: [], diagnosisKey: '' };
  return composeMessage({
    incident,
    site: siteForReaders(app.rules, place),
    devices,
    devicesBefore,
    nowMs,
    told: { status: 'told', facts, lastNoticeAtMs: null },
    notice: { noticeId: '', kind: final ? 'final' : 'update', receiver: nameOf(reader) },
    reason: final ? (anyBack ? 'recovered' : 'noLongerFollowed') : 'outageBegan',
    diagnosis: diagnosisToTell(file.diagnosis, incident),
    links: {
      incident: null,
      acknowledge: null,
      silence: null,
      logs: null,
      device: null,
      resourceHealth: null,
    },
  });
}

function silenceOf({ app, place }: OpenIncident, { site, per, devices }: Message): Phrase | null {
  if (place.kind === 'hub') return null;
  const [first] = devices;
  if (per === 'device' && first) return [{ name: first.deviceId }];
  return [{ name: siteForReaders(app.rules, place).name || site.name }];
}

async function quietNow(
  open: OpenIncident,
  incident: Incident,
  sign: Sign | null,
  nowMs: number,
): Promise<Quiet[]> {
  const { app, place } = open;
  const site = siteForReaders(app.rules, place);
  const { silences, windows } = app.rules.controls;
  const own = matchOfLink(incident, site);
  const found: Quiet[] = [];
  for (const silence of silences) {
    if (stageOf(silence, nowMs) !== 'active' || !isForIncident(silence.match, incident, place, site))
      continue;
    const mine = own !== null && isSameMatch(silence.match, own);
    const { by, reason, untilMs } = silence;
    const token = mine && sign !== null ? await sign('end-silence', silence.id) : null;
    found.push({ kind: 'silence', why: reason, by, untilMs, token });
  }
  for (const window of windows) {
    if (stageOf(window, nowMs) !== 'active' || !isForIncident(window.match, incident, place, site)) continue;
    found.push({
      kind: 'maintenance',
      why: window.name,
      by: window.by,
      untilMs: window.untilMs,
      token: null,
    });
  }
  const ids = new Set(windows.map(({ id }) => id));
  const configured = new Map<string, number>();
  for (const { quiet } of incident.members.values()) {
    if (quiet?.why !== 'maintenance' || ids.has(quiet.control) || quiet.untilMs <= nowMs) continue;
    configured.set(quiet.control, Math.max(configured.get(quiet.control) ?? 0, quiet.untilMs));
  }
  for (const [why, untilMs] of configured)
    found.push({ kind: 'maintenance', why, by: null, untilMs, token: null });
  return found;
}

async function tokensOf(
  open: OpenIncident,
  incident: Incident,
  sign: Sign,
  nowMs: number,
): Promise<FormTokens> {
  const note = await sign('note', '');
  if (incident.status === 'resolved') return { note };
  const state = acknowledgementState(incident);
  const match = matchOfLink(incident, siteForReaders(open.app.rules, open.place));
  return {
    note,
    acknowledge: await sign('acknowledge', state),
    ...(isInEffect(incident.acknowledged, nowMs) ? { 'take-back': await sign('take-back', state) } : {}),
    ...(match === null
      ? {}
      : { silence: await sign('silence', silenceState(open.app.rules.controls, match)) }),
  };
}

/** @param sign null: nothing can be ticked off any more */
async function stepsOf(
  phrases: readonly Phrase[],
  steps: readonly string[],
  done: readonly StepDone[],
  sign: Sign | null,
): Promise<Step[]> {
  const pairs = phrases.map((text, index) => ({ text, step: steps[index] ?? '' }));
  return Promise.all(
    pairs.map(async ({ text, step }) => ({
      text,
      step,
      done: done.find((one) => one.step === step) ?? null,
      token: sign === null ? null : await sign('step', stepState(step, done)),
    })),
  );
}

/** Names a step and whether it is done. */
export function stepState(step: string, done: readonly StepDone[]): string {
  return stableId('step', step, done.find((one) => one.step === step)?.atMs ?? 0);
}

function shortened({ text, ...note }: Note): Note {
  return { ...note, text: cutText(text, longestNote) };
}

function nameOf(reader: Reader): string {
  return reader.kind === 'link' ? reader.receiver : (reader.name ?? '');
}

/** @param whole with the channel and what went wrong, which may hold an address */
function toldReceivers(
  { rules }: OpenIncident['app'],
  told: readonly Told[],
  notices: readonly Notice[],
  whole: boolean,
): Pick<LinkView, 'told' | 'moreReceivers'> {
  const names = [...new Set([...told, ...notices].map(({ receiver }) => receiver))];
  const shown = names.slice(0, mostReceivers).map((receiver) => ({
    receiver,
    channel: whole ? (rules.receivers.get(receiver)?.channel.kind ?? null) : null,
    notices: notices
      .filter((notice) => notice.receiver === receiver)
      .toSorted((a, b) => a.createdAtMs - b.createdAtMs)
      .slice(-mostNotices)
      .map(
        ({ reason, state, attempts, finishedAtMs, createdAtMs, lastError }): NoticeFate => ({
          reason,
          state,
          attempts,
          atMs: finishedAtMs ?? createdAtMs,
          error: whole ? lastError : null,
        }),
      ),
  }));
  return { told: shown, moreReceivers: names.length - shown.length };
}
