import type { Severity } from '../../src/lib/policy/policy.ts';
import { start } from '../support/events.ts';
import type { Case } from './case.ts';
import { configs } from './configs.ts';
import type { Heard, Request } from './edges.ts';
import type { Acknowledged } from './people.ts';
import { lastConfig, type Played, policyOf } from './play.ts';
import { type Stretch, slackMs, stretchesOf } from './promptness.ts';
import { isQuietAt, muteSpans, type QuietSpan, quietSpans } from './quietTimes.ts';

/**
 * Instances know a control after two seconds, their clocks differ by one and a half at most, and setting it takes a moment
 * after the time that it carries.
 */
const knownAfterMs = 5_000;

/** Promise 12, and what people were promised of each control. */
export function brokenControls(story: Case, played: Played): string[] {
  const tellings = firstTellings(played);
  return [
    ...toldWhileQuiet(story, played, tellings),
    ...toldWhileMute(story, tellings),
    ...toldAlthoughAcknowledged(played, tellings),
    ...wrongReasons(story, played),
    ...unheardEnds(story, played),
    ...untoldSteps(story, played),
    ...toldBehindTheLastRoute(story, played),
    ...unexplained(story, played),
  ];
}

/** A notice at its first attempt, to a receiver of whom every answer about the incident is known. */
type Telling = Heard & {
  readonly request: Request;
  /** Devices that are bad in it, and which this receiver did not know of. */
  readonly news: readonly { readonly deviceId: string; readonly lostAtMs: number | null }[];
  readonly begins: boolean;
};

/** What has begun to be told, and reminders. An attempt that may have been read is told to its end, so it is left out. */
function firstTellings({ world: { heard, requests } }: Played): Telling[] {
  const tellings: Telling[] = [];
  const groups = Map.groupBy(heard, ({ receiver, message }) => `${receiver} ${message.incidentId}`);
  for (const all of groups.values()) {
    const known = new Set<string>();
    const { receiver, message } = all[0]!;
    const asked = requests.filter(
      (one) => one.receiver === receiver && one.incidentId === message.incidentId,
    );
    for (const one of all) {
      const bad = one.message.devices.filter(isBad);
      const news = bad.filter(({ deviceId }) => !known.has(deviceId));
      const index = asked.findIndex((r) => r.noticeId === one.message.noticeId && r.atMs === one.atMs);
      const request = asked[index];
      const doubt = asked.slice(0, index).some((r) => r.doubtful || r.noticeId === request?.noticeId);
      for (const { deviceId } of one.message.devices) known.delete(deviceId);
      for (const { deviceId } of bad) known.add(deviceId);
      if (!request || doubt || one.message.type === 'incident.resolved') continue;
      const begins = one.message.type !== 'incident.updated' || news.length > 0;
      tellings.push({
        ...one,
        request,
        begins,
        news: news.map(({ deviceId, flapping, lostContact }) => ({
          deviceId,
          lostAtMs: flapping ? null : (lostContact?.notAfterMs ?? null),
        })),
      });
    }
  }
  return tellings;
}

const isBad = ({ deleted, flapping, phase }: Heard['message']['devices'][number]) =>
  !deleted && (flapping || phase !== 'online');

const at = (atMs: number) => `${(atMs - start) / 1000} s`;

/** Nothing begins while a silence or window covers it, and of what is covered altogether there is no reminder. */
function toldWhileQuiet(story: Case, { controls, world }: Played, tellings: readonly Telling[]): string[] {
  const spans = quietSpans(story, controls, true);
  return tellings.flatMap(({ receiver, message, request: { startedAtMs, atMs: answeredAtMs }, news }) => {
    // Where storage failed at the look, the controls are the last known ones. A notice whose sender died once it had
    // claimed it may have been read: it goes again within two minutes.
    const fails = story.faultsAt.length > 0;
    const unsure = world.leftAtMs.some((ms) => ms <= startedAtMs && (fails || ms > startedAtMs - 120_000));
    if (unsure) return [];
    // A quiet time that ends while it is being told ended before.
    const moments = [
      answeredAtMs,
      ...[0, 1, 2, 3, 4, 5].map((step) => startedAtMs - (step * knownAfterMs) / 5),
    ];
    const quiet = (deviceId: string, lostAtMs: number | null) =>
      moments.every((atMs) => isQuietAt(spans, deviceId, lostAtMs, atMs));
    const broken = news
      .filter(({ deviceId, lostAtMs }) => quiet(deviceId, lostAtMs))
      .map(({ deviceId }) => `12: ${receiver} heard of ${deviceId} at ${at(startedAtMs)}, in a quiet time`);
    const bad = message.devices.filter(isBad);
    const reminded =
      message.type === 'incident.reminder' && bad.every(({ deviceId }) => quiet(deviceId, null));
    return reminded
      ? [...broken, `12: ${receiver} was reminded at ${at(startedAtMs)} of what is quiet`]
      : broken;
  });
}

/** A receiver whose route is mute hears no beginning and no reminder, but of what is severe enough. */
function toldWhileMute(story: Case, tellings: readonly Telling[]): string[] {
  return tellings
    .filter(({ receiver, message, begins, request: { startedAtMs } }) =>
      muteSpans(story, receiver, true).some(
        ({ fromMs, untilMs, below }) =>
          begins &&
          startedAtMs >= fromMs + knownAfterMs &&
          startedAtMs < untilMs &&
          (below === null || message.severity !== below),
      ),
    )
    .map(({ receiver, request }) => `12: ${receiver} heard at ${at(request.startedAtMs)}, in its mute time`);
}

const ranks: readonly Severity[] = ['info', 'warning', 'critical'];

/** While somebody has an incident nobody is reminded of it, and no step is told. */
function toldAlthoughAcknowledged({ deeds }: Played, tellings: readonly Telling[]): string[] {
  return deeds.acknowledged.flatMap(({ incidentId, doneAtMs, acted }) => {
    const { untilMs, severity } = acted.file.incident.acknowledged!;
    const roseAtMs = tellings
      .filter(
        ({ message, atMs }) =>
          message.incidentId === incidentId &&
          atMs >= doneAtMs &&
          ranks.indexOf(message.severity) > ranks.indexOf(severity),
      )
      .map(({ request }) => request.startedAtMs);
    const back = deeds.takenBack.find((one) => isSame(one, acted));
    const next = deeds.acknowledged.find((one) => one.incidentId === incidentId && isLater(one, acted));
    // Who takes it back reads and writes in the same moments as those who tell.
    const endMs = Math.min(
      untilMs,
      // All who are told of the rise are told side by side.
      ...roseAtMs.map((atMs) => atMs - 1_000),
      (back?.doneAtMs ?? untilMs) - 2_000,
      (next?.doneAtMs ?? untilMs) - 2_000,
    );
    return tellings
      .filter(({ message, request: { startedAtMs } }) => {
        const held = message.type === 'incident.reminder' || message.reason === 'escalated';
        const within = startedAtMs > doneAtMs + 1_000 && startedAtMs < endMs;
        return message.incidentId === incidentId && held && within && message.instead === undefined;
      })
      .map(
        ({ receiver, message, request }) =>
          `12: ${receiver} heard ${message.reason} at ${at(request.startedAtMs)}, although acknowledged`,
      );
  });
}

/** What a control held is told with the reason of that control, and with no reason of a control that there was not. */
function wrongReasons(story: Case, { controls, world }: Played): string[] {
  const spans = quietSpans(story, controls, false);
  const replans = story.upload !== null && lastConfig(story) !== story.config;
  const replannedAtMs = replans ? start + story.upload.atMs : Number.POSITIVE_INFINITY;
  return world.heard.flatMap(({ atMs, receiver, message }) => {
    const why =
      message.reason === 'silenceEnded'
        ? 'silence'
        : message.reason === 'didNotReturn'
          ? 'maintenance'
          : null;
    if (why === null) return [];
    const endOf = ({ plannedBy, untilMs }: QuietSpan) =>
      plannedBy === story.config ? Math.min(untilMs, replannedAtMs) : untilMs;
    const ended = spans.some((span) => span.why === why && endOf(span) <= atMs && span.fromMs < atMs);
    return ended ? [] : [`12: ${receiver} heard ${message.reason} at ${at(atMs)}, and no such control ended`];
  });
}

/** Down, known to be so, and not quiet, from one moment to another: what a receiver must hear of by then. */
function stays(
  { deviceId, connected, eventMs, fromMs, toMs }: Stretch,
  offlineAfterMs: number,
  { fromMs: sinceMs, toMs: untilMs }: { readonly fromMs: number; readonly toMs: number },
): boolean {
  const countsMs = Math.max(fromMs, eventMs + offlineAfterMs);
  return !connected && countsMs + slackMs <= sinceMs && toMs >= untilMs && deviceId !== '';
}

function isCalm(story: Case, { world }: Played): boolean {
  return story.troubles.length === 0 && world.disturbedAtMs.length === 0;
}

/** Whoever was told of what goes on hears that an acknowledgement has ended, unless a rise in severity says so. */
function unheardEnds(story: Case, played: Played): string[] {
  if (!isCalm(story, played)) return [];
  const { deeds, world } = played;
  const policy = policyOf(story);
  const stretches = stretchesOf(played);
  return deeds.acknowledged.flatMap((one) => {
    const endMs = endOfAcknowledgement(one, played);
    if (endMs === null) return [];
    const dueMs = endMs + policy.diagnosisBudgetMs + slackMs;
    const receivers = new Set(world.heard.map(({ receiver }) => receiver));
    return [...receivers].flatMap((receiver) => {
      const heard = world.heard.filter(
        ({ message, ...other }) => other.receiver === receiver && message.incidentId === one.incidentId,
      );
      const before = heard.filter(({ atMs }) => atMs < endMs - slackMs);
      const last = before.at(-1)?.message;
      if (!last || last.status === 'resolved') return [];
      const lasts = last.devices.some(
        (device) =>
          isBad(device) &&
          !device.flapping &&
          stretches.some(
            (stretch) =>
              stretch.deviceId === device.deviceId &&
              stays(stretch, policy.offlineAfterMs, { fromMs: endMs - slackMs, toMs: dueMs }),
          ),
      );
      const told = heard.some(
        ({ atMs, message: { reason } }) =>
          atMs >= endMs - slackMs &&
          atMs <= dueMs &&
          (reason === 'acknowledgementEnded' || reason === 'severityRose'),
      );
      return !lasts || told
        ? []
        : [`12: ${receiver} did not hear by ${at(dueMs)} that the acknowledgement has ended`];
    });
  });
}

const madeAtMs = ({ file }: Acknowledged['acted']) => file.incident.acknowledged!.atMs;
const isSame = (one: Acknowledged, acted: Acknowledged['acted']) =>
  one.incidentId === acted.file.incident.incidentId && madeAtMs(one.acted) === madeAtMs(acted);
const isLater = (one: Acknowledged, acted: Acknowledged['acted']) => madeAtMs(one.acted) > madeAtMs(acted);

/** When it ended by its time or by somebody; null: another one, or a rise in severity, may have come before. */
function endOfAcknowledgement({ incidentId, acted }: Acknowledged, played: Played): number | null {
  const { deeds, world } = played;
  const { untilMs, severity } = acted.file.incident.acknowledged!;
  const back = deeds.takenBack.find((one) => isSame(one, acted));
  const endMs = Math.min(untilMs, back?.doneAtMs ?? untilMs);
  const replaced = deeds.acknowledged.some(
    (one) => one.incidentId === incidentId && isLater(one, acted) && one.doneAtMs < endMs + 30_000,
  );
  if (replaced) return null;
  const rose = world.heard.some(
    ({ message }) =>
      message.incidentId === incidentId && ranks.indexOf(message.severity) > ranks.indexOf(severity),
  );
  return rose ? null : endMs;
}

/**
 * A step is told when its time has come, by a route that matches always, of what is down and not quiet, unless somebody has
 * it; what held it back lets go of it at its end.
 */
function untoldSteps(story: Case, played: Played): string[] {
  if (!isCalm(story, played) || story.upload !== null) return [];
  const route = configs[story.config].routes.find(
    ({ match, escalate }) => escalate.length > 0 && !match.cause,
  );
  if (!route) return [];
  const { world, controls, deeds } = played;
  const policy = policyOf(story);
  const stretches = stretchesOf(played);
  const quiet = quietSpans(story, controls, false);
  const mute = muteSpans(story, 'operators', false);
  const wayMs = policy.diagnosisBudgetMs + slackMs + 2_000;
  const first = Map.groupBy(
    world.requests.filter(({ receiver }) => route.to.includes(receiver)),
    ({ incidentId }) => incidentId,
  );
  return [...first].flatMap(([incidentId, requests]) =>
    route.escalate.flatMap(({ afterMs, to }) => {
      let dueMs = requests[0]!.atMs + afterMs;
      const holds = [
        ...mute.map(({ fromMs, untilMs }) => [fromMs, untilMs] as const),
        ...quiet.map(({ fromMs, graceEndsMs }) => [fromMs, graceEndsMs] as const),
        ...deeds.acknowledged
          .filter((one) => one.incidentId === incidentId)
          .map(
            ({ doneAtMs, acted }) => [doneAtMs - 2_000, acted.file.incident.acknowledged!.untilMs] as const,
          ),
      ].sort(([a], [b]) => a - b);
      for (const [fromMs, untilMs] of holds) if (fromMs <= dueMs + wayMs) dueMs = Math.max(dueMs, untilMs);
      const isOver = world.heard.some(
        ({ atMs, message }) =>
          message.incidentId === incidentId && message.status === 'resolved' && atMs <= dueMs + wayMs,
      );
      const goesOn = stretches.some(
        (stretch) =>
          isOfIncident(incidentId, stretch.deviceId, world.heard) &&
          stays(stretch, policy.offlineAfterMs, { fromMs: dueMs, toMs: dueMs + wayMs }),
      );
      if (isOver || !goesOn || dueMs + wayMs > world.nowMs) return [];
      return to
        .filter((receiver) => {
          const told = world.heard.some(
            (one) =>
              one.receiver === receiver && one.message.incidentId === incidentId && one.atMs <= dueMs + wayMs,
          );
          return !told;
        })
        .map((receiver) => `2: ${receiver} was not told by ${at(dueMs + wayMs)}, as a step of the route`);
    }),
  );
}

function isOfIncident(incidentId: string, deviceId: string, heard: readonly Heard[]): boolean {
  return heard.some(
    ({ message }) =>
      message.incidentId === incidentId && message.devices.some((device) => device.deviceId === deviceId),
  );
}

/** A route that is mute still matches: where it ends the search, nobody hears by those behind it. */
function toldBehindTheLastRoute(story: Case, { world }: Played): string[] {
  if (story.config !== 'last' || lastConfig(story) !== 'last') return [];
  return world.heard
    .filter(({ receiver }) => receiver !== 'operators')
    .map(({ receiver, atMs }) => `12: ${receiver} heard at ${at(atMs)}, behind a route that is final`);
}

/** Promise 11: where operators heard nothing of an incident that lasted, its story says why. */
function unexplained(story: Case, played: Played): string[] {
  if (!isCalm(story, played) || story.upload !== null) return [];
  const { groupWaitMs, recoveredAfterMs, groupIntervalMs, diagnosisBudgetMs } = policyOf(story);
  const longMs = groupWaitMs + recoveredAfterMs + groupIntervalMs + diagnosisBudgetMs + slackMs;
  return played.past
    .filter(({ incident, timeline }) => {
      const lasted = (incident.resolvedAtMs ?? 0) - incident.openedAtMs > longMs;
      const heard = played.world.heard.some(
        ({ receiver, message }) => receiver === 'operators' && message.incidentId === incident.incidentId,
      );
      const why = timeline.some(({ receiver, kind }) => receiver === 'operators' && kind === 'decision');
      return incident.subject.kind !== 'hub' && lasted && !heard && !why;
    })
    .map(
      ({ incident }) =>
        `11: nothing says why operators heard nothing of the incident at ${at(incident.openedAtMs)}`,
    );
}
