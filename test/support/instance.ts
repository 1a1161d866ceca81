import type { App } from '../../src/lib/app/app.ts';
import { composeApp } from '../../src/lib/app/createApp.ts';
import { deliverNotice } from '../../src/lib/app/deliverNotice.ts';
import { evaluateSite } from '../../src/lib/app/evaluateSite.ts';
import { receiveEvents } from '../../src/lib/app/receiveEvents.ts';
import type { Diagnosis } from '../../src/lib/diagnosis/diagnosis.ts';
import type { Announcement } from '../../src/lib/notify/announcement.ts';
import type { SendResult } from '../../src/lib/notify/channel.ts';
import { isAnnouncement, type Message } from '../../src/lib/notify/message.ts';
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
  readonly announced: Announcement[] = [];
  answerAnnouncement: (announcement: Announcement, receiver: Receiver) => SendResult = () => ({
    kind: 'sent',
  });
  readonly logged: { what: string; fields: LogFields }[] = [];
  nowMs = start;
  /** Does something in the moment before a transaction is written. */
  beforeCommit: (writes: readonly RowWrite[]) => Promise<void> | void = () => {};
  answer: (message: Message) => SendResult | Promise<SendResult> = () => ({ kind: 'sent' });
  diagnose: () => Promise<Diagnosis> = async () => nothingFound;
  /** Nobody waits for long here: what a pause would cut off has ended before. */
  pause: App['pause'] = () => new Promise(() => {});

  constructor(config: Rules, rows = createMemoryRows()) {
    this.rows = rows;
    this.app = composeApp(config, {
      rows: this.#recorded(rows),
      queues: {
        wakeSite: async (message, delayMs) => {
          this.calls.push('wake');
          this.wakeUps.push({ ...message, delayMs });
        },
        deliver: async (message, delayMs) => {
          this.calls.push('deliver');
          this.deliveries.push({ ...message, delayMs });
        },
      },
      channels: {
        send: async (message, receiver) => {
          if (isAnnouncement(message)) {
            this.announced.push(message);
            return this.answerAnnouncement(message, receiver);
          }
          this.sent.push(message);
          return this.answer(message);
        },
      },
      diagnoser: { diagnose: (requests) => Promise.all(requests.map(() => this.diagnose())) },
      publicUrl: null,
      now: () => this.nowMs,
      pause: (ms, signal) => this.pause(ms, signal),
      random: () => 0,
    });
  }

  #recorded(rows: RowStore): RowStore {
    const record = <Result>(call: string, result: Result): Result => {
      this.calls.push(call);
      return result;
    };
    return {
      get: (partition, key) => record('get', rows.get(partition, key)),
      getMany: (partition, keys) => record('getMany', rows.getMany(partition, keys)),
      range: (partition, from, to) => record('range', rows.range(partition, from, to)),
      page: (partition, from, to, limit) => record('page', rows.page(partition, from, to, limit)),
      commit: async (partition, writes): Promise<CommitResult> => {
        await this.beforeCommit(writes);
        return record('commit', rows.commit(partition, writes));
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
