import type { ActiveSites } from '../store/activeSites.ts';
import type { Queues } from '../store/queues.ts';

/** A wake-up may come this much after it is due: a second, or a fiftieth of the wait. */
export function toleranceMs(waitMs: number): number {
  return Math.max(1_000, waitMs / 50);
}

/**
 * Later than due, so that the events of the next seconds find their wake-up sent; what is left of the tolerance is for
 * the service's whole seconds and for the host's polling.
 */
function sharedMoment(dueAtMs: number, nowMs: number): number {
  return dueAtMs + Math.max(0, toleranceMs(dueAtMs - nowMs) * 0.6 - 1_000);
}

/**
 * Sends wake-ups for sites. One that this instance has already sent for a moment soon after the wanted one serves
 * both, so an outage of a site costs a few messages and not one for each device.
 */
export class WakeUps {
  readonly #queues: Queues;
  readonly #active: ActiveSites;
  /** Moments at which a message becomes visible, by partition. */
  readonly #sent = new Map<string, number[]>();

  constructor(queues: Queues, active: ActiveSites) {
    this.#queues = queues;
    this.#active = active;
  }

  /** Wakes a site for an event: notes it among the active sites first, so that a crash cannot lose it. */
  async forEvent(partition: string, dueAtMs: number, nowMs: number): Promise<void> {
    if (this.#isServed(partition, dueAtMs, nowMs)) return;
    await this.#active.touch(partition, Math.max(dueAtMs, nowMs), nowMs);
    await this.#send(partition, sharedMoment(dueAtMs, nowMs), nowMs);
  }

  /** Wakes a site whose row among the active sites already says so. */
  async again(partition: string, dueAtMs: number, nowMs: number): Promise<void> {
    if (!this.#isServed(partition, dueAtMs, nowMs)) await this.#send(partition, dueAtMs, nowMs);
  }

  #isServed(partition: string, dueAtMs: number, nowMs: number): boolean {
    const latestMs = dueAtMs + toleranceMs(dueAtMs - nowMs) * 0.8;
    return (this.#sent.get(partition) ?? []).some(
      (atMs) => atMs > nowMs && atMs >= dueAtMs && atMs <= latestMs,
    );
  }

  async #send(partition: string, dueAtMs: number, nowMs: number): Promise<void> {
    const delayMs = Math.max(0, dueAtMs - nowMs);
    await this.#queues.wakeSite({ partition }, delayMs);
    // The service counts visibility in whole seconds.
    const visibleAtMs = nowMs + Math.ceil(delayMs / 1000) * 1000;
    const upcoming = (this.#sent.get(partition) ?? []).filter((atMs) => atMs > nowMs);
    this.#sent.set(partition, [...upcoming, visibleAtMs]);
    if (this.#sent.size > 10_000) this.#forgetPast(nowMs);
  }

  #forgetPast(nowMs: number): void {
    for (const [partition, moments] of this.#sent) {
      if (moments.every((atMs) => atMs <= nowMs)) this.#sent.delete(partition);
    }
  }
}
