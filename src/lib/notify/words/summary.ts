import { deviceKey } from '../../device/device.ts';
import type { Summarised } from '../message.ts';
import { durationInWords } from './durationInWords.ts';
import { hubSentence } from './hubWords.ts';
import { oneLine } from './oneLine.ts';

const subjectChars = 200;
const subjectNameChars = 70;
const subjectDeviceChars = 80;

/** The one sentence of a notice: `Oslo plant: 38 of 42 devices offline`, `oslo-press-07 back online after 14 min`. */
export function summarise(message: Summarised): string {
  if (message.hubLevel) return hubSentence(message, message.hubLevel);
  const only = onlyDevice(message);
  return only === null ? `${message.site.name}: ${siteState(message)}` : `${only} ${deviceState(message)}`;
}

/** The subject of a mail: one line of at most 200 characters that names site, number of devices and state. */
export function subjectOf(message: Summarised): string {
  if (message.hubLevel) return cut(oneLine(hubSentence(message, message.hubLevel)), subjectChars);
  const site = cut(oneLine(message.site.name), subjectNameChars);
  const only = onlyDevice(message);
  if (only === null) return cut(`${site}: ${siteState(message)}`, subjectChars);
  const device = cut(oneLine(only), subjectDeviceChars);
  const state = `1 device ${deviceState(message)}`;
  return cut(
    message.site.kind === 'device' ? `${device}: ${state}` : `${site}: ${state} (${device})`,
    subjectChars,
  );
}

/** The device of a notice about one device alone; null: the notice is about a site. */
function onlyDevice({ per, site, devices, devicesTruncated }: Summarised): string | null {
  const [first] = devices;
  if (!first || devices.length + devicesTruncated > 1) return null;
  return per === 'device' || site.kind === 'device' ? deviceKey(first) : null;
}

function deviceState(message: Summarised): string {
  const { counts, reason } = message;
  if (message.status === 'resolved') {
    if (reason !== 'noLongerFollowed') return endedWell(message);
    return `no longer followed${deletedCount(message) > 0 ? ': deleted' : counts.offline > 0 ? ', still offline' : ''}`;
  }
  if (counts.offline > 0) return `${reason === 'reminder' ? 'still ' : ''}offline${addition(message)}`;
  if (counts.flapping > 0) {
    return `${reason === 'reminder' ? 'still ' : ''}flapping: connection unstable${addition(message)}`;
  }
  return 'back, not yet for certain';
}

function endedWell({ reason, openedAtMs, resolvedAtMs, nowMs }: Summarised): string {
  const after = durationInWords((resolvedAtMs ?? nowMs) - openedAtMs);
  return reason === 'flappingEnded'
    ? `no longer flapping, stable after ${after}`
    : `back online after ${after}`;
}

function siteState(message: Summarised): string {
  const { counts, reason, backCount } = message;
  if (message.status === 'resolved') return siteEnd(message);
  if (reason === 'partlyRecovered' && counts.offline > 0) {
    const took = backCount + counts.offline;
    return `${backCount} of ${devices(took)} back, ${counts.offline} still offline${flappingToo(message)}`;
  }
  const still = reason === 'reminder' ? 'still ' : '';
  const gone = deletedCount(message);
  const lead =
    reason === 'noLongerFollowed' && gone > 0 ? `${devices(gone)} no longer followed (deleted), ` : '';
  if (counts.offline > 0) {
    const back = backCount > 0 ? `, ${backCount} back` : '';
    const state = `${counts.offline} of ${devices(counts.known)} ${still}offline`;
    return `${lead}${state}${flappingToo(message)}${back}${addition(message)}`;
  }
  if (counts.flapping > 0) {
    const unstable = counts.flapping === 1 ? 'connection unstable' : 'connections unstable';
    return `${lead}${counts.flapping} of ${devices(counts.known)} ${still}flapping: ${unstable}${addition(message)}`;
  }
  return `${lead}no device offline any more`;
}

function siteEnd(message: Summarised): string {
  const { reason, counts, backCount } = message;
  const gone = deletedCount(message);
  if (reason === 'noLongerFollowed') {
    if (counts.offline > 0) {
      return `no longer followed, ${counts.offline} of ${devices(counts.known)} still offline`;
    }
    return gone > 0 ? `no longer followed: ${devices(gone)} deleted` : 'no longer followed';
  }
  const which = backCount > 1 ? `all ${backCount} devices` : backCount === 1 ? '1 device' : 'all devices';
  return `${which} ${endedWell(message)}${gone > 0 ? `, ${gone} deleted` : ''}`;
}

function flappingToo({ counts }: Summarised): string {
  return counts.flapping > 0 ? `, ${counts.flapping} flapping` : '';
}

function addition({ reason, severity, diagnosis }: Summarised): string {
  if (reason === 'severityRose') return `, now ${severity}`;
  if (reason === 'diagnosisArrived') {
    return diagnosis.cause === 'unknown' ? ', diagnosis updated' : ', likely cause found';
  }
  return '';
}

function deletedCount(message: Summarised): number {
  return message.devices.filter((device) => device.deleted).length;
}

function devices(count: number): string {
  return count === 1 ? '1 device' : `${count} devices`;
}

function cut(text: string, chars: number): string {
  const characters = Array.from(text);
  return characters.length <= chars ? text : `${characters.slice(0, chars - 1).join('')}…`;
}
