import { type Controls, noControls } from '../control/control.ts';
import type { Control } from '../control/stage.ts';
import type { Rules } from '../policy/rules.ts';
import type { ControlStore } from '../store/controls.ts';

/** Whoever decides or delivers knows what others have set so long ago. */
const freshMs = 2_000;

/** The controls as an instance knows them. Those who ask at once share one look. */
export class LiveControls {
  readonly #store: ControlStore;
  readonly #looks: boolean;
  #known: Controls | null = null;
  /** When the look began that `#known` is of. */
  #knownAtMs = Number.NEGATIVE_INFINITY;
  #look: { readonly sinceMs: number; readonly done: Promise<Controls> } | null = null;

  /** @param looks false: `fresh` does not look by itself */
  constructor(store: ControlStore, looks = true) {
    this.#store = store;
    this.#looks = looks;
  }

  /** Without a look: none, while nobody has looked. */
  get known(): Controls {
    return this.#known ?? noControls;
  }

  /** For who decides or delivers. */
  async fresh(nowMs: number): Promise<Controls> {
    return this.#looks ? this.refresh(nowMs, freshMs) : this.known;
  }

  /**
   * As of `maxAgeMs` ago or later; the last known ones when storage does not answer.
   * @throws when it does not, and nothing is known yet: to work as if nobody had set anything could tell what is silenced
   */
  async refresh(nowMs: number, maxAgeMs: number): Promise<Controls> {
    try {
      return await this.look(nowMs, maxAgeMs);
    } catch (error) {
      if (this.#known === null) throw error;
      return this.#known;
    }
  }

  /** As of `maxAgeMs` ago or later. @throws when storage does not answer */
  async look(nowMs: number, maxAgeMs: number): Promise<Controls> {
    if (this.#known !== null && nowMs - this.#knownAtMs < maxAgeMs) return this.#known;
    if (this.#look === null || nowMs - this.#look.sinceMs > maxAgeMs) {
      const look = { sinceMs: nowMs, done: this.#read(nowMs) };
      this.#look = look;
      const forget = () => {
        if (this.#look === look) this.#look = null;
      };
      look.done.then(forget, forget);
    }
    return this.#look.done;
  }

  /** Changes one, and knows it from then on. @see ControlStore.change */
  async change(
    decide: (current: Controls, version: number) => Control | null,
    nowMs: number,
  ): Promise<Controls | null> {
    const changed = await this.#store.change(decide, nowMs);
    if (changed !== null) this.#take(changed, nowMs);
    return changed;
  }

  /** Lets no version come twice, when the rows were lost after one that is known elsewhere. */
  async countFrom(known: number): Promise<void> {
    if (known > this.known.version) await this.#store.countFrom(known);
  }

  /** One row tells whether anything has changed. */
  async #read(nowMs: number): Promise<Controls> {
    const version = this.#known === null ? null : await this.#store.version();
    const same = this.#known !== null && (version ?? 0) === this.#known.version;
    return this.#take(same ? this.#known! : await this.#store.read(nowMs), nowMs);
  }

  /** A look that took long brings back nothing that is older than what is known by now. */
  #take(controls: Controls, nowMs: number): Controls {
    if (this.#known === null || controls.version >= this.#known.version) this.#known = controls;
    this.#knownAtMs = Math.max(this.#knownAtMs, nowMs);
    return this.#known;
  }
}

/** The last that were made of each: what is known of a directory goes with the object. */
const made = new WeakMap<Rules, Rules>();

/** The rules with these controls, unless they have newer ones; the same object for the same two. */
export function withControls(rules: Rules, controls: Controls): Rules {
  if (controls.version <= rules.controls.version) return rules;
  const before = made.get(rules);
  if (before?.controls === controls) return before;
  const next = { ...rules, controls, version: { ...rules.version, controls: controls.version } };
  made.set(rules, next);
  return next;
}
