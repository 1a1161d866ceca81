import { AsyncLocalStorage } from 'node:async_hooks';
import { seeded } from '../../local/seeded.ts';
import type { App } from '../../src/lib/app/app.ts';
import { composeApp } from '../../src/lib/app/createApp.ts';
import { deliverNotice } from '../../src/lib/app/deliverNotice.ts';
import { evaluateSite } from '../../src/lib/app/evaluateSite.ts';
import { receiveEvents } from '../../src/lib/app/receiveEvents.ts';
import { sweep } from '../../src/lib/app/sweep.ts';
import { watchHubs } from '../../src/lib/app/watchHubs.ts';
import { noHubMetrics } from '../../src/lib/hubWatch/hubMetrics.ts';
import type { Rules } from '../../src/lib/policy/rules.ts';
import type { EvaluationMessage, NoticeMessage, Queues } from '../../src/lib/store/queues.ts';
import { type Log, silentLog } from '../../src/lib/telemetry/log.ts';
import { createMemoryRows, type MemoryRows } from '../support/memoryRows.ts';
import {
  type Asked,
  type Call,
  type CallOptions,
  type Heard,
  logsBehind,
  type Request,
  type RowEdge,
  receiversBehind,
  rowsBehind,
} from './edges.ts';
import { hasActiveSites, pendingNotices } from './leftovers.ts';
import { olderRows } from './olderRows.ts';
import { Scheduler } from './scheduler.ts';
import {
  type Ask,
  leaseMs,
  mostDequeues,
  mostInWork,
  type Post,
  type Queued,
  type QueueName,
  retryVisibleMs,
  type Spending,
  sweepEveryMs,
  type WorldOptions,
  watchEveryMs,
} from './worldOptions.ts';

export type { WorldOptions } from './worldOptions.ts';

type Instance = { readonly id: number; app: App };

/** The platform in one process: a virtual clock, queues with leases, Event Grid with redelivery, timers, crashes. */
export class World {
  readonly heard: Heard[] = [];
  readonly requests: Request[] = [];
  readonly asked: Asked[] = [];
  readonly spendings: Spending[] = [];
  /** Deliveries of events that went well. */
  readonly taken: { readonly atMs: number; readonly body: readonly object[] }[] = [];
  /** When an instance died, storage failed or another version came into use. */
  readonly disturbedAtMs: number[] = [];
  /** When messages may have been left with somebody who does not work on them any more, for as long as their lease. */
  readonly leftAtMs: number[] = [];
  readonly poison: Queued[] = [];
  readonly errors: unknown[] = [];
  readonly scheduler: Scheduler;
  readonly rows: MemoryRows = createMemoryRows();
  crashes = 0;
  storageCalls = 0;
  /** The newest version. */
  config: Rules;
  /** A look for newer rules finds them: they are in a blob, not in a file of the package. */
  #blob = false;
  /** Of the configuration at the last sweep. */
  #sweptHash = '';
  readonly #options: WorldOptions;
  readonly #random: () => number;
  readonly #chaos: boolean;
  readonly #instances: Instance[] = [];
  readonly #crashesAt: Set<number>;
  readonly #faultsAt: Set<number>;
  readonly #copiesAt: Set<number>;
  readonly #spending = new AsyncLocalStorage<Spending>();
  #queued: Queued[] = [];
  #posts: Post[] = [];
  #asks: Ask[] = [];
  #nextSweepMs: number;
  #nextWatchMs: number;
  #running = new Map<object, { instance: number; release: () => void }>();
  #instanceCount = 0;
  #ioCount = 0;
  #sendCount = 0;

  constructor(options: WorldOptions) {
    this.#options = options;
    this.config = options.config;
    this.#random = seeded(options.seed ?? 1);
    this.#chaos = (options.instances ?? 0) > 0;
    this.scheduler = new Scheduler(options.startMs, this.#random, this.#chaos);
    this.#crashesAt = new Set(options.crashesAt);
    this.#faultsAt = new Set(options.faultsAt);
    this.#copiesAt = new Set(options.copiesAt);
    this.#nextSweepMs = options.startMs;
    this.#nextWatchMs = options.startMs;
    for (let index = 0; index < (options.instances ?? 1); index++)
      this.#instances.push(this.#born(options.older));
  }

  /** An app for a look at the rows, outside all instances. */
  get app(): App {
    return composeApp(this.config, {
      rows: this.rows,
      queues: { wakeSite: async () => {}, deliver: async () => {} },
      channels: { pacingOf: () => ({ merges: true, limits: [] }), send: async () => ({ kind: 'sent' }) },
      diagnoser: { isSetUp: true, queriesFor: () => 0, diagnose: async () => [] },
      publicUrl: null,
      now: () => this.nowMs,
      random: () => 0,
      pause: async () => {},
    });
  }

  get nowMs(): number {
    return this.scheduler.nowMs;
  }

  /** Delivers these events by Event Grid in one request at that time; a failed one comes again. */
  post(atMs: number, body: readonly object[]): void {
    this.#posts.push({ body, dueAtMs: atMs, tries: 0, inWork: false });
  }

  /** Somebody asks for something at that time, once: nobody tries again when the answer is lost. */
  ask(atMs: number, work: Ask['work']): void {
    this.#asks.push({ atMs, work });
  }

  /** Puts a message of somebody else's making into a queue. */
  enqueue(queue: QueueName, body: unknown): void {
    this.#queued.push({ queue, body, visibleAtMs: this.nowMs, dequeued: 0 });
  }

  /** Starts again with another configuration, as after an upload: every instance is replaced. */
  restart(config: Rules): void {
    const same = config.version.hash === this.config.version.hash;
    this.config = same ? this.config : { ...config, version: { ...config.version, atMs: this.nowMs } };
    this.disturbedAtMs.push(this.nowMs);
    for (const instance of [...this.#instances]) this.#crash(instance.id, false);
    this.#nextSweepMs = this.nowMs;
  }

  /** There is a newer version from now on, which instances come to use one after the other. */
  upload(config: Rules, to: 'blob' | 'package'): void {
    this.config = config;
    this.#blob = to === 'blob';
    this.disturbedAtMs.push(this.nowMs);
  }

  /** The instance comes to use the newest version: it looks at the blob, or is replaced. */
  async changeOver(index: number): Promise<void> {
    const instance = this.#instances[index % this.#instances.length]!;
    this.disturbedAtMs.push(this.nowMs);
    if (!this.#blob) return this.#crash(instance.id, false);
    // One that dies meanwhile is replaced by one that starts with the newest version.
    instance.app = await this.#driven(
      instance.app.latest(),
      () => !this.#instances.includes(instance),
      instance.app,
    );
  }

  /** A delivery of events failed and is to come again. */
  retriesEvents(): boolean {
    return this.#posts.some((post) => post.tries > 0);
  }

  /** Messages that wait or are in work. */
  queuedCount = (): number => this.#queued.length;

  /** Notices that are on their way. */
  pendingCount = (): number => pendingNotices(this.rows);

  /** Runs everything that happens until that time. */
  async run(untilMs: number): Promise<void> {
    for (;;) {
      await settleMicrotasks();
      if (await this.#step()) continue;
      const nextMs = this.#nextMoment();
      if (nextMs === null || nextMs > untilMs) break;
      this.scheduler.nowMs = Math.max(this.nowMs, nextMs);
    }
    this.scheduler.nowMs = Math.max(this.nowMs, untilMs);
  }

  /** Work beside the invocations, which reads the storage too; `otherwise` when whoever does it dies meanwhile. */
  async #driven<Result>(work: Promise<Result>, isDead: () => boolean, otherwise: Result): Promise<Result> {
    let done = false;
    const end = () => {
      done = true;
    };
    work.then(end, end);
    for (;;) {
      await settleMicrotasks();
      if (done) return work;
      if (isDead()) return otherwise;
      if (!this.scheduler.resumeOne()) this.scheduler.nowMs = this.scheduler.nextReadyAtMs() ?? this.nowMs;
    }
  }

  /** One thing that may happen now; false: nothing is ready. */
  async #step(): Promise<boolean> {
    const starts: (() => void)[] = [];
    if (this.#hasRoom()) {
      for (const post of this.#posts) {
        if (!post.inWork && post.dueAtMs <= this.nowMs) starts.push(() => this.#startPost(post));
      }
      for (const ask of this.#asks) if (ask.atMs <= this.nowMs) starts.push(() => this.#startAsk(ask));
      for (const message of this.#queued) {
        if (message.visibleAtMs <= this.nowMs) starts.push(() => this.#startMessage(message));
      }
      if (this.#nextSweepMs <= this.nowMs) {
        // Without an active site a sweep finds nothing; most of the quiet time is spared that way.
        const nothing = !hasActiveSites(this.rows) && this.#sweptHash === this.config.version.hash;
        if (nothing) this.#nextSweepMs = this.nowMs + sweepEveryMs;
        else {
          starts.push(() => {
            this.#sweptHash = this.config.version.hash;
            this.#onTimer('sweep');
          });
        }
      }
      if (this.#watches() && this.#nextWatchMs <= this.nowMs) starts.push(() => this.#onTimer('watch'));
    }
    const parked = this.scheduler.nextReadyAtMs();
    const canResume = parked !== null && parked <= this.nowMs;
    if (starts.length === 0 && !canResume) return false;
    const startOne = starts.length > 0 && (!canResume || (this.#chaos && this.#random() < 0.5));
    if (startOne) starts[this.#chaos ? Math.floor(this.#random() * starts.length) : 0]?.();
    else this.scheduler.resumeOne();
    return true;
  }

  #hasRoom(): boolean {
    return this.#running.size < mostInWork * this.#instances.length;
  }

  #nextMoment(): number | null {
    // With every slot taken, only the end of something that runs is a next moment.
    if (!this.#hasRoom()) return this.scheduler.nextReadyAtMs();
    const moments = [
      ...this.#posts.filter((post) => !post.inWork).map((post) => post.dueAtMs),
      ...this.#queued.map((message) => message.visibleAtMs),
      ...this.#asks.map((ask) => ask.atMs),
      this.#nextSweepMs,
      ...(this.#watches() ? [this.#nextWatchMs] : []),
    ];
    const parked = this.scheduler.nextReadyAtMs();
    if (parked !== null) moments.push(parked);
    return moments.length === 0 ? null : Math.min(...moments);
  }

  #invoke(
    kind: Pick<Spending, 'work' | 'events'>,
    work: (app: App) => Promise<unknown>,
    done: (failed: boolean) => void,
    died: () => void,
  ): void {
    const instance = this.#instances[Math.floor(this.#random() * this.#instances.length)]!;
    const token = {};
    this.#running.set(token, { instance: instance.id, release: died });
    const spending: Spending = { ...kind, calls: 0, lostRaces: 0, rowsRead: 0 };
    this.#spending.run(spending, work, instance.app).then(
      () => {
        if (!this.#running.delete(token)) return;
        this.spendings.push(spending);
        done(false);
      },
      (error) => {
        if (!this.#running.delete(token)) return;
        this.errors.push(error);
        done(true);
      },
    );
  }

  #startPost(post: Post): void {
    post.inWork = true;
    post.tries += 1;
    const again = () => {
      post.inWork = false;
      post.dueAtMs = this.nowMs + Math.min(10_000 * 2 ** (post.tries - 1), 120_000);
    };
    this.#invoke(
      { work: 'receive', events: post.body.length },
      (app) => receiveEvents(app, post.body, this.nowMs, this.#log),
      (failed) => {
        if (failed) return again();
        this.#posts.splice(this.#posts.indexOf(post), 1);
        this.taken.push({ atMs: this.nowMs, body: post.body });
      },
      again,
    );
  }

  #startAsk(ask: Ask): void {
    this.#asks.splice(this.#asks.indexOf(ask), 1);
    const nothing = () => {};
    this.#invoke({ work: 'act', events: 0 }, ask.work, nothing, nothing);
  }

  #startMessage(message: Queued): void {
    message.visibleAtMs = this.nowMs + leaseMs;
    message.dequeued += 1;
    const work = (app: App) =>
      message.queue === 'evaluations'
        ? evaluateSite(app, message.body as EvaluationMessage, this.nowMs, this.#log)
        : deliverNotice(app, message.body as NoticeMessage, this.nowMs, this.#log);
    const asks = (message.body as Partial<Record<string, unknown>> | null)?.askLogsFor !== undefined;
    this.#invoke(
      { work: message.queue === 'evaluations' ? 'evaluate' : asks ? 'ask' : 'deliver', events: 0 },
      work,
      (failed) => {
        if (failed && message.dequeued < mostDequeues) {
          message.visibleAtMs = this.nowMs + retryVisibleMs;
          return;
        }
        this.#queued.splice(this.#queued.indexOf(message), 1);
        if (failed) this.poison.push(message);
      },
      () => {},
    );
  }

  #onTimer(work: 'sweep' | 'watch'): void {
    const run = work === 'sweep' ? sweep : watchHubs;
    if (work === 'sweep') this.#nextSweepMs = this.nowMs + sweepEveryMs;
    else this.#nextWatchMs = this.nowMs + watchEveryMs;
    const nothing = () => {};
    this.#invoke({ work, events: 0 }, (app) => run(app, this.nowMs, this.#log), nothing, nothing);
  }

  #watches = (): boolean => this.config.hubs.length > 0;

  get #log(): Log {
    return this.#options.log ?? silentLog;
  }

  #born(older = false): Instance {
    const rules = this.config;
    const id = this.#instanceCount++;
    const call: Call = (effect, options) => this.#call(id, effect, options);
    const storage: Call = (effect) => {
      this.#spend();
      return call(effect, { mayFail: true });
    };
    const { requests, heard } = this;
    const { answer, diagnose } = this.#options;
    const count = (what: 'lostRaces' | 'rowsRead', by: number) => {
      const spending = this.#spending.getStore();
      if (spending) spending[what] += by;
    };
    const rowEdge: RowEdge = {
      call: storage,
      nextPage: (effect) => call(effect, { mayFail: true, delayMs: this.#latency() }),
      read: (rows) => count('rowsRead', rows),
      lostRace: () => count('lostRaces', 1),
      pageSize: this.#options.pageSize ?? 1_000,
    };
    const app = composeApp(rules, {
      rows: rowsBehind(rowEdge, older ? olderRows(this.rows) : this.rows),
      latestRules: async () => (this.#blob ? this.config : rules),
      queues: this.#queuesOf(call),
      channels: receiversBehind(call, () => this.nowMs, { requests, heard }, answer),
      diagnoser: logsBehind(call, () => this.nowMs, this.asked, diagnose),
      hubMetrics: this.#options.hubMetrics ?? noHubMetrics,
      publicUrl: null,
      looksAtControls: this.#options.looksAtControls ?? false,
      now: () => this.nowMs,
      random: this.#random,
      pause: (ms) => this.scheduler.park(id, ms),
    });
    return { id, app };
  }

  /** An instance dies between two calls, with all that it had under way; another takes its place. */
  #crash(id: number, byChance = true): void {
    const index = this.#instances.findIndex((instance) => instance.id === id);
    if (index < 0) return;
    if (byChance) {
      this.crashes += 1;
      this.disturbedAtMs.push(this.nowMs);
    }
    this.leftAtMs.push(this.nowMs);
    this.scheduler.forget(id);
    for (const [token, running] of this.#running) {
      if (running.instance !== id) continue;
      this.#running.delete(token);
      running.release();
    }
    this.#instances[index] = this.#born();
    if (byChance) this.#nextSweepMs = Math.min(this.#nextSweepMs, this.nowMs + 1_000);
  }

  /** A call that leaves the process: it may be the last of its instance, before or after its effect. */
  async #call<Result>(
    owner: number,
    effect: () => Promise<Result> | Result,
    { mayFail = false, delayMs = 0 }: CallOptions = {},
  ): Promise<Result> {
    this.#ioCount += 1;
    if (this.#crashesAt.has(this.#ioCount)) {
      this.#crash(owner);
      return new Promise<never>(() => {});
    }
    await this.scheduler.park(owner, delayMs);
    if (mayFail && this.#faultsAt.has(this.#ioCount)) {
      for (const moments of [this.disturbedAtMs, this.leftAtMs]) moments.push(this.nowMs);
      throw Object.assign(new Error('storage answered 503'), { statusCode: 503 });
    }
    const result = await effect();
    if (!this.#chaos) return result;
    this.#ioCount += 1;
    if (this.#crashesAt.has(this.#ioCount)) {
      this.#crash(owner);
      return new Promise<never>(() => {});
    }
    await this.scheduler.park(owner);
    return result;
  }

  #latency(): number {
    const most = this.#options.latencyMs ?? 0;
    return most && Math.floor(this.#random() * most);
  }

  #spend(): void {
    this.storageCalls += 1;
    const spending = this.#spending.getStore();
    if (spending) spending.calls += 1;
  }

  #queuesOf(call: Call): Queues {
    const send = (queue: QueueName, body: unknown, delayMs: number) => {
      if (queue === 'evaluations') this.#spend();
      else this.storageCalls += 1;
      const seconds = Math.ceil(Math.max(0, delayMs) / 1000);
      const arrive = () => {
        const visibleAtMs = this.nowMs + seconds * 1000 + this.#latency();
        this.#sendCount += 1;
        const copies = this.#copiesAt.has(this.#sendCount) ? 2 : 1;
        for (let copy = 0; copy < copies; copy++)
          this.#queued.push({ queue, body: structuredClone(body), visibleAtMs, dequeued: 0 });
      };
      return call(arrive, { mayFail: true });
    };
    return {
      wakeSite: (message, delayMs) => send('evaluations', message, delayMs),
      deliver: (message, delayMs) => send('notices', message, delayMs),
    };
  }
}

/** Lets every promise that can go on do so, until each invocation waits for the scheduler or has ended. */
function settleMicrotasks(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
