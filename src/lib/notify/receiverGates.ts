/** Time-outs in a row after which a receiver's notices wait without a slot. */
const timeOutsToClose = 3;

type Gate = { inWork: number; timeOuts: number; closedUntilMs: number };

/** `wait`: not now; come back after that time, without having held a slot. */
export type Admission = { readonly kind: 'admitted' } | { readonly kind: 'wait'; readonly delayMs: number };

/**
 * Keeps a receiver that hangs from taking an instance's delivery slots: it holds at most a quarter of them, and
 * after three time-outs in a row its notices wait outside but for one that tries.
 */
export class ReceiverGates {
  readonly #gates = new Map<string, Gate>();
  readonly #mostInWork: number;

  /** @param slots how many deliveries an instance runs at once (host.json: batchSize + newBatchThreshold) */
  constructor(slots: number) {
    this.#mostInWork = Math.max(1, Math.floor(slots / 4));
  }

  /** Asks for a slot. Whoever is admitted must call `leave`. */
  enter(receiver: string, nowMs: number): Admission {
    const gate = this.#gates.get(receiver) ?? { inWork: 0, timeOuts: 0, closedUntilMs: 0 };
    this.#gates.set(receiver, gate);
    const closed = gate.timeOuts >= timeOutsToClose;
    if (closed && nowMs < gate.closedUntilMs) return { kind: 'wait', delayMs: gate.closedUntilMs - nowMs };
    if (gate.inWork >= (closed ? 1 : this.#mostInWork)) return { kind: 'wait', delayMs: 2_000 };
    gate.inWork += 1;
    return { kind: 'admitted' };
  }

  /** Gives the slot back. @param retryMs how long to keep out when the gate closes */
  leave(receiver: string, timedOut: boolean, retryMs: number, nowMs: number): void {
    const gate = this.#gates.get(receiver);
    if (!gate) return;
    gate.inWork -= 1;
    gate.timeOuts = timedOut ? gate.timeOuts + 1 : 0;
    gate.closedUntilMs = timedOut ? nowMs + retryMs : 0;
    if (gate.inWork === 0 && gate.timeOuts === 0) this.#gates.delete(receiver);
  }
}
