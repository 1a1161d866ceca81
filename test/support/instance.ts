import type { App } from '../../src/lib/app/app.ts';
import { composeApp } from '../../src/lib/app/createApp.ts';
import { deliverNotice } from '../../src/lib/app/deliverNotice.ts';
import { evaluateSite } from '../../src/lib/app/evaluateSite.ts';
import { receiveEvents } from '../../src/lib/app/receiveEvents.ts';
import type { Diagnosis } from '../../src/lib/diagnosis/diagnosis.ts';
import { type HubMetrics, noHubMetrics } from '../../src/lib/hubWatch/hubMetrics.ts';
import type { Handle } from '../../src/lib/incident/handle.ts';
import type { Announcement } from '../../src/lib/notify/announcement.ts';
import type { Pacing, SendResult } from '../../src/lib/notify/channel.ts';
import { type Digest, isAnnouncement, isDigest, type Message } from '../../src/lib/notify/message.ts';
import type { Receiver } from '../../src/lib/policy/receiver.ts';
import type { Rules } from '../../src/lib/policy/rules.ts';
import type { EvaluationMessage, NoticeMessage } from '../../src/lib/store/queues.ts';
import type { CommitResult, RowStore, RowWrite } from '../../src/lib/store/rowStore.ts';
import type { Log, LogFields } from '../../src/lib/telemetry/log.ts';
import { nothingFound } from '../simulation/edges.ts';
import { eventGridEvent, type RawEvent, start } from './events.ts';
import { createMemoryRows, type MemoryRows } from './memoryRows.ts';
import { offsetMs } from './offsetMs.ts';

/** One instance of the app on rows in memory, with the clock in the test's hand and every call on record. */
export class Instance {
  readonly rows: MemoryRows;
  readonly app: App;
  readonly calls: string[] = [];
  readonly wakeUps: { partition: string; delayMs: number }[] = [];
  readonly deliveries: (NoticeMessage & { delayMs: number })[] = [];
  readonly sent: Message[] = [];
  /** What the channel knew at each of these. */
  readonly handles: (Handle | null)[] = [];
  readonly digests: Digest[] = [];
  readonly announced: Announcement[] = [];
  /** Nobody is slowed down unless a test says so. */
  pacingOf: (receiver: Receiver) => Pacing = ({ name, rateLimit }) => ({
    merges: true,
    limits: rateLimit ? [{ name, rates: [rateLimit], weight: 1 }] : [],
  });
  answerAnnouncement: (announcement: Announcement, receiver: Receiver) => SendResult = () => ({
    kind: 'sent',
  });
  readonly heartbeats: string[] = [];
  answerHeartbeat: (url: string) => string | null = () => null;
  readonly logged: { what: string; fields: LogFields }[] = [];
  nowMs = start;
  /** How many devices or incidents each question to the logs was about. */
  readonly questions: number[] = [];
  rowsRead = 0;
  rowsWritten = 0;
  /** Characters of the largest row that was written. */
  largestRow = 0;
  /** Does something before a call to rows or queues is carried out; the call is counted from 1. */
  beforeCall: (call: string, count: number) => Promise<void> | void = () => {};
  /** From this call on nothing that it does goes on, as when the process dies before it. */
  diesAt = Number.POSITIVE_INFINITY;
  /** Ends when the instance has died. */
  readonly death: Promise<void>;
  /** What a look for newer rules finds. */
  latestRules: () => Promise<Rules>;
  hubMetrics: HubMetrics = noHubMetrics;
  #callCount = 0;
  #died = () => {};
  /** Does something in the moment before a transaction is written. */
  beforeCommit: (writes: readonly RowWrite[]) => Promise<void> | void = () => {};
  answer: (message: Message) => SendResult | Promise<SendResult> = () => ({ kind: 'sent' });
  diagnose: () => Promise<Diagnosis> = async () => nothingFound;
  /** Nobody waits for long here: what a pause would cut off has ended before. */
  pause: App['pause'] = () => new Promise(() => {});

  constructor(config: Rules, rows = createMemoryRows(), publicUrl: string | null = null) {
    this.rows = rows;
    this.latestRules = async () => config;
    this.death = new Promise((resolve) => {
      this.#died = resolve;
    });
    this.app = composeApp(config, {
      rows: this.#recorded(rows),
      queues: {
        wakeSite: async (message, delayMs) => {
          await this.#lives('wake');
          this.calls.push('wake');
          this.wakeUps.push({ ...message, delayMs });
        },
        deliver: async (message, delayMs) => {
          await this.#lives('deliver');
          this.calls.push('deliver');
          this.deliveries.push({ ...message, delayMs });
        },
      },
      heartbeat: async (url) => {
        this.heartbeats.push(url);
        return this.answerHeartbeat(url);
      },
      channels: {
        pacingOf: (receiver) => this.pacingOf(receiver),
        send: async (message, receiver, _nowMs, handle = null) => {
          await this.#lives('send');
          if (isAnnouncement(message)) {
            this.announced.push(message);
            return this.answerAnnouncement(message, receiver);
          }
          if (isDigest(message)) this.digests.push(message);
          const incidents = isDigest(message) ? message.incidents : [message];
          this.sent.push(...incidents);
          this.handles.push(handle);
          return this.answer(incidents[0]!);
        },
      },
      diagnoser: {
        isSetUp: true,
        queriesFor: () => 0,
        diagnose: (requests) => {
          this.questions.push(requests.length);
          return Promise.all(requests.map(() => this.diagnose()));
        },
      },
      hubMetrics: { connectedDevices: (...asked) => this.hubMetrics.connectedDevices(...asked) },
      latestRules: () => this.latestRules(),
      publicUrl,
      now: () => this.nowMs,
      pause: (ms, signal) => this.pause(ms, signal),
      random: () => 0,
    });
  }

  /** Whether it dies before this call, and what a test does before it. */
  async #lives(call: string): Promise<void> {
    this.#callCount += 1;
    if (this.#callCount >= this.diesAt) {
      this.#died();
      await new Promise(() => {});
    }
    await this.beforeCall(call, this.#callCount);
  }

  /** How many calls to rows, queues and receivers it has made. */
  get callCount(): number {
    return this.#callCount;
  }

  #recorded(rows: RowStore): RowStore {
    const read = async <Result>(
      call: string,
      effect: () => Promise<Result>,
      count: (result: Result) => number,
    ) => {
      await this.#lives(call);
      this.calls.push(call);
      const result = await effect();
      this.rowsRead += count(result);
      return result;
    };
    return {
      get: (partition, key) =>
        read(
          'get',
          () => rows.get(partition, key),
          (row) => (row ? 1 : 0),
        ),
      getMany: (partition, keys) =>
        read(
          'getMany',
          () => rows.getMany(partition, keys),
          (found) => found.length,
        ),
      range: (partition, from, to) =>
        read(
          'range',
          () => rows.range(partition, from, to),
          (found) => found.length,
        ),
      page: (partition, from, to, limit) =>
        read(
          'page',
          () => rows.page(partition, from, to, limit),
          (found) => found.rows.length,
        ),
      commit: async (partition, writes): Promise<CommitResult> => {
        await this.beforeCommit(writes);
        await this.#lives('commit');
        this.calls.push('commit');
        this.rowsWritten += writes.length;
        for (const write of writes)
          if (write.kind !== 'remove') this.largestRow = Math.max(this.largestRow, write.data.length);
        return rows.commit(partition, writes);
      },
    };
  }

  get log(): Log {
    const write = (what: string, fields: LogFields = {}) => void this.logged.push({ what, fields });
    return { debug: write, info: write, warn: write, error: write };
  }

  at(offset: string): this {
    this.nowMs = start + offsetMs(offset);
    return this;
  }

  receive(...events: readonly RawEvent[]) {
    return receiveEvents(this.app, events.map(eventGridEvent), this.nowMs, this.log);
  }

  evaluate(message: EvaluationMessage = { partition: 'hub-fleet-01|site|oslo' }): Promise<void> {
    return evaluateSite(this.app, message, this.nowMs, this.log);
  }

  deliver(message: NoticeMessage): Promise<void> {
    return deliverNotice(this.app, message, this.nowMs, this.log);
  }

  /** Works on every notice message that was sent, and forgets them. */
  async deliverAll(): Promise<void> {
    for (const { delayMs: _delayMs, ...message } of this.deliveries.splice(0)) await this.deliver(message);
  }

  /** The calls since the last look. */
  takeCalls(): string[] {
    return this.calls.splice(0);
  }
}

export const connected = (deviceId: string, atMs: number, sequence: number): RawEvent => ({
  kind: 'DeviceConnected',
  deviceId,
  atMs,
  sequence,
});

export const disconnected = (deviceId: string, atMs: number, sequence: number): RawEvent => ({
  kind: 'DeviceDisconnected',
  deviceId,
  atMs,
  sequence,
});
