import { codeEntry, isListed } from '../catalogue/codes.ts';
import type { DeviceStory, Ending } from '../deviceStory.ts';
import type { Cause, Confidence } from '../diagnosis.ts';
import type { Facts } from '../facts.ts';
import type { OtherSite } from '../otherSites.ts';
import { thresholds } from '../thresholds.ts';
import { type Explanation, explanation, many, ofAll, type Sentence } from './explanation.ts';

/*
 * What the rows themselves say: a refusal, a goodbye, a fight, a renewal. Each explains the devices that it was said to,
 * and no others. None of them costs an assumption; how many devices it explains decides whether it leads.
 */

type Voice = { readonly facts: Facts; readonly stories: readonly DeviceStory[] };

function voiceOf(facts: Facts, ...endings: Ending[]): Voice | null {
  const stories = facts.stories.filter(({ ending }) => endings.includes(ending));
  return stories.length > 0 ? { facts, stories } : null;
}

function voiced(
  { stories }: Voice,
  cause: Cause,
  atMost: Confidence,
  says: readonly Sentence[],
  against: readonly Sentence[] = [],
  codes: readonly string[] = [],
): Explanation {
  return explanation({
    cause,
    cost: 0,
    atMost,
    devices: stories.map(({ key }) => key),
    for: says,
    against,
    codes,
  });
}

function codesOf({ stories }: Voice): string[] {
  return [...new Set(stories.map(({ code }) => code))].sort().slice(0, 3);
}

/** `403012 DeviceDisabled`. */
function namesOf(voice: Voice): string {
  return codesOf(voice)
    .map((code) => (code === '' ? 'no code' : `${code} ${codeEntry(code).name}`))
    .join(', ');
}

/** Of all devices of the notice: what one device met is no reason for the others. */
function portion({ facts, stories }: Voice): string {
  return ofAll(stories.length, facts.stories.length);
}

/** Refusals that are repeated, to several devices, or at least three times to one, and go on. */
function refusalsCarry(voice: Voice): Confidence {
  const { stories } = voice;
  const knocks = stories.reduce((sum, story) => sum + (story.knocks?.count ?? 0), 0);
  if (codesOf(voice).some((code) => !isListed(code))) return 'low';
  if (stories.every(isStale)) return 'low';
  return knocks >= thresholds.sureKnocks || stories.length >= 3 ? 'high' : 'medium';
}

function isStale({ knocks, backAtMs }: DeviceStory): boolean {
  return backAtMs === null && knocks !== null && knocks.stale;
}

function staleSays(voice: Voice): Sentence {
  const stale = voice.stories.filter(isStale).length;
  return (
    stale > 0 &&
    `${stale === voice.stories.length ? (stale === 1 ? 'It has' : 'None of them has') : `${stale} of them have`} ${stale === voice.stories.length && stale > 1 ? '' : 'not '}tried again for a while: the client gave up, or the device is gone again.`
  );
}

/** A suspended hub refuses everybody; the devices that have not knocked yet are as locked out as the others. */
export function suspended(facts: Facts): Explanation | null {
  const { observed, rows, otherSites, cluster, stories } = facts;
  const all = [
    ...rows,
    ...otherSites.devices.flatMap(({ connected, refused, lost }) => [connected, refused, lost]),
  ].filter((row) => row !== null);
  const sinceMs = (cluster?.fromMs ?? observed.nowMs) - 10 * 60_000;
  const refused = all.filter(
    (row) => row.atMs >= sinceMs && row.code !== '' && codeEntry(row.code).family === 'suspended',
  );
  if (refused.length === 0) return null;
  const lastMs = Math.max(...refused.map(({ atMs }) => atMs));
  const admitted = all.filter(
    (row) => row.operation === 'connect' && row.code === '' && !row.error && row.atMs > lastMs + 60_000,
  );
  if (admitted.length > 0) return null;
  const told = new Set(refused.map(({ deviceId }) => deviceId)).size;
  const [code = '403001'] = refused.map((row) => row.code);
  return explanation({
    cause: 'administrative',
    cost: 0,
    atMost: told >= 2 || refused.length >= thresholds.sureKnocks ? 'high' : 'medium',
    devices: stories.map(({ key }) => key),
    for: [`The hub ${observed.hubName} reports that it is suspended (${code}), to ${many(told, 'device')}.`],
    codes: [code],
  });
}

/** A limit of the hub that several sites meet while none connects holds those as well that have not tried yet. */
function ofWholeHub(
  explained: Explanation,
  sites: readonly OtherSite[],
  { otherSites, stories }: Facts,
): Explanation {
  const working = otherSites.untouched.some(({ connectedSince }) => connectedSince > 0);
  if (sites.length < 2 || working || explained.devices.length === stories.length) return explained;
  const atMost = explained.atMost === 'high' ? 'medium' : explained.atMost;
  return { ...explained, atMost, devices: stories.map(({ key }) => key) };
}

export function quota(facts: Facts): Explanation | null {
  const voice = voiceOf(facts, 'quota');
  if (!voice) return null;
  const { quota: elsewhere } = facts.otherSites;
  const explained = voiced(
    voice,
    'quota',
    refusalsCarry(voice),
    [
      `The hub refuses ${portion(voice)} because its daily quota is used up (403002).`,
      elsewhere.length > 0 && `${many(elsewhere.length, 'other site')} met the same refusal.`,
    ],
    [staleSays(voice)],
  );
  return ofWholeHub(explained, elsewhere, facts);
}

/** Reconnect storms leave some devices without a row: they wait their turn. */
export function throttling(facts: Facts): Explanation | null {
  const voice = voiceOf(facts, 'throttled');
  if (!voice) return null;
  const explained = voiced(
    voice,
    'throttling',
    refusalsCarry(voice),
    [`The hub is throttling ${portion(voice)} (${namesOf(voice)}).`],
    [staleSays(voice)],
  );
  return ofWholeHub(explained, facts.otherSites.throttled, facts);
}

export function administrative(facts: Facts): Explanation | null {
  const voice = voiceOf(facts, 'administrative');
  if (!voice) return null;
  return voiced(
    voice,
    'administrative',
    refusalsCarry(voice),
    [`The hub refuses ${portion(voice)} by its registry (${namesOf(voice)}).`],
    [staleSays(voice)],
    codesOf(voice),
  );
}

/** Refused when they tried to connect after the loss; a 401003 on the disconnect alone is a renewal and does not count. */
export function credentials(facts: Facts): Explanation | null {
  const voice = voiceOf(facts, 'unauthorized');
  if (!voice) return null;
  const hubGone = voice.stories.length >= 3 && codesOf(voice).join() === '401001';
  return voiced(
    voice,
    hubGone ? 'administrative' : 'credentials',
    hubGone ? 'medium' : refusalsCarry(voice),
    [
      `The hub refused ${portion(voice)} after the loss (${namesOf(voice)}), so power and network ${voice.stories.every(isStale) ? 'worked then' : 'work'}${voice.stories.length < facts.stories.length ? ' there' : ''}.`,
      hubGone && 'All of them ask for a hub that does not exist.',
    ],
    [staleSays(voice)],
    hubGone ? ['401001'] : [],
  );
}

export function clientFaults(facts: Facts): Explanation | null {
  const voice = voiceOf(facts, 'client');
  if (!voice) return null;
  const carry = refusalsCarry(voice);
  return voiced(
    voice,
    'deviceSoftware',
    carry === 'high' ? 'medium' : carry,
    [`The hub cannot use what ${portion(voice)} sent (${namesOf(voice)}).`],
    [staleSays(voice)],
    codesOf(voice),
  );
}

/** A code that is not about the connection, or that nobody documents, proves one thing: the device reached the hub. */
export function answered(facts: Facts): Explanation | null {
  const voice = voiceOf(facts, 'other');
  if (!voice) return null;
  const knocking = voice.stories.filter(({ knocks }) => knocks !== null).length;
  const known = codesOf(voice).every(isListed);
  return voiced(
    voice,
    'unknown',
    'low',
    [],
    [
      `The hub answered ${portion(voice)} with ${namesOf(voice)}${known ? '' : ', which the documentation does not list'}.`,
      knocking > 0 && 'So power and network work there: the device reaches the hub.',
    ],
  );
}

export function identityClash(facts: Facts): Explanation | null {
  const voice = voiceOf(facts, 'clash');
  if (!voice) return null;
  const { stories } = voice;
  const clashes = stories.flatMap(({ clash }) => clash ?? []);
  const proven = clashes.every(({ kind }) => kind === 'proven');
  const oneEnd = clashes.every(({ ends }) => ends <= 1);
  const fewest = Math.min(...clashes.map(({ closings }) => closings));
  return voiced(
    voice,
    'identityClash',
    proven ? (fewest >= 4 ? 'high' : 'medium') : 'low',
    [
      `The hub closed ${portion(voice)} again and again because the same identity connected anew (400027, 409002).`,
      proven && 'The connections take turns between two addresses or client versions.',
    ],
    [
      !proven &&
        oneEnd &&
        'All connections come from one address and client version; two clients behind one router look like this too.',
      !proven &&
        !oneEnd &&
        'The connections come from several addresses or client versions, but do not return to an earlier one as two clients in turn would.',
    ],
  );
}

export function plannedStop(facts: Facts): Explanation | null {
  const voice = voiceOf(facts, 'orderly');
  if (!voice) return null;
  const { stories } = voice;
  const { saidGoodbyeToo } = facts;
  if (areRenewals(voice)) return null;
  const restless = stories.every(({ breaks }) => breaks >= 3);
  const back = stories.filter(({ backAtMs }) => backAtMs !== null).length + saidGoodbyeToo;
  const certain =
    stories.length >= Math.max(3, 0.9 * facts.stories.length) &&
    back === 0 &&
    stories.every(({ renewalTimed }) => !renewalTimed);
  return voiced(
    voice,
    'plannedStop',
    restless ? 'low' : certain ? 'high' : 'medium',
    [`${portion(voice)} disconnected cleanly (deviceDisconnect without an error code).`],
    [
      restless && 'It happens again and again: the program may be restarting.',
      back > 0 &&
        `${many(back, 'device')} of the site did so too in these minutes and ${back === 1 ? 'is' : 'are'} back: after a restart or an update these should be as well.`,
    ],
  );
}

/** Goodbyes one by one at the age of a token are renewals of clients that then cannot come back. */
function areRenewals({ facts, stories }: Voice): boolean {
  const times = stories.flatMap(({ goneAtMs }) => goneAtMs ?? []);
  const timed = stories.filter(({ renewalTimed, backAtMs }) => renewalTimed && backAtMs === null).length;
  return (
    stories.length >= 3 &&
    timed >= thresholds.leads * facts.stories.length &&
    Math.max(...times) - Math.min(...times) > thresholds.oneByOneMs
  );
}

const edgeBounceMs = 2 * 60_000;

/** IoT Edge over AMQP shows a loss and a return about a minute apart while its line is sound (Azure/iotedge#6980). */
export function isEdgeBounce({ device, protocol, goneAtMs, backAtMs }: DeviceStory): boolean {
  return (
    (device.moduleId?.startsWith('$edge') ?? false) &&
    /^amqp/i.test(protocol) &&
    goneAtMs !== null &&
    backAtMs !== null &&
    backAtMs - goneAtMs <= edgeBounceMs
  );
}

export function routine(facts: Facts): Explanation | null {
  const stories = facts.stories.filter((story) => story.ending === 'renewed' || isEdgeBounce(story));
  if (stories.length === 0) return null;
  const voice = { facts, stories };
  const bounce = stories.some(isEdgeBounce);
  const steady = stories.every(
    ({ ending, renewalTimed, renewsSteadily }) => ending === 'renewed' && renewalTimed && renewsSteadily,
  );
  return voiced(voice, 'routine', steady ? 'high' : 'medium', [
    bounce
      ? `${portion(voice)} reconnected within two minutes, as IoT Edge over AMQP does from time to time while its line is sound.`
      : `${portion(voice)} reconnected within minutes, as after the end of a token’s life.`,
    steady && 'The connection had lasted 45 to 75 minutes, the usual life of a token.',
  ]);
}
