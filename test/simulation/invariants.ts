import type { Case } from './case.ts';
import type { Played, TrueState } from './play.ts';
import type { Heard } from './world.ts';

/** What one receiver believes after all it heard: devices that are down or flapping in incidents still open. */
export function beliefs(heard: readonly Heard[]): Set<string> {
  const open = new Map<string, Map<string, boolean>>();
  for (const { message } of heard) {
    if (message.type === 'incident.resolved') {
      open.set(message.incidentId, new Map());
      continue;
    }
    const devices = open.get(message.incidentId) ?? new Map<string, boolean>();
    for (const device of message.devices) {
      const bad = !device.deleted && (device.flapping || device.phase !== 'online');
      devices.set(device.deviceId, bad);
    }
    open.set(message.incidentId, devices);
  }
  const down = new Set<string>();
  for (const devices of open.values()) for (const [device, bad] of devices) if (bad) down.add(device);
  return down;
}

/** Every promise that a finished run broke, in words; empty when it kept them all. */
export function brokenPromises(story: Case, { world, truth, onlyBlips }: Played): string[] {
  const broken: string[] = [];
  if (onlyBlips && world.heard.length > 0) broken.push(`1: ${world.heard.length} notices about blips`);
  const stuck = world.rows.keys().filter((key) => key.startsWith('n|')).length;
  if (stuck > 0) broken.push(`8: ${stuck} notices are still on their way`);
  const down = truth.filter((one) => one.state === 'down').map((one) => one.deviceId);
  const receivers = new Set(world.heard.map((one) => one.receiver));
  for (const receiver of receivers) {
    const heard = world.heard.filter((one) => one.receiver === receiver);
    // A fact that a receiver refused for good is not repeated, so it may go on believing the one before.
    const refusing =
      story.troubles.some((one) => one.receiver === receiver && one.answer === 'refused') ||
      // Nor can a receiver be told that the configuration no longer has.
      !world.config.receivers.has(receiver);
    for (const device of refusing ? [] : beliefs(heard)) {
      if (!down.includes(device))
        broken.push(`3: ${receiver} still believes ${device} down; it is ${stateOf(truth, device)}`);
    }
    // Whoever refused the beginning may hear another one with a later fact (nothing was told it for certain).
    if (!refusing) broken.push(...brokenOrder(receiver, heard));
    broken.push(...brokenOnce(story, world.crashes, receiver, heard));
  }
  broken.push(...brokenOpenings(story, world));
  // A permanent refusal is the one way in which a routed receiver may be left without the news.
  const refused = story.troubles.some((one) => one.answer === 'refused');
  if (!refused) {
    const believed = beliefs(world.heard.filter((one) => one.receiver === 'operators'));
    for (const device of down) {
      if (!believed.has(device)) broken.push(`2: operators were not told that ${device} is down`);
    }
  }
  const open = world.rows.keys().filter((key) => key.startsWith('i|')).length;
  if (down.length === 0 && open > 0) broken.push(`3: ${open} incidents stand although everything is back`);
  if (world.poison.length > 0) broken.push(`9: ${world.poison.length} good messages were poisoned`);
  return broken;
}

/** A beginning is told only while something is down: when all are coming back, it was looked at once more and dropped. */
function brokenOpenings(story: Case, { heard, crashes }: Played['world']): string[] {
  const mayHaveBeenRead =
    story.troubles.length > 0 || crashes > 0 || story.faultsAt.length > 0 || story.upload;
  if (mayHaveBeenRead) return [];
  return heard
    .filter(({ message }) => message.type === 'incident.opened')
    .filter(({ message }) => message.devices.every((one) => !one.flapping && one.phase !== 'offline'))
    .map(
      ({ receiver, message }) =>
        `1: ${receiver} heard ${message.noticeId} of devices that are all coming back`,
    );
}

function stateOf(truth: readonly TrueState[], device: string): string {
  return truth.find((one) => one.deviceId === device)?.state ?? 'unknown';
}

/** Of one incident a receiver hears first that it began and last that it ended. */
function brokenOrder(receiver: string, heard: readonly Heard[]): string[] {
  const broken: string[] = [];
  for (const [incident, all] of Map.groupBy(heard, (one) => one.message.incidentId)) {
    const firsts = all.filter(
      (one, index) => all.findIndex((o) => o.message.noticeId === one.message.noticeId) === index,
    );
    const types = firsts.map((one) => one.message.type);
    const end = types.indexOf('incident.resolved');
    if (end >= 0 && end < types.length - 1)
      broken.push(`4: ${receiver} heard ${types.join(', ')} of ${incident}`);
    const opened = types.filter((type) => type === 'incident.opened').length;
    const standInOfTheEnd = types.length === 1 && types[0] === 'incident.resolved';
    if (opened !== 1 && !standInOfTheEnd)
      broken.push(`4: ${receiver} heard ${opened} beginnings of ${incident}: ${types.join(', ')}`);
    if (types[0] !== 'incident.opened' && !standInOfTheEnd)
      broken.push(`4: ${receiver} heard ${types[0]} first`);
  }
  return broken;
}

/** The same notice twice only after a crash or a fault between sending and recording, or without an answer. */
function brokenOnce(story: Case, crashes: number, receiver: string, heard: readonly Heard[]): string[] {
  const excused =
    crashes > 0 ||
    story.upload !== null ||
    story.faultsAt.length > 0 ||
    story.troubles.some((one) => one.answer === 'silentButRead');
  if (excused) return [];
  const ids = heard.map((one) => one.message.noticeId);
  const twice = ids.filter((id, index) => ids.indexOf(id) !== index);
  return twice.map((id) => `4: ${receiver} heard ${id} twice without a crash`);
}
