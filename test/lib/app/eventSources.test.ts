import { describe, expect, it } from 'vitest';
import { routedMessage } from '../../../local/scenarios/iotHub.ts';
import type { App } from '../../../src/lib/app/app.ts';
import { receiveQueuedEvents } from '../../../src/lib/app/receiveQueuedEvents.ts';
import { receiveStreamedEvents } from '../../../src/lib/app/receiveStreamedEvents.ts';
import { UnstoredEventsError } from '../../../src/lib/app/unstoredEvents.ts';
import type { RowStore } from '../../../src/lib/store/rowStore.ts';
import { silentLog } from '../../../src/lib/telemetry/log.ts';
import { configOf } from '../../support/configOf.ts';
import { eventGridEvent, start } from '../../support/events.ts';
import { createMemoryRows } from '../../support/memoryRows.ts';
import { Worker } from '../../support/worker.ts';

const rules = configOf(`
sitePattern: "^(?<site>[a-z0-9]+)-"
receivers: { operators: { email: { to: ["ops@oslo.example"] } } }
routes: [{ to: [operators] }]
`);

const busy = Object.assign(new Error('ServerBusy'), { statusCode: 503 });
const bug = new Error('a mistake in the code');

/** An instance at which the rows of some sites cannot be written, and what it keeps. */
function instance(failing: (partition: string) => Error | null = () => null) {
  const rows = createMemoryRows();
  const troubled: RowStore = {
    ...rows,
    commit: async (partition, writes) => {
      const error = failing(partition);
      if (error) throw error;
      return rows.commit(partition, writes);
    },
  };
  const worker = new Worker(rules, troubled);
  const kept: { events: object[]; delayMs: number }[] = [];
  const app: App = {
    ...worker.app,
    keptEvents: { keep: async (events, delayMs) => void kept.push({ events: [...events], delayMs }) },
  };
  const knows = (site: string) => rows.keys().filter((key) => key.includes(`${site}-1`)).length > 0;
  return { app, kept, knows };
}

const lost = (deviceId: string) =>
  ({ kind: 'DeviceDisconnected', deviceId, atMs: start, sequence: 2 }) as const;
const failsAt = (site: string, error: Error) => (partition: string) =>
  partition.includes(`|${site}`) ? error : null;

/** Event Grid's events of two sites, in two messages. */
const messages = [[eventGridEvent(lost('oslo-1'))], eventGridEvent(lost('bergen-1'))];

describe('a batch of an event hub', () => {
  it('is taken, whichever way its events came', async () => {
    const { app, kept, knows } = instance();
    const { Body, UserProperties, SystemProperties } = routedMessage(lost('narvik-1')) as Record<
      string,
      unknown
    >;
    const received = await receiveStreamedEvents(
      app,
      [...messages, Body, 'plain text'],
      {
        propertiesArray: [{}, {}, UserProperties, {}],
        systemPropertiesArray: [{}, {}, SystemProperties, {}],
      },
      start,
      silentLog,
    );
    expect(received).toEqual({ applied: 3, foreign: 0, malformed: 1 });
    expect(['oslo', 'bergen', 'narvik'].map(knows)).toEqual([true, true, true]);
    expect(kept).toEqual([]);
  });

  it.each([busy, bug])('keeps what could not be stored, and that alone: %s', async (error) => {
    const { app, kept, knows } = instance(failsAt('oslo', error));
    await receiveStreamedEvents(app, messages, {}, start, silentLog);
    expect(knows('bergen')).toBe(true);
    expect(kept).toEqual([
      {
        events: [expect.objectContaining({ data: expect.objectContaining({ deviceId: 'oslo-1' }) })],
        delayMs: 10_000,
      },
    ]);

    const later = instance();
    await receiveQueuedEvents(later.app, kept[0]!.events, start + 10_000, silentLog);
    expect(later.knows('oslo')).toBe(true);
  });

  it('fails when not even that can be done, so that the trigger repeats it', async () => {
    const { app } = instance(failsAt('oslo', busy));
    const full = { keep: () => Promise.reject(busy) };
    await expect(
      receiveStreamedEvents({ ...app, keptEvents: full }, messages, {}, start, silentLog),
    ).rejects.toBe(busy);
  });
});

describe('a message of the queue of events', () => {
  it.each([{ message: messages[1] }, { message: [eventGridEvent(lost('bergen-1')), 'no event'] }])(
    'is taken: $message',
    async ({ message }) => {
      const { app, knows } = instance();
      expect(await receiveQueuedEvents(app, message, start, silentLog)).toMatchObject({ applied: 1 });
      expect(knows('bergen')).toBe(true);
    },
  );

  it('goes round again while storage does not answer', async () => {
    const { app, kept } = instance(failsAt('oslo', busy));
    await receiveQueuedEvents(app, messages.flat(), start, silentLog);
    expect(kept.map(({ events }) => events.length)).toEqual([1]);
  });

  it('is left to the host when something else is wrong', async () => {
    const { app, kept } = instance(failsAt('oslo', bug));
    await expect(receiveQueuedEvents(app, messages.flat(), start, silentLog)).rejects.toThrow(
      UnstoredEventsError,
    );
    expect(kept).toEqual([]);
  });

  it.each(['plain text', 7, null])('that holds no events becomes poison: %s', async (message) => {
    const { app } = instance();
    await expect(receiveQueuedEvents(app, message, start, silentLog)).rejects.toThrow(
      'a message of the queue device-events is neither an event nor an array of events',
    );
  });
});
