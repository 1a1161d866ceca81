import { AsyncLocalStorage } from 'node:async_hooks';
import { seeded } from '../../local/seeded.ts';
import type { App } from '../../src/lib/app/app.ts';
import { composeApp } from '../../src/lib/app/createApp.ts';
import { deliverNotice } from '../../src/lib/app/deliverNotice.ts';
import { evaluateSite } from '../../src/lib/app/evaluateSite.ts';
import { sweep } from '../../src/lib/app/sweep.ts';
import type { Diagnoser, Diagnosis } from '../../src/lib/diagnosis/diagnosis.ts';
import { lookupsFor } from '../../src/lib/diagnosis/logs/lookups.ts';
import { isAnnouncement, isDigest, type Message } from '../../src/lib/notify/message.ts';
import type { Rules } from '../../src/lib/policy/rules.ts';
import type { RowStore } from '../../src/lib/store/rowStore.ts';
import { silentLog } from '../../src/lib/telemetry/log.ts';
import { nothingFound } from '../simulation/edges.ts';
import { createMemoryRows } from '../support/memoryRows.ts';
import { VirtualTime } from './virtualTime.ts';

type Work = { readonly partition: string; readonly run: (app: App) => Promise<void> };

/** Deliveries, and evaluations, that an instance runs at once (host.json). */
const slots = 24;

const latencyMs = { storage: 10, receiver: 200, query: 2_000 } as const;

/** The host gives a message that died with its instance to another after this. */
const leaseMs = 600_000;

/** A query that is running or has run; null: it runs. */
type Query = { readonly fromMs: number; readonly instance: number; toMs: number | null };

/** Instances of the app that share storage, queues and one identity's logs, in virtual time. */
export class Cluster {
  readonly time: VirtualTime;
  readonly rows = createMemoryRows();
  readonly told: { readonly atMs: number; readonly message: Message }[] = [];
  readonly queries: Query[] = [];
  readonly errors: unknown[] = [];
  /** The sites on whose behalf each row was written. */
  readonly writers = new Map<string, Set<string>>();
  /** Before this moment the logs have no rows yet. */
  rowsFromMs = 0;
  /** A moment in which an instance asks, to be used once. */
  onQuery: (instance: number) => void = () => {};
  storageCalls = 0;
  readonly #apps: App[];
  readonly #dead = new Set<number>();
  readonly #site = new AsyncLocalStorage<string>();
  readonly #ready = { evaluations: [] as Work[], notices: [] as Work[] };
  readonly #busy: { evaluations: number; notices: number }[];
  readonly #random = seeded(4);

  constructor(rules: Rules, startMs: number, instances: number) {
    this.time = new VirtualTime(startMs);
    this.#busy = Array.from({ length: instances }, () => ({ evaluations: 0, notices: 0 }));
    this.#apps = this.#busy.map((_, instance) => this.#composed(rules, instance));
    const sweeps = () => {
      this.time.at(this.time.nowMs + 60_000, sweeps);
      void sweep(this.app, this.time.nowMs, silentLog).catch((error) => this.errors.push(error));
    };
    this.time.at(startMs + 1_000, sweeps);
  }

  /** One that lives. */
  get app(): App {
    return this.#apps.find((_, instance) => !this.#dead.has(instance))!;
  }

  /** What the instance has under way never goes on; its messages come back when their leases are over. */
  dies(instance: number): void {
    this.#dead.add(instance);
  }

  /** The most queries in any span of this length. */
  mostQueriesWithin(ms: number): number {
    const starts = this.queries.map(({ fromMs }) => fromMs).sort((a, b) => a - b);
    let [most, first] = [0, 0];
    for (const [last, at] of starts.entries()) {
      while (at - starts[first]! >= ms) first += 1;
      most = Math.max(most, last - first + 1);
    }
    return most;
  }

  mostQueriesAtOnce(): number {
    const changes = this.queries
      .flatMap(({ fromMs, toMs }) => [
        { atMs: fromMs, by: 1 },
        { atMs: toMs ?? Number.POSITIVE_INFINITY, by: -1 },
      ])
      .sort((a, b) => a.atMs - b.atMs || a.by - b.by);
    let [most, running] = [0, 0];
    for (const { by } of changes) {
      running += by;
      most = Math.max(most, running);
    }
    return most;
  }

  wake(partition: string, delayMs: number): void {
    const run = (app: App) => evaluateSite(app, { partition }, this.time.nowMs, silentLog);
    this.#enqueue('evaluations', { partition, run }, delayMs);
  }

  #enqueue(queue: 'evaluations' | 'notices', work: Work, delayMs: number): void {
    this.time.at(
      this.time.nowMs + Math.ceil(Math.max(0, delayMs) / 1_000) * 1_000 + latencyMs.storage,
      () => {
        this.#ready[queue].push(work);
        this.#dispatch(queue);
      },
    );
  }

  #dispatch(queue: 'evaluations' | 'notices'): void {
    const free = this.#busy
      .map((busy, instance) => ({ instance, running: busy[queue] }))
      .filter(({ instance, running }) => running < slots && !this.#dead.has(instance));
    for (const { instance } of free.sort((a, b) => a.running - b.running)) {
      const work = this.#ready[queue].shift();
      if (!work) return;
      void this.#start(queue, work, instance);
    }
  }

  async #start(queue: 'evaluations' | 'notices', work: Work, instance: number): Promise<void> {
    this.#busy[instance]![queue] += 1;
    this.time.at(this.time.nowMs + leaseMs, () => {
      if (running && this.#dead.has(instance)) this.#enqueue(queue, work, 0);
    });
    let running = true;
    try {
      await this.#site.run(work.partition, () => work.run(this.#apps[instance]!));
    } catch (error) {
      this.errors.push(error);
      this.#enqueue(queue, work, 5_000);
    }
    running = false;
    this.#busy[instance]![queue] -= 1;
    this.#dispatch(queue);
  }

  #composed(rules: Rules, instance: number): App {
    const lives = async (ms: number) => {
      await this.time.sleep(ms);
      if (this.#dead.has(instance)) await new Promise(() => {});
    };
    return composeApp(rules, {
      rows: this.#rowsOf(() => lives(latencyMs.storage)),
      queues: {
        wakeSite: async ({ partition }, delayMs) => {
          await lives(latencyMs.storage);
          this.wake(partition, delayMs);
        },
        deliver: async (message, delayMs) => {
          await lives(latencyMs.storage);
          const run = (app: App) => deliverNotice(app, message, this.time.nowMs, silentLog);
          this.#enqueue('notices', { partition: message.partition, run }, delayMs);
        },
      },
      channels: {
        pacingOf: () => ({ merges: true, limits: [] }),
        send: async (message) => {
          await lives(latencyMs.receiver);
          if (!isAnnouncement(message) && !isDigest(message))
            this.told.push({ atMs: this.time.nowMs, message });
          return { kind: 'sent' };
        },
      },
      diagnoser: this.#diagnoserOf(instance, lives),
      publicUrl: null,
      now: () => this.time.nowMs,
      random: this.#random,
      pause: (ms) => this.time.sleep(ms),
    });
  }

  #diagnoserOf(instance: number, lives: (ms: number) => Promise<void>): Diagnoser {
    const questionsOf: (...asked: Parameters<typeof lookupsFor>) => number = (...asked) =>
      lookupsFor(...asked).reduce((sum, { rows }) => sum + rows.length + 1, 0);
    return {
      isSetUp: true,
      queriesFor: questionsOf,
      diagnose: async (requests, nowMs, budgetMs) => {
        const untilMs = this.time.nowMs + budgetMs;
        let left = questionsOf(requests, nowMs);
        const lane = async () => {
          while (left > 0 && this.time.nowMs < untilMs) {
            left -= 1;
            const query: Query = { fromMs: this.time.nowMs, instance, toMs: null };
            this.queries.push(query);
            this.onQuery(instance);
            await lives(Math.min(latencyMs.query, untilMs - this.time.nowMs));
            query.toMs = this.time.nowMs;
          }
        };
        await Promise.all(Array.from({ length: 4 }, lane));
        return requests.map(() => this.#answer());
      },
    };
  }

  #answer(): Diagnosis {
    if (this.time.nowMs < this.rowsFromMs) return { ...nothingFound, status: 'pending' };
    return { ...nothingFound, cause: 'provider', confidence: 'medium', steps: ['Call the carrier.'] };
  }

  #rowsOf(call: () => Promise<void>): RowStore {
    const { rows } = this;
    const counted = async <Result>(effect: () => Promise<Result>): Promise<Result> => {
      this.storageCalls += 1;
      await call();
      return effect();
    };
    return {
      get: (...args) => counted(() => rows.get(...args)),
      getMany: (...args) => counted(() => rows.getMany(...args)),
      range: (...args) => counted(() => rows.range(...args)),
      page: (...args) => counted(() => rows.page(...args)),
      commit: (partition, writes) =>
        counted(async () => {
          const result = await rows.commit(partition, writes);
          const site = this.#site.getStore();
          if (result.kind === 'superseded' || site === undefined) return result;
          for (const { key, kind } of writes) {
            if (kind === 'remove') continue;
            const row = `${partition} ${key}`;
            const writers = this.writers.get(row) ?? new Set();
            this.writers.set(row, writers.add(site));
          }
          return result;
        }),
    };
  }
}
