import { codeEntry, isListed } from '../catalogue/codes.ts';
import type { Confidence } from '../diagnosis.ts';
import type { DeviceStory } from '../stories/deviceStory.ts';
import type { Facts } from '../stories/facts.ts';
import type { OtherSite } from '../stories/otherSites.ts';
import { thresholds } from '../thresholds.ts';
import { type Explanation, explanation, many, ofAll, type Sentence } from './explanation.ts';
import { codesOf, namesOf, portion, type Voice, voiced, voiceOf } from './voice.ts';

/** Refusals that are repeated, to several devices, or at least three times to one, and go on. */
function refusalsCarry(voice: Voice): Confidence {
  const { stories } = voice;
  const knocks = stories.reduce((sum, story) => sum + (story.knocks?.count ?? 0), 0);
  if (codesOf(voice).some((code) => !isListed(code))) return 'low';
  if (stories.every(isStale)) return 'low';
  return knocks >= thresholds.sureKnocks || stories.length >= thresholds.several ? 'high' : 'medium';
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

/** Devices of the same id are connected at another hub: they were provisioned there, and this identity was left behind. */
export function movedToAnotherHub({ stories, observed }: Facts): Explanation | null {
  const moved = stories.filter(
    ({ device, backAtMs }) => device.connectedTo !== undefined && backAtMs === null,
  );
  if (moved.length === 0) return null;
  const hubs = [...new Set(moved.flatMap(({ device }) => device.connectedTo ?? []))].sort().join(', ');
  return explanation({
    cause: 'administrative',
    cost: 0,
    atMost: 'high',
    devices: moved.map(({ key }) => key),
    for: [
      `${ofAll(moved.length, stories.length)} connected to the hub ${hubs} since: moved there, with the identity at ${observed.hubName} left behind. Disable or delete what is no longer used.`,
    ],
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
      elsewhere.length > 0 && `${many(elsewhere.length, 'other site')} got the same refusal.`,
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
  const hubGone = voice.stories.length >= thresholds.several && codesOf(voice).join() === '401001';
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
