import { beliefs } from './beliefs.ts';
import type { Case } from './case.ts';
import type { Heard } from './edges.ts';
import type { Played, TrueState } from './play.ts';
import { latePromises } from './promptness.ts';
import type { Spending } from './world.ts';

/** Every promise that a finished run broke, in words; empty when it kept them all. */
export function brokenPromises(story: Case, played: Played): string[] {
  const { world, truth, onlyBlips } = played;
  const broken: string[] = latePromises(story, played);
  if (onlyBlips && world.heard.length > 0) broken.push(`1: ${world.heard.length} notices about blips`);
  const stuck = world.pendingCount();
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
    broken.push(...brokenOnce(story, world, receiver, heard));
  }
  broken.push(...brokenOpenings(story, world), ...brokenWaits(story, world), ...brokenBudgets(story, world));
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
  broken.push(...missedPages(story, played));
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
      return before && factsIn(one) === factsIn(before) && !doubtBetween(before, one, requests);
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
  const { status, severity, diagnosis } = message;
  return JSON.stringify([status, severity, diagnosis.cause, diagnosis.steps, devices.sort()]);
}

/** A receiver that asked for quiet is not called again about the same notice before. */
function brokenWaits(story: Case, { requests, crashes }: Played['world']): string[] {
  if (crashes > 0 || story.faultsAt.length > 0 || story.upload) return [];
  return requests.flatMap(({ atMs, receiver, noticeId, retryAfterMs }) => {
    const again = requests.find((other) => other.noticeId === noticeId && other.atMs > atMs);
    const early = retryAfterMs !== null && again !== undefined && again.atMs < atMs + retryAfterMs;
    return early
      ? [`8: ${receiver} was called ${(again.atMs - atMs) / 1000} s after it asked for quiet`]
      : [];
  });
}

/** Calls to storage and queues of one invocation, if no other writer is faster (architecture.md, Costs). */
const budgets: Record<Spending['work'], number> = {
  // Read, write, note, wake-up.
  receive: 4,
  // Two reads, the decision, the wake-up, the list; at an end the history and the list once more.
  evaluate: 10,
  // Guard, incident, quiet, site for the logs, devices, claim, outcome, note, wake-up; quiet that was asked for: two more.
  deliver: 11,
  sweep: Number.POSITIVE_INFINITY,
  watch: Number.POSITIVE_INFINITY,
};

/** Promise 10, for each invocation that was not disturbed. */
function brokenBudgets(story: Case, { spendings, crashes }: Played['world']): string[] {
  if (crashes > 0 || story.faultsAt.length > 0 || story.upload) return [];
  return spendings
    .filter(({ work, events, calls, lostRaces }) => events <= 1 && calls > budgets[work] + 6 * lostRaces)
    .map(({ work, calls, lostRaces }) => `10: ${work} cost ${calls} calls, ${lostRaces} races lost`);
}

/** Of a plant that is down for good the manager is told as well, by the route for what is critical. */
function missedPages(story: Case, { world, truth }: Played): string[] {
  const routed = world.config.receivers.has('manager');
  if (!routed || story.troubles.some((one) => one.answer === 'refused')) return [];
  const plant = truth.filter(({ deviceId, state }) => deviceId.startsWith('oslo-') && state !== 'gone');
  const down = plant.filter(({ state }) => state === 'down');
  if (plant.length < 2 || down.length / plant.length < 0.5) return [];
  const believed = beliefs(world.heard.filter((one) => one.receiver === 'manager'));
  return down
    .filter(({ deviceId }) => !believed.has(deviceId))
    .map(({ deviceId }) => `2: the manager was not told that ${deviceId} is down`);
}
