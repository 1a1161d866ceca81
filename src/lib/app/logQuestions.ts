import { formatPlaceKey, type SiteKey } from '../directory/placeKey.ts';
import type { DiagnosisRecord } from '../incident/incident.ts';

/** What was found out, by incident. */
export type Answers = ReadonlyMap<string, DiagnosisRecord>;

/** An incident of a site that somebody wants to know the cause of. */
export type Wanted = { readonly key: SiteKey; readonly incidentId: string };

/** An incident that the next round may ask about. */
type Listed = Wanted & {
  /** How many devices it has. */
  readonly devices: number;
  /** Until then its answer is of use. */
  readonly untilMs: number;
};

/** A delivery that waits for an answer. */
export type Waiter = Listed & {
  /** Whether an answer is about the facts that are asked for. */
  readonly serves: (record: DiagnosisRecord) => boolean;
  /** Whose questions make one round: the hub's, so that its sites share a query, or the site's where there are no logs. */
  readonly sharedBy: 'hub' | 'site';
  /** Whether it may give its place up and ask once more in a moment. */
  readonly comesBack: boolean;
};

/** Too many wait: the next round asks about it, and it is to come back for the answer. */
export const comeBack = 'comeBack';

type Clock = {
  readonly now: () => number;
  readonly pause: (ms: number, signal?: AbortSignal) => Promise<void>;
};

const mostRecent = 50_000;

/** In less time nobody is asked and answers. */
const leastMs = 1_000;

/** Half of an instance's deliveries may wait for logs: the notices of other sites go out or come back meanwhile. */
const mostWaiting = 12;

/** So many incidents of a hub may be on the list of the next round for somebody to come back. */
const mostListed = 200;

/** Of so many devices one round asks: four queries, which run side by side. One incident may have more. */
const devicesInRound = 4_000;

/** Whoever has more time left than this beyond that of the one who begins a round waits for another. */
const sameTimeMs = 3_000;

/**
 * What this instance asks the logs: one round at a time about a hub, in which all sites are asked about together that
 * came to wait while the one before it was running; about a site, where there are no logs. And its latest answers, by incident.
 */
export class LogQuestions {
  /** By those who share a round. */
  readonly #running = new Map<string, Promise<Answers>>();
  /** By those who share a round, then by incident. */
  readonly #next = new Map<string, Map<string, Listed>>();
  readonly #recent = new Map<string, { readonly record: DiagnosisRecord; readonly atMs: number }>();
  readonly #askingAgain = new Set<string>();
  #waiting = 0;

  /** What was found out about an incident in this time, or null. */
  recent(incidentId: string, nowMs: number, withinMs: number): DiagnosisRecord | null {
    const known = this.#recent.get(incidentId);
    return known && nowMs - known.atMs < withinMs ? known.record : null;
  }

  /**
   * The answer about an incident, by a round that is running or by the next one; null: there is none in time, and nobody
   * is to wait for one.
   * @param round asks about these, and ends in time for who begins it
   */
  async ask(
    waiter: Waiter,
    { now, pause }: Clock,
    round: (wanted: readonly Wanted[]) => Promise<Answers>,
  ): Promise<DiagnosisRecord | typeof comeBack | null> {
    const { key, incidentId, devices, serves, untilMs, sharedBy } = waiter;
    const name = sharedBy === 'hub' ? key.hub : formatPlaceKey(key);
    const listed: Listed = { key, incidentId, devices, untilMs };
    for (;;) {
      const running = this.#running.get(name);
      if (!running) break;
      if (sharedBy === 'hub' && this.#waiting >= mostWaiting) {
        if (!waiter.comesBack || this.#listed(name, now()).size >= mostListed) return null;
        this.#listed(name, now()).set(incidentId, listed);
        return comeBack;
      }
      const answers = await this.#wait(running, pause, untilMs - now());
      if (answers === null) return null;
      const shared = answers.get(incidentId);
      if (shared && serves(shared)) return shared;
      if (untilMs - now() < leastMs) return null;
      this.#listed(name, now()).set(incidentId, listed);
      // All who waited for the same answer are on the list before one of them begins.
      await null;
    }
    if (untilMs - now() < leastMs) return null;
    const wanted = this.#taken(name, listed, now());
    const asked = round(wanted)
      .then((answers) => this.remember(answers, now()))
      .finally(() => this.#running.delete(name));
    this.#running.set(name, asked);
    return (await asked).get(incidentId) ?? null;
  }

  /** Whom the next round may ask about besides the one who begins it; nobody for whom it would come too late. */
  #listed(name: string, nowMs: number): Map<string, Listed> {
    const listed = this.#next.get(name) ?? new Map<string, Listed>();
    this.#next.set(name, listed);
    for (const [id, { untilMs }] of listed) if (untilMs - nowMs < leastMs) listed.delete(id);
    return listed;
  }

  /** Takes from the list whom a round asks about: who begins it, and those with as little time who fit into it. */
  #taken(name: string, first: Listed, nowMs: number): Listed[] {
    const listed = this.#listed(name, nowMs);
    listed.delete(first.incidentId);
    const taken = [first];
    let room = devicesInRound - first.devices;
    for (const one of listed.values()) {
      if (one.devices > room || one.untilMs > first.untilMs + sameTimeMs) continue;
      room -= one.devices;
      taken.push(one);
      listed.delete(one.incidentId);
    }
    if (listed.size === 0) this.#next.delete(name);
    return taken;
  }

  /** Whether nobody of this instance goes through the list of a hub yet; whoever began says when it has ended. */
  beginsToAskAgain(hub: string): boolean {
    if (this.#askingAgain.has(hub)) return false;
    this.#askingAgain.add(hub);
    return true;
  }

  hasAskedAgain(hub: string): void {
    this.#askingAgain.delete(hub);
  }

  /** Keeps answers for the notices that come next. */
  remember(answers: Answers, atMs: number): Answers {
    if (this.#recent.size + answers.size > mostRecent) this.#recent.clear();
    for (const [id, record] of answers) this.#recent.set(id, { record, atMs });
    return answers;
  }

  async #wait(running: Promise<Answers>, pause: Clock['pause'], ms: number): Promise<Answers | null> {
    this.#waiting += 1;
    const answered = new AbortController();
    const late = pause(ms, answered.signal).then(
      () => null,
      () => null,
    );
    try {
      return await Promise.race([running, late]);
    } finally {
      answered.abort();
      this.#waiting -= 1;
    }
  }
}
