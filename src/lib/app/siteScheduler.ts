import { formatPlaceKey, type PlaceKey } from '../directory/placeKey.ts';
import type { Queues } from '../store/queues.ts';
import { noteStandsMs, type SiteList } from '../store/siteList.ts';

/** A wake-up may come this much after it is due: a second, or a fiftieth of the wait. */
export function toleranceMs(waitMs: number): number {
  return Math.max(1_000, waitMs / 50);
}

/**
 * Later than due, so that the events of the next seconds find their wake-up sent; what is left of the tolerance is for
 * the service's whole seconds and for the host's polling.
 */
function sharedMoment(dueAtMs: number, waitMs: number): number {
  return dueAtMs + Math.max(0, toleranceMs(waitMs) * 0.6 - 1_000);
}

/** A wake-up that comes then at the latest serves what is due: within the tolerance, or no later than a new one would. */
function latestFor(dueAtMs: number, nowMs: number, waitMs = dueAtMs - nowMs): number {
  return Math.max(dueAtMs + toleranceMs(waitMs) * 0.8, visibleAt(dueAtMs, nowMs));
}

/** The service counts visibility in whole seconds. */
function visibleAt(atMs: number, nowMs: number): number {
  return nowMs + Math.ceil(Math.max(0, atMs - nowMs) / 1_000) * 1_000;
}

/** Forgetting what is past goes through everything that is remembered: not at every turn. */
const forgetEveryMs = 60_000;

type Note = { readonly dueAtMs: number; readonly noted: Promise<void> };

/** A note that follows the one that is being written: whoever comes until it begins shares it. */
type NextTouch = { dueAtMs: number; nowMs: number; readonly written: Promise<number> };

/** What is due at once is due again in the next moment: of one site a message a second is enough. */
const atOnceEveryMs = 1_000;

/**
 * Sends wake-ups for sites. One that this instance has already sent for a moment soon after the wanted one serves
 * both, so an outage of a site costs a few messages and not one for each device. What is under way counts as sent: those
 * who work side by side share it.
 */
export class SiteScheduler {
  readonly #queues: Queues;
  readonly #list: SiteList;
  /** Moments at which a message becomes visible, by place. */
  readonly #sent = new Map<string, number[]>();
  /** What this instance noted in the list of sites, by place. */
  readonly #notes = new Map<string, Note>();
  /** Places whose note is being written. */
  readonly #touching = new Map<string, { readonly written: Promise<unknown>; next: NextTouch | null }>();
  #forgetAtMs = 0;

  constructor(queues: Queues, list: SiteList) {
    this.#queues = queues;
    this.#list = list;
  }

  /** Notes that a site must be looked at then: before the state is written that makes it due, so no crash loses it. */
  async note(place: PlaceKey, dueAtMs: number, nowMs: number): Promise<void> {
    const name = formatPlaceKey(place);
    const atMs = Math.max(dueAtMs, nowMs);
    const known = this.#notes.get(name);
    if (known && known.dueAtMs > nowMs + noteStandsMs && known.dueAtMs <= atMs) return known.noted;
    const touched = this.#touch(place, atMs, nowMs);
    const noted = touched.then(() => {});
    const note: Note = { dueAtMs: atMs, noted };
    this.#notes.set(name, note);
    touched.then(
      // Another instance may have noted an earlier moment, after which nothing is noted any more.
      (standsAtMs) => {
        if (this.#notes.get(name) === note) this.#notes.set(name, { dueAtMs: standsAtMs, noted });
      },
      () => {
        if (this.#notes.get(name) === note) this.#notes.delete(name);
      },
    );
    this.#forget(nowMs);
    return noted;
  }

  /** Notes a site once more when the note that was made before the state was written may have been taken away by now. */
  async confirm(place: PlaceKey, dueAtMs: number, nowMs: number): Promise<void> {
    const known = this.#notes.get(formatPlaceKey(place));
    if (!known || known.dueAtMs <= nowMs) await this.#touch(place, Math.max(dueAtMs, nowMs), nowMs);
  }

  /**
   * Sends a wake-up for a site that is noted, and whose state is written. One that comes before serves too: that look
   * finds what is written and sends the wake-up for what is due next.
   * @param nowMs not before the state was written
   * @param waitMs how long what is due has waited then: an event that came late has waited for longer than it is known
   */
  async wake(place: PlaceKey, dueAtMs: number, nowMs: number, waitMs = dueAtMs - nowMs): Promise<void> {
    const name = formatPlaceKey(place);
    const recent = this.#momentsOf(name, nowMs - atOnceEveryMs);
    const comesBy = (latestMs: number) => recent.some((atMs) => atMs > nowMs && atMs <= latestMs);
    if (comesBy(latestFor(dueAtMs, nowMs, waitMs))) return;
    const soonMs = nowMs + atOnceEveryMs;
    const isAgain = dueAtMs <= nowMs && recent.some((atMs) => atMs <= nowMs);
    if (!isAgain) await this.#send(place, dueAtMs, sharedMoment(dueAtMs, waitMs), nowMs);
    else if (!comesBy(soonMs)) await this.#send(place, dueAtMs, soonMs, nowMs);
  }

  /** Notes a site and sends its wake-up. */
  async schedule(place: PlaceKey, dueAtMs: number, nowMs: number): Promise<void> {
    const name = formatPlaceKey(place);
    const known = this.#notes.get(name);
    // A message whose note has been taken away by a look is passed over when it comes: it needs another note.
    if (known && known.dueAtMs > nowMs && this.#isServed(name, dueAtMs, nowMs)) return known.noted;
    await this.note(place, dueAtMs, nowMs);
    await this.wake(place, dueAtMs, nowMs);
  }

  /** Wakes a site at the moment at which its summary says that it is due. */
  async reschedule(place: PlaceKey, dueAtMs: number, nowMs: number): Promise<void> {
    await this.#send(place, dueAtMs, dueAtMs, nowMs);
  }

  /** One that comes before it is due does not serve what is not written yet. */
  #isServed(name: string, dueAtMs: number, nowMs: number): boolean {
    const latestMs = latestFor(dueAtMs, nowMs);
    return this.#momentsOf(name, nowMs).some((atMs) => atMs >= dueAtMs && atMs <= latestMs);
  }

  /** When messages for a place that were sent here come or came, those after `sinceMs`. */
  #momentsOf(name: string, sinceMs: number): number[] {
    return (this.#sent.get(name) ?? []).filter((atMs) => atMs > sinceMs);
  }

  /** Writes a note. Those who need one while another is being written share the one that follows it. */
  #touch(place: PlaceKey, dueAtMs: number, nowMs: number): Promise<number> {
    const name = formatPlaceKey(place);
    const touching = this.#touching.get(name);
    if (!touching) {
      const written = this.#list.touch(place, dueAtMs, nowMs);
      this.#touching.set(name, { written, next: null });
      const ended = () => void this.#touching.delete(name);
      written.then(ended, ended);
      return written;
    }
    touching.next ??= this.#touchAfter(touching.written, place, dueAtMs, nowMs);
    touching.next.dueAtMs = Math.min(touching.next.dueAtMs, dueAtMs);
    touching.next.nowMs = Math.max(touching.next.nowMs, nowMs);
    return touching.next.written;
  }

  #touchAfter(before: Promise<unknown>, place: PlaceKey, dueAtMs: number, nowMs: number): NextTouch {
    const begin = () => this.#touch(place, next.dueAtMs, next.nowMs);
    const next: NextTouch = { dueAtMs, nowMs, written: before.then(begin, begin) };
    return next;
  }

  async #send(place: PlaceKey, dueAtMs: number, atMs: number, nowMs: number): Promise<void> {
    const name = formatPlaceKey(place);
    if (this.#isServed(name, dueAtMs, nowMs)) return;
    const delayMs = Math.max(0, atMs - nowMs);
    const visibleAtMs = visibleAt(atMs, nowMs);
    this.#sent.set(name, [...this.#momentsOf(name, nowMs - atOnceEveryMs), visibleAtMs]);
    this.#forget(nowMs);
    try {
      await this.#queues.wakeSite({ partition: name }, delayMs);
    } catch (error) {
      const sent = this.#sent.get(name)?.filter((moment) => moment !== visibleAtMs) ?? [];
      this.#sent.set(name, sent);
      throw error;
    }
  }

  #forget(nowMs: number): void {
    if (nowMs < this.#forgetAtMs) return;
    this.#forgetAtMs = nowMs + forgetEveryMs;
    for (const [name, moments] of this.#sent) {
      if (moments.every((atMs) => atMs <= nowMs - atOnceEveryMs)) this.#sent.delete(name);
    }
    for (const [name, { dueAtMs }] of this.#notes) if (dueAtMs <= nowMs) this.#notes.delete(name);
  }
}
