import { seeded } from '../../local/seeded.ts';
import type { Controls } from '../../src/lib/control/control.ts';
import type { IncidentFile } from '../../src/lib/incident/incidentFile.ts';
import type { Policy } from '../../src/lib/policy/policy.ts';
import { eventGridEvent, type RawEvent, start } from '../support/events.ts';
import { type Case, type Change, type Logs, retryAfterMs, type Trouble, type Upload } from './case.ts';
import { configs, deviceName, longerOf, placesDiffer, uploaded } from './configs.ts';
import type { Answer, LogsAnswer } from './edges.ts';
import { hubMetricsOf } from './hubLevels.ts';
import { type Act, type Deeds, playPeople } from './people.ts';
import { plansEndMs } from './quietTimes.ts';
import { World } from './world.ts';

/** What is true of a device in the end, told by its own history and not by the product. */
export type TrueState = { readonly deviceId: string; readonly state: 'up' | 'down' | 'gone' };

export type Played = {
  readonly world: World;
  readonly truth: readonly TrueState[];
  readonly eventCount: number;
  /** No device was gone for as long as its hold, and every return was reported within it. */
  readonly onlyBlips: boolean;
  /** What was set while the story went on. */
  readonly controls: Controls;
  readonly deeds: Deeds;
  /** Incidents that are over, as they are kept. */
  readonly past: readonly IncidentFile[];
};

/** Sequence numbers are hex: these have letters, as the hub's have. */
const firstSequence = 0xabc_def0;

/** Beside the hold: long enough for every interval and retry, and for what flapped to calm. */
const quietMs = 6 * 60_000;

/** Looks at a hub come every five minutes, and it takes two to tell a loss or its end. */
const hubQuietMs = 20 * 60_000;

/** Where ranges come in pages, others are at work between two of them. */
const pageLatencyMs = 200;

/** The lease of a message that died with its instance ends as well. */
const quietAfterCrashMs = 12 * 60_000;

/** Plays a case to its end and a quiet time beyond. */
export async function play(story: Case): Promise<Played> {
  const world: World = new World({
    config: configs[story.config],
    startMs: start,
    seed: story.seed,
    instances: 2,
    crashesAt: story.crashesAt,
    faultsAt: story.faultsAt,
    copiesAt: story.copiesAt,
    pageSize: story.pageSize,
    latencyMs: story.pageSize < 1_000 ? pageLatencyMs : 0,
    older: story.upload?.how === 'code',
    answer: (message, nowMs) => answerOf(story.troubles, message.receiver, nowMs),
    diagnose: (nowMs) => answerOfLogs(story.logs, nowMs),
    hubMetrics: hubMetricsOf(story, () => world.taken),
    looksAtControls: true,
  });
  const { events, truth, endsMs } = eventsOf(story);
  const deeds = playPeople(story.acts, world);
  for (const { body, arrivesAtMs } of collected(story, events)) world.post(arrivesAtMs, body);
  if (story.upload) await takeOver(story, story.upload, world);
  const holdMs = policyOf(story).offlineAfterMs;
  const calmMs = holdMs + quietMs + (watches(story) ? hubQuietMs : 0);
  const quietUntil = () =>
    Math.max(
      endsMs + calmMs,
      ...world.disturbedAtMs.map((atMs) => atMs + holdMs + quietMs),
      ...world.leftAtMs.map((atMs) => atMs + holdMs + quietAfterCrashMs),
    );
  // A crash in the quiet makes it longer.
  while (world.nowMs < quietUntil()) await world.run(quietUntil());
  // The logs may be asked again at any time: a notice made in the last moments has its time to arrive.
  if (world.pendingCount() > 0) await world.run(world.nowMs + 30_000);
  const controls = await world.app.controls.refresh(world.nowMs, 0);
  const past = (await world.app.history.past('', 1_000)).items.map(({ file }) => file);
  return { world, truth, eventCount: events.length, onlyBlips: onlyBlips(story), controls, deeds, past };
}

/** The version of `upload` takes over, at once or from one instance to the other. */
async function takeOver(story: Case, upload: Upload, world: World): Promise<void> {
  const { how, config, switchAfterMs } = upload;
  const uploadAtMs = start + upload.atMs;
  await world.run(uploadAtMs);
  while (movesDevices(story) && world.retriesEvents()) await world.run(world.nowMs + 1_000);
  if (how === 'restart') {
    world.restart(uploaded(config, uploadAtMs));
    return;
  }
  if (how === 'code') world.upload(configs[story.config], 'package');
  else world.upload(uploaded(config, uploadAtMs), how === 'blob' ? 'blob' : 'package');
  const switches = switchAfterMs.map((afterMs, index) => ({ atMs: uploadAtMs + afterMs, index }));
  for (const { atMs, index } of switches.toSorted((a, b) => a.atMs - b.atMs)) {
    await world.run(atMs);
    await world.changeOver(index);
  }
}

/** The configuration at the end. */
export function lastConfig({ config, upload }: Case): Case['config'] {
  return upload === null || upload.how === 'code' ? config : upload.config;
}

/** The longer policy of those that a story has. */
export function policyOf(story: Case): Policy {
  return longerOf(configs[story.config].policy, configs[lastConfig(story)].policy);
}

/** Whether the hub's count is watched at some time. */
export function watches(story: Case): boolean {
  return [story.config, lastConfig(story)].includes('watched');
}

/** With a longer hold, what takes its time takes longer; quick changes stay quick. */
function waitOf(story: Case, { afterMs }: Change): number {
  return afterMs < 55_000
    ? afterMs
    : afterMs * Math.max(1, Math.round(policyOf(story).offlineAfterMs / 120_000));
}

type Arrival = { readonly body: readonly object[]; readonly arrivesAtMs: number };

/** The events in the posts that Event Grid makes of them: the order within a post is anybody's guess. */
function collected(story: Case, arrivals: readonly Arrival[]): readonly Arrival[] {
  const batchMs = batchMsOf(story);
  if (batchMs === 0) return arrivals;
  const random = seeded(story.seed);
  return [...Map.groupBy(arrivals, ({ arrivesAtMs }) => Math.floor(arrivesAtMs / batchMs)).values()].map(
    (together) => ({
      body: together
        .flatMap(({ body }) => body)
        .map((event) => ({ event, place: random() }))
        .sort((a, b) => a.place - b.place)
        .map(({ event }) => event),
      arrivesAtMs: Math.max(...together.map(({ arrivesAtMs }) => arrivesAtMs)),
    }),
  );
}

/** Events of before a move arrive before it (see `beforeTheMove`), so they are not kept back. */
function batchMsOf(story: Case): number {
  return movesDevices(story) ? 0 : story.batchMs;
}

/** The events of a case, and what is true at its end. */
export function eventsOf(story: Case): {
  events: Arrival[];
  truth: TrueState[];
  endsMs: number;
} {
  const events: Arrival[] = [];
  const truth: TrueState[] = [];
  const troubleEndsMs = story.troubles.map(({ fromMs, forMs }) => start + fromMs + forMs);
  const dipEndsMs = story.dip && watches(story) ? start + story.dip.fromMs + story.dip.forMs : start;
  const actsEndMs = story.acts.map(endOfAct);
  let endsMs = Math.max(start, dipEndsMs, plansEndMs(story), ...troubleEndsMs, ...actsEndMs);
  for (let index = 0; index < story.devices; index++) {
    const deviceId = deviceName(index);
    let [connected, gone, sequence, atMs] = [true, false, firstSequence, start - 600_000];
    const send = (event: RawEvent, arrivals: readonly number[]) => {
      for (const arrivesAtMs of arrivals.map((arrival) => beforeTheMove(story, event, arrival))) {
        events.push({ body: [eventGridEvent(event)], arrivesAtMs });
        endsMs = Math.max(endsMs, arrivesAtMs);
      }
    };
    send({ kind: 'DeviceConnected', deviceId, atMs, sequence }, [start]);
    atMs = start;
    for (const change of story.changes.filter((one) => one.device === index)) {
      atMs += waitOf(story, change);
      sequence += 1;
      const arrives = [
        atMs + change.delayMs,
        ...change.copiesAfterMs.map((ms) => atMs + change.delayMs + ms),
      ];
      if (change.kind === 'delete' || change.kind === 'create') {
        // Deleting closes the connection; making it anew makes it unconnected.
        gone = change.kind === 'delete';
        connected = !gone && connected;
        send({ kind: gone ? 'DeviceDeleted' : 'DeviceCreated', deviceId, atMs }, arrives);
        if (!gone) connected = true;
        continue;
      }
      if (gone) {
        // Only a connect brings it back.
        gone = false;
        connected = true;
      } else if (change.kind === 'change') connected = !connected;
      send({ kind: connected ? 'DeviceConnected' : 'DeviceDisconnected', deviceId, atMs, sequence }, arrives);
    }
    truth.push({ deviceId, state: gone ? 'gone' : connected ? 'up' : 'down' });
  }
  return { events, truth, endsMs };
}

/** When what somebody set is over at the latest. */
function endOfAct({ atMs, kind, inMs, forMs, graceMs }: Act): number {
  if (kind === 'window') return start + atMs + inMs + forMs + graceMs;
  return start + atMs + (kind === 'silence' || kind === 'acknowledge' ? forMs : 0);
}

/** Each loss is followed by a connect that arrives, at the latest, before its hold could end. */
function onlyBlips(story: Case): boolean {
  if (story.crashesAt.length > 0 || story.faultsAt.length > 0 || story.upload !== null) return false;
  if (story.dip && watches(story)) return false;
  return Array.from({ length: story.devices }, (_, device) =>
    story.changes.filter((change) => change.device === device),
  ).every(
    (changes) =>
      changes.length % 2 === 0 &&
      // Four changes are far from flapping.
      changes.length <= 4 &&
      changes.every(
        (change, index) =>
          change.kind === 'change' &&
          (index % 2 === 0 ||
            waitOf(story, change) + change.delayMs + batchMsOf(story) <
              policyOf(story).offlineAfterMs - 1_000),
      ),
  );
}

/**
 * A device's row is found by its site. Where an upload gives devices to another site, events that happened before it
 * have arrived before it: an older event that comes to the new site alone would be taken for the first.
 */
function beforeTheMove(story: Case, event: RawEvent, arrivesAtMs: number): number {
  if (!movesDevices(story)) return arrivesAtMs;
  const uploadAtMs = start + (story.upload?.atMs ?? 0);
  return event.atMs < uploadAtMs ? Math.min(arrivesAtMs, uploadAtMs - 1) : arrivesAtMs;
}

export function movesDevices(story: Case): boolean {
  return placesDiffer(story.config, lastConfig(story));
}

function answerOfLogs({ answerAfterMs, rowsAfterMs, fail }: Logs, nowMs: number): LogsAnswer {
  const explained = rowsAfterMs !== null && nowMs >= start + rowsAfterMs;
  return {
    diagnosis: explained ? { cause: 'siteUplink', steps: ['Look at the router.'] } : { status: 'pending' },
    afterMs: answerAfterMs,
    fails: fail,
  };
}

function answerOf(troubles: readonly Trouble[], receiver: string, nowMs: number): Answer {
  const trouble = troubles.find(
    (one) =>
      one.receiver === receiver && nowMs >= start + one.fromMs && nowMs < start + one.fromMs + one.forMs,
  );
  const temporary = (
    error: string,
    outcomeUnknown: boolean,
    timedOut: boolean,
    waitMs: number | null = null,
  ) => ({ kind: 'failedTemporarily', error, retryAfterMs: waitMs, outcomeUnknown, timedOut }) as const;
  if (!trouble) return { result: { kind: 'sent' }, heard: true, afterMs: 50 };
  switch (trouble.answer) {
    case 'busy':
      return { result: temporary('HTTP 503', false, false), heard: false };
    case 'throttled':
      return { result: temporary('HTTP 429', false, false, retryAfterMs), heard: false };
    case 'refused':
      return { result: { kind: 'failedPermanently', error: 'HTTP 400' }, heard: false };
    case 'silentButRead':
      return { result: temporary('timed out', true, true), heard: true, afterMs: 5_000 };
    case 'silent':
      return { result: temporary('timed out', true, true), heard: false, afterMs: 5_000 };
    case 'broken':
      return { result: temporary('connection broken', true, false), heard: false };
    default:
      return trouble.answer satisfies never;
  }
}
