import { deviceKey } from '../../device/device.ts';
import type { DeviceCount } from '../../incident/deviceCount.ts';
import type { Summarised } from '../message.ts';
import { any, ofKnown, short, things } from './counts.ts';
import { durationInWords } from './durationInWords.ts';
import { hubSays } from './hubWords.ts';
import { isolated, type Name, type Phrase, plain, shownName } from './phrase.ts';
import { whoDid } from './whoDid.ts';

const subjectChars = 200;
const subjectNameChars = 70;
const subjectDeviceChars = 80;
const headlineChars = 60;
const authorChars = 40;

/** The one sentence of a notice: `Oslo plant: 38 of 42 devices offline`, `oslo-press-07 back online after 14 min`. */
export function summarise(message: Summarised): string {
  return plain(sentenceOf(message));
}

/** As `summarise`, for a reader with a small screen: its names are marked, and long ones cut. */
export function headlineOf(message: Summarised): Phrase {
  return sentenceOf(message, headlineChars);
}

/** The subject of a mail: one line of at most 200 characters that names site, number of devices and state. */
export function subjectOf(message: Summarised): string {
  return isolated(cut(subject(message)));
}

/** The same without the marks around names of right-to-left scripts. */
export function titleOf(message: Summarised): string {
  return plain(cut(subject(message)));
}

function sentenceOf(message: Summarised, chars?: number): Phrase {
  const named = (name: string) => ({ name: shownName(name, chars) });
  const news = controlNews(message);
  if (message.hubLevel) return [named(message.site.name), ` ${hubSays(message, message.hubLevel)}`, ...news];
  const only = onlyDevice(message);
  return only === null
    ? [named(message.site.name), `: ${siteState(message)}`, ...news]
    : [named(only), ` ${deviceState(message)}`, ...news];
}

function subject(message: Summarised): Exclude<Phrase, string> {
  const site = { name: shownName(message.site.name, subjectNameChars) };
  const news = controlNews(message);
  if (message.hubLevel) return [site, ` ${hubSays(message, message.hubLevel)}`, ...news];
  const only = onlyDevice(message);
  if (only === null) return [site, `: ${siteState(message)}`, ...news];
  const device = { name: shownName(only, subjectDeviceChars) };
  const kind = message.devices[0]?.moduleId == null ? 'device' : 'module';
  const state = `: 1 ${kind} ${deviceState(message)}`;
  return message.site.kind === 'device'
    ? [device, state, ...news]
    : [site, `${state} (`, device, ')', ...news];
}

/** The device of a notice about one device alone; null: the notice is about a site. */
function onlyDevice({ per, site, devices, devicesTruncated }: Summarised): string | null {
  const [first] = devices;
  if (!first || devices.length + devicesTruncated > 1) return null;
  return per === 'device' || site.kind === 'device' ? deviceKey(first) : null;
}

function deviceState(message: Summarised): string {
  const { reason } = message;
  const { offline, flapping } = countsIn(message);
  if (message.status === 'resolved') {
    if (reason !== 'noLongerFollowed') return endedWell(message);
    return `no longer followed${message.deletedCount > 0 ? ': deleted' : any(offline) ? ', still offline' : ''}`;
  }
  const still = reason === 'reminder' ? 'still ' : '';
  if (any(offline)) return `${still}offline${addition(message)}`;
  if (any(flapping)) return `${still}flapping: connection unstable${addition(message)}`;
  return silencedIn(message) > 0 ? 'silenced' : 'reconnected, not confirmed yet';
}

/** The devices of the incident in each state. */
function countsIn({ counts, backCount }: Summarised): Record<'offline' | 'flapping' | 'back', DeviceCount> {
  const { modules } = counts;
  return {
    offline: { devices: counts.offline, modules: modules?.offline ?? 0 },
    flapping: { devices: counts.flapping, modules: modules?.flapping ?? 0 },
    back: { devices: backCount, modules: modules?.back ?? 0 },
  };
}

function endedWell({ reason, lasted }: Summarised): string {
  const after = lasted === null ? '' : ` after ${durationInWords(lasted.toMs - lasted.fromMs)}`;
  return reason === 'flappingEnded'
    ? `no longer flapping${after === '' ? '' : `, stable${after}`}`
    : `back online${after}`;
}

function siteState(message: Summarised): string {
  const { counts, reason } = message;
  if (message.status === 'resolved') return siteEnd(message);
  const { offline, flapping, back } = countsIn(message);
  if (reason === 'partlyRecovered' && any(back) && (any(offline) || any(flapping))) {
    return partlyBack(offline, flapping, back);
  }
  const still = reason === 'reminder' ? 'still ' : '';
  const gone = message.deletedCount;
  const lead =
    reason === 'noLongerFollowed' && gone > 0 ? `${devices(gone)} no longer followed (deleted), ` : '';
  if (any(offline)) {
    const also = any(flapping) ? `, ${short(flapping)} flapping` : '';
    const returned = any(back) ? `, ${short(back)} back` : '';
    return `${lead}${ofKnown(offline, counts.known)} ${still}offline${also}${returned}${addition(message)}`;
  }
  if (any(flapping)) {
    const several = flapping.devices + flapping.modules > 1;
    const unstable = several ? 'connections unstable' : 'connection unstable';
    return `${lead}${ofKnown(flapping, counts.known)} ${still}flapping: ${unstable}${addition(message)}`;
  }
  return `${lead}${silencedAlone(message, back)}`;
}

/** Nothing is offline but what is silenced, if anything: `5 devices back, 3 more silenced`. */
function silencedAlone(message: Summarised, back: DeviceCount): string {
  const silenced = silencedIn(message);
  if (silenced === 0) return 'no devices offline';
  return message.reason === 'partlyRecovered' && any(back)
    ? `${things(back)} back, ${silenced} more silenced`
    : `${ofKnown({ devices: silenced, modules: 0 }, message.counts.known)} silenced`;
}

function silencedIn({ counts }: Summarised): number {
  return counts.silenced ?? 0;
}

/** `37 of 40 devices back, 3 still offline`, `37 of 38 devices back, 1 still flapping`. */
function partlyBack(offline: DeviceCount, flapping: DeviceCount, back: DeviceCount): string {
  const all = offline.devices + flapping.devices + back.devices;
  const left = any(offline)
    ? `${short(offline)} still offline${any(flapping) ? `, ${short(flapping)} flapping` : ''}`
    : `${short(flapping)} still flapping`;
  return `${ofKnown(back, all)} back, ${left}`;
}

function siteEnd(message: Summarised): string {
  const { reason, counts } = message;
  const { offline, back } = countsIn(message);
  const gone = message.deletedCount;
  if (reason === 'noLongerFollowed') {
    if (any(offline)) return `no longer followed, ${ofKnown(offline, counts.known)} still offline`;
    return gone > 0 ? `no longer followed: ${devices(gone)} deleted` : 'no longer followed';
  }
  const all = back.devices > 1 || (back.devices === 0 && back.modules > 1) ? 'all ' : '';
  const both = back.devices === 2 && back.modules === 0;
  const which = both ? 'both devices' : any(back) ? `${all}${things(back)}` : 'all devices';
  return `${which} ${endedWell(message)}${gone > 0 ? `, ${gone} deleted` : ''}`;
}

function addition({ reason, severity, diagnosis }: Summarised): string {
  if (reason === 'severityRose') return `, now ${severity}`;
  if (reason === 'diagnosisArrived') {
    return diagnosis.cause === 'unknown' ? ', diagnosis updated' : ', likely cause found';
  }
  return '';
}

/** What a control has to do with it: `, acknowledged by Ola Nordmann`. */
function controlNews({ reason, acknowledged, toldFirst, counts, status }: Summarised): (string | Name)[] {
  if (status === 'resolved') return [];
  switch (reason) {
    case 'acknowledged':
      return acknowledged ? [', acknowledged by ', ...whoDid(acknowledged.by, authorChars)] : [];
    case 'acknowledgementEnded':
      return [', nobody has this any more'];
    case 'escalated':
      return toldFirst ? [', nobody has this'] : [];
    case 'silenceEnded':
      return [', the silence is over'];
    case 'didNotReturn':
      return [counts.offline > 0 ? ', not back after planned work' : ', planned work is over'];
    default:
      return [];
  }
}

function devices(count: number): string {
  return things({ devices: count, modules: 0 });
}

/** At most 200 characters of a phrase, with a `…` at the end of one that is cut. */
function cut(phrase: Exclude<Phrase, string>): Phrase {
  if (Array.from(plain(phrase)).length <= subjectChars) return phrase;
  let left = subjectChars - 1;
  const parts = phrase.map((part) => {
    const text = typeof part === 'string' ? part : part.name;
    const kept = Array.from(text).slice(0, Math.max(0, left)).join('');
    left -= Array.from(text).length;
    return typeof part === 'string' ? kept : { name: kept };
  });
  return [...parts, '…'];
}
