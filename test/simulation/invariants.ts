import { start } from '../support/events.ts';
import { beliefs } from './beliefs.ts';
import { brokenBudgets } from './budgets.ts';
import type { Case } from './case.ts';
import { configs } from './configs.ts';
import { brokenControls } from './controlPromises.ts';
import { type Asked, askedDevicesOf, type Heard } from './edges.ts';
import { inDip } from './hubLevels.ts';
import { idleSitesOnTheList, leftovers, liveIncidents, pointersToNothing } from './leftovers.ts';
import { lastConfig, movesDevices, type Played, type TrueState, watches } from './play.ts';
import { latePromises } from './promptness.ts';

/** Every promise that a finished run broke, in words; empty when it kept them all. */
export function brokenPromises(story: Case, played: Played): string[] {
  const { world, truth, onlyBlips } = played;
  const broken: string[] = [...latePromises(story, played), ...brokenControls(story, played)];
  if (onlyBlips && world.heard.length > 0) broken.push(`1: ${world.heard.length} notices about blips`);
  const stuck = world.pendingCount();
  if (stuck > 0) broken.push(`8: ${stuck} notices are still on their way`);
  const receivers = new Set(world.heard.map((one) => one.receiver));
  for (const receiver of receivers) {
    const heard = world.heard.filter((one) => one.receiver === receiver);
    broken.push(...brokenBeliefs(played, receiver, heard));
    broken.push(...brokenOrder(receiver, heard, world.requests));
    broken.push(...brokenOnce(story, world, receiver, heard), ...twins(receiver, heard));
  }
  broken.push(...brokenOpenings(story, world), ...brokenWaits(story, world), ...brokenBudgets(story, world));
  broken.push(...untold(story, played), ...missedPages(played));
  broken.push(...takenBack(story, world), ...brokenHub(story, played), ...brokenHandles(story, world));
  broken.push(...strangeDiagnoses(world.heard), ...crowdedLogs(world.asked));
  const open = liveIncidents(world.rows);
  if (truth.every(({ state }) => state !== 'down')) {
    if (open > 0) broken.push(`3: ${open} incidents stand although everything is back`);
    const idle = idleSitesOnTheList(world.rows);
    if (idle.length > 0) broken.push(`10: the sweep still looks at ${idle.join(', ')}`);
  }
  broken.push(...leftovers(world.rows).map((left) => `orphan: ${left}`));
  // A crash between the pointer and its incident leaves one that lists pass over.
  const disturbed = world.crashes > 0 || story.faultsAt.length > 0 || story.upload !== null;
  if (!disturbed) broken.push(...pointersToNothing(world.rows).map((left) => `orphan: ${left}`));
  if (world.poison.length > 0) broken.push(`9: ${world.poison.length} good messages were poisoned`);
  return broken;
}

const isAlone = (device: string) => device.startsWith('alone');

/**
 * Nobody believes down what is up. A fact that a receiver refused for good is not repeated, so it may go on believing
 * the one before while its incident lasts; of the end it hears all the same. Nor can a receiver be told that the
 * configuration no longer has.
 */
function brokenBeliefs({ world, truth }: Played, receiver: string, heard: readonly Heard[]): string[] {
  if (!world.config.receivers.has(receiver)) return [];
  const down = truth.filter(({ state }) => state === 'down').map(({ deviceId }) => deviceId);
  const broken: string[] = [];
  for (const [incidentId, all] of Map.groupBy(heard, ({ message }) => message.incidentId)) {
    const per = all[0]?.message.per;
    for (const device of beliefs(all)) {
      if (down.includes(device)) continue;
      const lasts = per === 'site' && down.some((other) => isAlone(other) === isAlone(device));
      const refused = world.requests.some(
        (one) => one.receiver === receiver && one.incidentId === incidentId && one.refused,
      );
      if (lasts && refused) continue;
      broken.push(`3: ${receiver} still believes ${device} down; it is ${stateOf(truth, device)}`);
    }
  }
  return broken;
}

/** What is down is told to operators, or to their fallback where they refused it for good. */
function untold(story: Case, { world, truth }: Played): string[] {
  const believed = beliefs(world.heard.filter((one) => one.receiver === 'operators'));
  const refused = world.requests.some((one) => one.receiver === 'operators' && one.refused);
  const standsIn = world.config.receivers.get('operators')?.fallback === 'on-call' && story.upload === null;
  const fallbackAnswers = story.troubles.every(({ receiver }) => receiver !== 'on-call');
  if (refused && !(standsIn && fallbackAnswers)) return [];
  const instead = refused ? beliefs(world.heard.filter((one) => one.receiver === 'on-call')) : new Set();
  return truth
    .filter(({ deviceId, state }) => state === 'down' && !believed.has(deviceId) && !instead.has(deviceId))
    .map(({ deviceId }) => `2: operators were not told that ${deviceId} is down`);
}

/** No notice carries a diagnosis that was asked for other facts: fewer devices, or an earlier loss. */
function strangeDiagnoses(heard: readonly Heard[]): string[] {
  return heard.flatMap(({ receiver, message }) => {
    const about = askedDevicesOf(message);
    if (about === null) return [];
    const strange = message.devices.filter(({ deviceId, phase, flapping, lostContact }) => {
      if (!Object.hasOwn(about, deviceId)) return true;
      const asked = about[deviceId];
      const isDown = !flapping && phase !== 'online';
      return isDown && asked !== 'flapping' && lostContact?.notAfterMs !== asked;
    });
    return strange.map(
      ({ deviceId }) =>
        `7: ${receiver} heard ${message.noticeId} with a diagnosis asked for other facts than those of ${deviceId}`,
    );
  });
}

/** One identity has five queries at a time over all instances; a question is two of them. */
function crowdedLogs(asked: readonly Asked[]): string[] {
  return asked
    .map(({ fromMs }) => asked.filter((other) => other.fromMs <= fromMs && other.toMs > fromMs).length)
    .filter((atOnce) => 2 * atOnce > 5)
    .map((atOnce) => `10: the logs were asked ${2 * atOnce} questions at once`);
}

/** Where the newest rules follow all that the older ones did, nobody hears that something is no longer followed. */
function takenBack(story: Case, { heard, config }: Played['world']): string[] {
  const { upload } = story;
  if (upload === null || movesDevices(story)) return [];
  if (story.changes.some(({ kind }) => kind === 'delete' || kind === 'create')) return [];
  const persOf = (name: Case['config']) =>
    name === 'device' ? ['device'] : name === 'slower' ? ['site', 'device'] : ['site'];
  const last = persOf(lastConfig(story));
  if (!persOf(story.config).every((per) => last.includes(per)) || lastConfig(story) === 'last') return [];
  const toldBy = new Set(configs[lastConfig(story)].routes.flatMap(({ to }) => to));
  return heard
    .filter(
      ({ receiver, message }) =>
        message.reason === 'noLongerFollowed' && config.receivers.has(receiver) && toldBy.has(receiver),
    )
    .map(({ receiver }) => `3: ${receiver} was told that it is no longer followed`);
}

/** One problem is one incident: none of the same site or device begins before the one before it has ended. */
function twins(receiver: string, heard: readonly Heard[]): string[] {
  const broken: string[] = [];
  const subjects = Map.groupBy(heard, ({ message: { per, site, devices } }) =>
    JSON.stringify([per, site.kind, site.id, per === 'device' ? devices[0]?.deviceId : null]),
  );
  for (const [subject, all] of subjects) {
    const [first, ...later] = [...Map.groupBy(all, ({ message }) => message.incidentId).values()];
    let before = first;
    for (const next of later) {
      const endedAtMs = before?.findLast(({ message }) => message.status === 'resolved')?.message
        .resolvedAtMs;
      const beganAtMs = next[0]?.message.nowMs ?? 0;
      if (endedAtMs && beganAtMs < endedAtMs)
        broken.push(`4: ${receiver} heard of two incidents at once of ${subject}`);
      before = next;
    }
  }
  return broken;
}

/** The hub's count is told when it is low for long, and never when our events explain it. */
function brokenHub(
  story: Case,
  { world: { heard, disturbedAtMs }, controls: { silences, windows } }: Played,
): string[] {
  const hub = heard.filter(({ message }) => message.hubLevel && message.type === 'incident.opened');
  if (!watches(story) || story.upload !== null) return [];
  const wrong = hub
    .filter(({ atMs }) => {
      const minutes = Array.from({ length: 25 }, (_, index) => atMs - index * 60_000);
      return !minutes.some((minute) => inDip(story, minute));
    })
    .map(({ atMs }) => `1: a loss of the hub was told at ${(atMs - start) / 1000} s that was none`);
  const long = story.dip !== null && story.dip.forMs >= 20 * 60_000;
  const quiet = [...silences, ...windows].some(({ match }) => match.devices === null && match.sites === null);
  const calm = disturbedAtMs.length === 0 && story.troubles.length === 0 && !quiet;
  const missed = long && calm && hub.length === 0 ? ['2: a loss of the hub was not told'] : [];
  return [...wrong, ...missed];
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

/**
 * Of one incident a receiver hears first that it began and last that it ended. One that may have read a beginning which
 * it then refused counts as told, whether or not it had.
 */
function brokenOrder(
  receiver: string,
  heard: readonly Heard[],
  requests: Played['world']['requests'],
): string[] {
  const broken: string[] = [];
  for (const [incident, all] of Map.groupBy(heard, (one) => one.message.incidentId)) {
    const firsts = all.filter(
      (one, index) => all.findIndex((o) => o.message.noticeId === one.message.noticeId) === index,
    );
    const types = firsts.map((one) => one.message.type);
    const end = types.indexOf('incident.resolved');
    if (end >= 0 && end < types.length - 1)
      broken.push(`4: ${receiver} heard ${types.join(', ')} of ${incident}`);
    const asked = requests.filter((one) => one.receiver === receiver && one.incidentId === incident);
    // It read one, and refused the same when it came again because its sender had died with the answer.
    const isRead = (noticeId: string) => all.some(({ message }) => message.noticeId === noticeId);
    if (asked.some((one) => one.refused && (isRead(one.noticeId) || asked.some((o) => o.unanswered))))
      continue;
    const opened = types.filter((type) => type === 'incident.opened').length;
    const standInOfTheEnd = types.length === 1 && types[0] === 'incident.resolved';
    if (opened !== 1 && !standInOfTheEnd)
      broken.push(`4: ${receiver} heard ${opened} beginnings of ${incident}: ${types.join(', ')}`);
    if (types[0] !== 'incident.opened' && !standInOfTheEnd)
      broken.push(`4: ${receiver} heard ${types[0]} first`);
  }
  return broken;
}

/**
 * The same notice twice only after a crash or a fault between sending and recording, or without an answer; and each
 * notice that is no reminder says something that the one before did not, unless one came between them that was refused
 * or not answered.
 */
function brokenOnce(
  story: Case,
  { crashes, requests }: Played['world'],
  receiver: string,
  heard: readonly Heard[],
): string[] {
  const excused =
    crashes > 0 ||
    story.upload !== null ||
    story.faultsAt.length > 0 ||
    story.troubles.some((one) => one.answer === 'silentButRead');
  if (excused) return [];
  const ids = heard.map((one) => one.message.noticeId);
  const twice = ids.filter((id, index) => ids.indexOf(id) !== index);
  const broken = twice.map((id) => `4: ${receiver} heard ${id} twice without a crash`);
  for (const [incident, all] of Map.groupBy(heard, ({ message }) => message.incidentId)) {
    const said = all.filter(({ message }) => message.type !== 'incident.reminder');
    const repeated = said.some((one, index) => {
      const before = said[index - 1];
      if (!before || doubtBetween(before, one, requests)) return false;
      // A reminder between them may have told what a control leaves out.
      const between = all.slice(all.indexOf(before), all.indexOf(one));
      return between.every((other) => factsIn(other) === factsIn(one));
    });
    if (repeated) broken.push(`4: ${receiver} heard the same of ${incident} in two notices in a row`);
  }
  return broken;
}

function doubtBetween(before: Heard, after: Heard, requests: Played['world']['requests']): boolean {
  return requests.some(
    ({ receiver, incidentId, atMs, doubtful }) =>
      doubtful &&
      receiver === after.receiver &&
      incidentId === after.message.incidentId &&
      atMs > before.atMs &&
      atMs < after.atMs,
  );
}

/** What a notice says, as one text. */
function factsIn({ message }: Heard): string {
  const devices = message.devices.map(({ deviceId, phase, flapping, deleted }) => {
    const state = deleted ? 'gone' : flapping ? 'flapping' : phase === 'online' ? 'back' : 'down';
    return `${deviceId} ${state}`;
  });
  const { status, severity, diagnosis, acknowledged } = message;
  const who = acknowledged?.atMs ?? message.acknowledgementEnded ?? null;
  // Word of an acknowledgement leaves what is new of the cause to a notice of its own.
  const isWord = message.reason === 'acknowledged' || message.reason === 'acknowledgementEnded';
  const cause = isWord ? null : [diagnosis.cause, diagnosis.steps];
  return JSON.stringify([status, severity, cause, devices.sort(), who]);
}

/** Instances that write and read at the same moment may cross. */
const crossingMs = 1_000;

/** A receiver that asked for quiet is not called again before, about whatever and by whichever instance. */
function brokenWaits(story: Case, { requests, crashes }: Played['world']): string[] {
  if (crashes > 0 || story.faultsAt.length > 0 || story.upload) return [];
  return requests.flatMap(({ atMs, receiver, retryAfterMs }) => {
    if (retryAfterMs === null) return [];
    const early = requests.find(
      (other) =>
        other.receiver === receiver &&
        other.startedAtMs > atMs + crossingMs &&
        other.startedAtMs < atMs + retryAfterMs,
    );
    return early
      ? [`8: ${receiver} was called ${(early.startedAtMs - atMs) / 1000} s after it asked for quiet`]
      : [];
  });
}

/**
 * Each call to a receiver about an incident gets what the last answer left behind; after a crash between an answer and
 * its record, what an earlier one of the same incident did.
 */
function brokenHandles(story: Case, { requests, crashes }: Played['world']): string[] {
  const unrecorded = crashes > 0 || story.faultsAt.length > 0 || story.upload !== null;
  const calls = Map.groupBy(requests, ({ receiver, incidentId }) => JSON.stringify([receiver, incidentId]));
  return [...calls.values()].flatMap((all) =>
    all.flatMap(({ receiver, noticeId, given }, index) => {
      const left = all.slice(0, index).flatMap((one) => (one.left ? [JSON.stringify(one.left)] : []));
      const last = left.at(-1) ?? 'null';
      const had = JSON.stringify(given);
      if (had === last || (unrecorded && ['null', ...left].includes(had))) return [];
      return [`4: the call to ${receiver} for ${noticeId} knew ${had} of its channel, and not ${last}`];
    }),
  );
}

/** Of a plant that is down for good the manager is told as well, by the route for what is critical. */
function missedPages({ world, truth }: Played): string[] {
  const routed = world.config.version.hash === configs.many.version.hash;
  if (!routed || world.requests.some((one) => one.receiver === 'manager' && one.refused)) return [];
  const plant = truth.filter(({ deviceId, state }) => deviceId.startsWith('oslo-') && state !== 'gone');
  const down = plant.filter(({ state }) => state === 'down');
  if (plant.length < 2 || down.length / plant.length < 0.5) return [];
  const believed = beliefs(world.heard.filter((one) => one.receiver === 'manager'));
  return down
    .filter(({ deviceId }) => !believed.has(deviceId))
    .map(({ deviceId }) => `2: the manager was not told that ${deviceId} is down`);
}
