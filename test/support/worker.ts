import type { App } from '../../src/lib/app/app.ts';
import { composeApp } from '../../src/lib/app/createApp.ts';
import { deliverNotice } from '../../src/lib/app/deliverNotice.ts';
import { evaluateSite } from '../../src/lib/app/evaluateSite.ts';
import { receiveEvents } from '../../src/lib/app/receiveEvents.ts';
import { sweep } from '../../src/lib/app/sweep.ts';
import { isAnnouncement, isDigest, type Message } from '../../src/lib/notify/message.ts';
import type { Rules } from '../../src/lib/policy/rules.ts';
import type { RowStore } from '../../src/lib/store/rowStore.ts';
import { silentLog } from '../../src/lib/telemetry/log.ts';
import { nothingFound } from '../simulation/edges.ts';
import { start } from './events.ts';

const sweepEveryMs = 60_000;

type Work = (app: App) => Promise<void>;

/**
 * One instance that takes its messages in their order, one at a time, by a clock that jumps: for more devices than the
 * simulation has time for. Its rows are in memory or in a real table.
 */
export class Worker {
  nowMs = start;
  readonly heard: { readonly receiver: string; readonly message: Message }[] = [];
  app: App;
  /** How many messages were sent to queues. */
  messages = 0;
  /** How many of them wake a site. */
  wakeUps = 0;
  readonly #config: Rules;
  readonly #rows: RowStore;
  /** Messages by the moment at which they are visible. */
  readonly #queued = new Map<number, Work[]>();

  constructor(config: Rules, rows: RowStore) {
    this.#config = config;
    this.#rows = rows;
    this.app = this.#born();
    this.#at(start, this.#sweeps);
  }

  /** Another instance takes over, which has seen no device. */
  restart(): void {
    this.app = this.#born();
  }

  /** @param atMs not before now */
  async takes(atMs: number, events: readonly object[]): Promise<void> {
    await this.until(atMs);
    await receiveEvents(this.app, events, this.nowMs, silentLog);
  }

  async until(untilMs: number): Promise<void> {
    for (;;) {
      const atMs = Math.min(...this.#queued.keys());
      if (atMs > untilMs) break;
      this.nowMs = Math.max(this.nowMs, atMs);
      const works = this.#queued.get(atMs)!;
      this.#queued.delete(atMs);
      for (const work of works) await work(this.app);
    }
    this.nowMs = untilMs;
  }

  readonly #sweeps: Work = async (app) => {
    await sweep(app, this.nowMs, silentLog);
    this.#at(this.nowMs + sweepEveryMs, this.#sweeps);
  };

  #at(atMs: number, work: Work): void {
    const same = this.#queued.get(atMs);
    if (same) same.push(work);
    else this.#queued.set(atMs, [work]);
  }

  /** The service counts visibility in whole seconds. */
  #queue(delayMs: number, work: Work): void {
    this.messages += 1;
    this.#at(this.nowMs + Math.ceil(Math.max(0, delayMs) / 1_000) * 1_000, work);
  }

  #born(): App {
    return composeApp(this.#config, {
      rows: this.#rows,
      queues: {
        wakeSite: async (message, delayMs) => {
          this.wakeUps += 1;
          this.#queue(delayMs, (app) => evaluateSite(app, message, this.nowMs, silentLog));
        },
        deliver: async (message, delayMs) =>
          this.#queue(delayMs, (app) => deliverNotice(app, message, this.nowMs, silentLog)),
      },
      channels: {
        pacingOf: () => ({ merges: true, limits: [] }),
        send: async (message, { name }) => {
          if (!isAnnouncement(message) && !isDigest(message)) this.heard.push({ receiver: name, message });
          return { kind: 'sent' };
        },
      },
      diagnoser: {
        isSetUp: true,
        queriesFor: () => 1,
        diagnose: async (requests) => requests.map(() => nothingFound),
      },
      publicUrl: null,
      now: () => this.nowMs,
      random: () => 0.5,
      // Nobody waits here: what a pause would cut off has ended before.
      pause: () => new Promise(() => {}),
    });
  }
}
