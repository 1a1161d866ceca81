import { eventGridEvent, type RawEvent, start } from '../support/events.ts';
import { type Case, configs, deviceName, type Trouble } from './case.ts';
import { type Answer, World } from './world.ts';

/** What is true of a device in the end, told by its own history and not by the product. */
export type TrueState = { readonly deviceId: string; readonly state: 'up' | 'down' | 'gone' };

export type Played = {
  readonly world: World;
  readonly truth: readonly TrueState[];
  readonly eventCount: number;
};

/** Long enough for every hold, interval, retry, and for the lease of a message that died with its instance. */
const quietMs = 25 * 60_000;

/** Plays a case to its end and a quiet time beyond. */
export async function play(story: Case): Promise<Played> {
  const world = new World({
    config: configs[story.config],
    startMs: start,
    seed: story.seed,
    instances: 2,
    crashesAt: story.crashesAt,
    faultsAt: story.faultsAt,
    answer: (message, nowMs) => answerOf(story.troubles, message.receiver, nowMs),
    diagnose: () => ({ diagnosis: {}, afterMs: story.logsAfterMs }),
  });
  const { events, truth, endsMs } = eventsOf(story);
  for (const { body, arrivesAtMs } of events) world.post(arrivesAtMs, body);
  await world.run(endsMs + quietMs);
  return { world, truth, eventCount: events.length };
}

/** The events of a case, and what is true at its end. */
export function eventsOf(story: Case): {
  events: { body: object[]; arrivesAtMs: number }[];
  truth: TrueState[];
  endsMs: number;
} {
  const events: { body: object[]; arrivesAtMs: number }[] = [];
  const truth: TrueState[] = [];
  let endsMs = start;
  for (let index = 0; index < story.devices; index++) {
    const deviceId = deviceName(index);
    let [connected, gone, sequence, atMs] = [true, false, 1, start - 600_000];
    const send = (event: RawEvent, arrivals: readonly number[]) => {
      for (const arrivesAtMs of arrivals) {
        events.push({ body: [eventGridEvent(event)], arrivesAtMs });
        endsMs = Math.max(endsMs, arrivesAtMs);
      }
    };
    send({ kind: 'DeviceConnected', deviceId, atMs, sequence }, [start]);
    atMs = start;
    for (const change of story.changes.filter((one) => one.device === index)) {
      atMs += change.afterMs;
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

function answerOf(troubles: readonly Trouble[], receiver: string, nowMs: number): Answer {
  const trouble = troubles.find(
    (one) =>
      one.receiver === receiver && nowMs >= start + one.fromMs && nowMs < start + one.fromMs + one.forMs,
  );
  const temporary = (error: string, outcomeUnknown: boolean, timedOut: boolean) =>
    ({ kind: 'failedTemporarily', error, retryAfterMs: null, outcomeUnknown, timedOut }) as const;
  if (!trouble) return { result: { kind: 'sent' }, heard: true, afterMs: 50 };
  switch (trouble.answer) {
    case 'busy':
      return { result: temporary('HTTP 503', false, false), heard: false };
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
