/** Time-outs in a row after which a receiver's notices wait without a slot. */
const timeOutsToClose = 3;

/** How long a delivery stands in line for a slot of a receiver that answers. */
const patienceMs = 1_000;

/** How long it stays away after that. */
const comeBackAfterMs = 2_000;

type Place = { admitted: boolean; readonly rank: number; readonly call: () => void };
type Gate = { inWork: number; timeOuts: number; closedUntilMs: number; readonly line: Place[] };

/** `wait`: not now; come back after that time, without having held a slot. */
export type Admission = { readonly kind: 'admitted' } | { readonly kind: 'wait'; readonly delayMs: number };

/**
 * Keeps a receiver that hangs from taking an instance's delivery slots: it holds at most a quarter of them, and
 * after three time-outs in a row its notices wait outside but for one that tries. While a receiver answers, the next
 * delivery takes over a slot as soon as one is free.
 */
export class ReceiverBulkhead {
  readonly #gates = new Map<string, Gate>();
  readonly #mostInWork: number;

  /** @param slots how many deliveries an instance runs at once (host.json: batchSize + newBatchThreshold) */
  constructor(slots: number) {
    this.#mostInWork = Math.max(1, Math.floor(slots / 4));
  }

  /**
   * Asks for a slot. Whoever is admitted must call `leave`.
   * @param pause ends after that many milliseconds
   * @param rank who has a lower one goes first
   */
  async enter(
    receiver: string,
    nowMs: number,
    pause: (ms: number) => Promise<void>,
    rank = 0,
  ): Promise<Admission> {
    const gate = this.#gates.get(receiver) ?? { inWork: 0, timeOuts: 0, closedUntilMs: 0, line: [] };
    this.#gates.set(receiver, gate);
    const closed = gate.timeOuts >= timeOutsToClose;
    if (closed && nowMs < gate.closedUntilMs) return { kind: 'wait', delayMs: gate.closedUntilMs - nowMs };
    if (gate.inWork < (closed ? 1 : this.#mostInWork)) {
      gate.inWork += 1;
      return { kind: 'admitted' };
    }
    if (gate.timeOuts > 0) return { kind: 'wait', delayMs: comeBackAfterMs };
    const place = await standInLine(gate, rank, pause);
    return place.admitted ? { kind: 'admitted' } : { kind: 'wait', delayMs: comeBackAfterMs };
  }

  /** Gives the slot back. @param retryMs how long to keep out when the gate closes */
  leave(receiver: string, timedOut: boolean, retryMs: number, nowMs: number): void {
    const gate = this.#gates.get(receiver);
    if (!gate) return;
    gate.inWork -= 1;
    gate.timeOuts = timedOut ? gate.timeOuts + 1 : 0;
    gate.closedUntilMs = timedOut ? nowMs + retryMs : 0;
    const next = timedOut ? undefined : gate.line.shift();
    if (next) {
      gate.inWork += 1;
      next.call();
    }
    if (gate.inWork === 0 && gate.timeOuts === 0) this.#gates.delete(receiver);
  }
}

/** Waits until somebody passes a slot on, or patience ends. */
async function standInLine(gate: Gate, rank: number, pause: (ms: number) => Promise<void>): Promise<Place> {
  let call = () => {};
  const called = new Promise<void>((resolve) => {
    call = resolve;
  });
  const place: Place = {
    admitted: false,
    rank,
    call: () => {
      place.admitted = true;
      call();
    },
  };
  const after = gate.line.findIndex((other) => other.rank > rank);
  gate.line.splice(after < 0 ? gate.line.length : after, 0, place);
  await Promise.race([called, pause(patienceMs)]);
  const index = gate.line.indexOf(place);
  if (index >= 0) gate.line.splice(index, 1);
  return place;
}
