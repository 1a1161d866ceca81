import type { Notice } from '../../src/lib/incident/incident.ts';
import type { Rules } from '../../src/lib/policy/rules.ts';
import { type Limit, type Limits, queriesForNotice } from './limits.ts';
import { ModelSite } from './modelSite.ts';
import type { Shape } from './shapes.ts';

/** The clock of the model moves by this. */
const tickMs = 100;

/** A wait that nobody notices is no limit. */
const noticedMs = 1_000;

const startMs = Date.parse('2026-11-02T06:00:00Z');

export type ModelResult = {
  readonly events: number;
  readonly evaluations: number;
  /** Notices that arrived, and those that began, updated or ended an incident of a site. */
  readonly notices: number;
  readonly opened: number;
  readonly resolved: number;
  /** Incidents beyond one a site, and ends beyond or short of that: what people would see as flicker. */
  readonly flicker: number;
  /** From the moment when it was due to the arrival of the last first notice, milliseconds. */
  readonly latestFirstNoticeMs: number;
  /** From the last event to the last notice. */
  readonly lastNoticeAfterMs: number;
  /** The longest that an event waited before it was stored. */
  readonly longestEventWaitMs: number;
  /** Rows written in the busiest second: of one site, and of all. */
  readonly hottestPartition: number;
  readonly hottestSecond: number;
  /** What made something wait first, and when after the first event; null: nothing did. */
  readonly firstLimit: { readonly limit: Limit; readonly atMs: number } | null;
  readonly rows: number;
  readonly messages: number;
};

type Waiting = { readonly notice: Notice; readonly site: number; readonly sinceMs: number };

/** Plays a shape by the rules and under the limits, in a time of its own. */
export function playFleet(rules: Rules, shape: Shape, limits: Limits): ModelResult {
  return new Model(rules, shape, limits).play();
}

class Model {
  readonly #shape: Shape;
  readonly #limits: Limits;
  readonly #sites: ModelSite[];
  readonly #holdMs: number;
  readonly #groupWaitMs: number;
  readonly #budgetMs: number;
  /** Sites by the tick at which their message is seen. */
  readonly #wakes = new Map<number, Set<number>>();
  readonly #nextWake: Float64Array;
  readonly #partitionFreeAtMs: Float64Array;
  readonly #firstLossMs: Float64Array;
  readonly #opens: Uint16Array;
  readonly #closes: Uint16Array;
  readonly #ready: number[] = [];
  readonly #waiting: Waiting[] = [];
  /** Rows of the present second, in all and of each site. */
  #second = 0;
  #secondRows = 0;
  readonly #siteRows = new Map<number, number>();
  #accountFreeAtMs = 0;
  readonly #queries: number[] = [];
  #nextEvent = 0;
  /** Processor time, and events of the source, that are left of this tick; below 0: borrowed from the next. */
  #spareMs = 0;
  #spareEvents = 0;
  /** Evaluations and sendings that may begin in this tick; the rest of one is kept. */
  #spareLooks = 0;
  #spareSends = 0;
  #nowMs = 0;
  readonly #result = {
    events: 0,
    evaluations: 0,
    notices: 0,
    opened: 0,
    resolved: 0,
    flicker: 0,
    latestFirstNoticeMs: 0,
    lastNoticeAfterMs: 0,
    longestEventWaitMs: 0,
    hottestPartition: 0,
    hottestSecond: 0,
    firstLimit: null as ModelResult['firstLimit'],
    rows: 0,
    messages: 0,
  };

  constructor(rules: Rules, shape: Shape, limits: Limits) {
    this.#shape = shape;
    this.#limits = limits;
    this.#sites = shape.sites.map((devices, index) => new ModelSite(rules, siteId(index), devices, startMs));
    this.#holdMs = rules.policy.offlineAfterMs;
    this.#groupWaitMs = rules.policy.groupWaitMs;
    this.#budgetMs = rules.policy.diagnosisBudgetMs;
    const array = () => new Float64Array(shape.sites.length);
    this.#nextWake = array().fill(Number.POSITIVE_INFINITY);
    this.#partitionFreeAtMs = array();
    this.#firstLossMs = array().fill(Number.POSITIVE_INFINITY);
    this.#opens = new Uint16Array(shape.sites.length);
    this.#closes = new Uint16Array(shape.sites.length);
  }

  play(): ModelResult {
    for (this.#nowMs = 0; this.#nowMs <= this.#shape.endsMs; this.#nowMs += tickMs) {
      this.#takeEvents();
      this.#evaluateSites();
      this.#sendNotices();
    }
    for (let site = 0; site < this.#sites.length; site++) {
      const told = this.#opens[site]!;
      this.#result.flicker += Math.max(0, told - 1);
      if (this.#shape.returns) this.#result.flicker += Math.abs(told - this.#closes[site]!);
    }
    return this.#result;
  }

  get #instances(): number {
    const { instances, instancesEachSecond } = this.#limits;
    return Math.min(instances, this.#limits.instancesReady + (this.#nowMs / 1_000) * instancesEachSecond);
  }

  #takeEvents(): void {
    const { events } = this.#shape;
    const { eventsInBatch, eventMs, siteMs, sourceEvents } = this.#limits;
    // What was not needed is not kept.
    this.#spareMs = Math.min(0, this.#spareMs) + this.#instances * tickMs;
    this.#spareEvents = Math.min(0, this.#spareEvents) + (sourceEvents * tickMs) / 1_000;
    while (this.#nextEvent < events.length && events[this.#nextEvent]!.atMs <= this.#nowMs) {
      const { atMs: waitsFromMs } = events[this.#nextEvent]!;
      const short = this.#spareEvents <= 0 ? 'source' : this.#spareMs <= 0 ? 'instances' : null;
      if (short !== null) {
        this.#hit(short, waitsFromMs);
        return;
      }
      const first = this.#nextEvent;
      const bySite = new Map<number, number>();
      while (
        this.#nextEvent < events.length &&
        this.#nextEvent - first < eventsInBatch &&
        events[this.#nextEvent]!.atMs <= this.#nowMs
      ) {
        const { site } = events[this.#nextEvent]!;
        bySite.set(site, (bySite.get(site) ?? 0) + 1);
        this.#nextEvent += 1;
      }
      this.#spareEvents -= this.#nextEvent - first;
      this.#spareMs -= (this.#nextEvent - first) * eventMs + bySite.size * siteMs;
      const storedAtMs = new Map<number, number>();
      for (const [site, rows] of bySite) storedAtMs.set(site, this.#write(site, rows));
      for (let index = first; index < this.#nextEvent; index++) {
        const { site, device, connected, atMs } = events[index]!;
        const receivedMs = storedAtMs.get(site)!;
        this.#result.events += 1;
        this.#result.longestEventWaitMs = Math.max(this.#result.longestEventWaitMs, receivedMs - atMs);
        if (!connected) this.#firstLossMs[site] = Math.min(this.#firstLossMs[site]!, atMs);
        const dueMs = this.#sites[site]!.happens(device, connected, startMs + atMs, startMs + receivedMs);
        if (dueMs !== null) this.#wake(site, dueMs - startMs);
      }
    }
  }

  /** When the rows are stored: a partition, and the account, take so many a second. */
  #write(site: number, rows: number): number {
    const { partitionRows, accountRows } = this.#limits;
    const atMs = this.#nowMs;
    this.#accountFreeAtMs = Math.max(atMs, this.#accountFreeAtMs) + (rows * 1_000) / accountRows;
    const partition = Math.max(atMs, this.#partitionFreeAtMs[site]!) + (rows * 1_000) / partitionRows;
    this.#partitionFreeAtMs[site] = partition;
    if (partition - atMs > noticedMs) this.#hit('partition', atMs - noticedMs);
    if (this.#accountFreeAtMs - atMs > noticedMs) this.#hit('account', atMs - noticedMs);
    this.#count(site, rows);
    return Math.max(partition, this.#accountFreeAtMs);
  }

  #count(site: number, rows: number): void {
    const second = Math.floor(this.#nowMs / 1_000);
    if (second !== this.#second) {
      this.#second = second;
      this.#secondRows = 0;
      this.#siteRows.clear();
    }
    this.#secondRows += rows;
    const own = (this.#siteRows.get(site) ?? 0) + rows;
    this.#siteRows.set(site, own);
    this.#result.rows += rows;
    this.#result.hottestSecond = Math.max(this.#result.hottestSecond, this.#secondRows);
    this.#result.hottestPartition = Math.max(this.#result.hottestPartition, own);
  }

  /** A message for the site, unless one is on its way that serves it too; seen at a whole second. */
  #wake(site: number, dueMs: number): void {
    const atMs = Math.max(dueMs, this.#nowMs);
    const waitMs = atMs - this.#nowMs;
    const toleranceMs = Math.max(1_000, waitMs / 50);
    const known = this.#nextWake[site]!;
    if (known >= atMs && known <= atMs + toleranceMs * 0.8) return;
    const visibleMs = Math.ceil((atMs + Math.max(0, toleranceMs * 0.6 - 1_000)) / 1_000) * 1_000 + tickMs;
    this.#nextWake[site] = visibleMs;
    this.#result.messages += 1;
    const sites = this.#wakes.get(visibleMs) ?? new Set();
    this.#wakes.set(visibleMs, sites.add(site));
  }

  #evaluateSites(): void {
    const due = this.#wakes.get(this.#nowMs);
    this.#wakes.delete(this.#nowMs);
    for (const site of due ?? []) {
      if (this.#nextWake[site] === this.#nowMs) this.#nextWake[site] = Number.POSITIVE_INFINITY;
      this.#ready.push(site);
    }
    const { queueMessages, slots, evaluationMs } = this.#limits;
    const most = Math.min(
      (queueMessages * tickMs) / 1_000,
      (this.#instances * slots * tickMs) / evaluationMs,
    );
    if (this.#ready.length > most * (noticedMs / tickMs)) this.#hit('queue', this.#nowMs - noticedMs);
    this.#spareLooks = Math.min(1, this.#spareLooks) + most;
    const taken = this.#ready.splice(0, Math.floor(this.#spareLooks));
    this.#spareLooks -= taken.length;
    for (const site of taken) {
      this.#result.evaluations += 1;
      const { notices, nextAtMs, rows } = this.#sites[site]!.evaluate(startMs + this.#nowMs);
      if (rows > 0) this.#write(site, rows);
      for (const notice of notices) this.#waiting.push({ notice, site, sinceMs: this.#nowMs });
      if (nextAtMs !== null) this.#wake(site, nextAtMs - startMs);
    }
  }

  /** A notice waits for the logs, no longer than its budget, and then for a slot. */
  #sendNotices(): void {
    const { slots, sendMs } = this.#limits;
    this.#spareSends = Math.min(1, this.#spareSends) + (this.#instances * slots * tickMs) / sendMs;
    const held: Waiting[] = [];
    for (const waiting of this.#waiting.splice(0)) {
      const over = this.#nowMs - waiting.sinceMs >= this.#budgetMs;
      const asks = waiting.notice.kind !== 'final' && !over;
      if (this.#spareSends < 1 || (asks && !this.#ask(waiting))) {
        held.push(waiting);
        continue;
      }
      this.#spareSends -= 1;
      this.#arrives(waiting);
    }
    this.#waiting.push(...held);
  }

  #ask({ sinceMs }: Waiting): boolean {
    const { count, everyMs } = this.#limits.queries;
    while (this.#queries.length > 0 && this.#queries[0]! <= this.#nowMs - everyMs) this.#queries.shift();
    if (this.#queries.length + queriesForNotice > count) {
      if (this.#nowMs - sinceMs > noticedMs) this.#hit('logs', sinceMs);
      return false;
    }
    for (let one = 0; one < queriesForNotice; one++) this.#queries.push(this.#nowMs);
    return true;
  }

  #arrives({ notice, site }: Waiting): void {
    if (!this.#sites[site]!.sent(notice, startMs + this.#nowMs)) return;
    const { events } = this.#shape;
    this.#result.notices += 1;
    if (notice.kind === 'opening') {
      this.#result.opened += 1;
      this.#opens[site]! += 1;
      const dueMs = this.#firstLossMs[site]! + this.#holdMs + this.#groupWaitMs;
      this.#result.latestFirstNoticeMs = Math.max(this.#result.latestFirstNoticeMs, this.#nowMs - dueMs);
    }
    if (notice.kind === 'final') {
      this.#result.resolved += 1;
      this.#closes[site]! += 1;
    }
    this.#result.lastNoticeAfterMs = this.#nowMs - events.at(-1)!.atMs;
    this.#write(site, 3);
    this.#wake(site, this.#nowMs);
  }

  #hit(limit: Limit, sinceMs: number): void {
    if (this.#nowMs - sinceMs < noticedMs) return;
    this.#result.firstLimit ??= { limit, atMs: sinceMs };
  }
}

function siteId(index: number): string {
  return `s${String(index).padStart(5, '0')}`;
}
