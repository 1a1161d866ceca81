import { sweep } from '../../src/lib/app/sweep.ts';
import { watchHubs } from '../../src/lib/app/watchHubs.ts';
import type { Message } from '../../src/lib/notify/message.ts';
import type { NoticeMessage } from '../../src/lib/store/queues.ts';
import { beliefs } from '../simulation/beliefs.ts';
import { start } from './events.ts';
import type { Instance } from './instance.ts';
import { offsetMs } from './offsetMs.ts';

type Task = { dueAtMs: number; tries: number; readonly run: (by: Instance) => Promise<unknown> };

/** The host keeps a message in work invisible for this long, after a crash too. */
const leaseMs = 600_000;
const retryMs = 5_000;
const mostTries = 5;

/**
 * Instances that share storage and queues, with the clock and the choice who works in the test's hand. Messages and
 * the sweep are carried out one after the other at their time.
 */
export class Crew {
  nowMs = start;
  readonly errors: unknown[] = [];
  /** A message that is thrown away here is never delivered. */
  losesMessage: (queue: 'evaluations' | 'notices') => boolean = () => false;
  readonly #members: Instance[];
  readonly #tasks: Task[] = [];
  #nextSweepMs = start;
  #nextWatchMs = Number.POSITIVE_INFINITY;

  constructor(...members: readonly Instance[]) {
    this.#members = [...members];
  }

  /** Looks at the hubs every five minutes from now on. */
  watches(): void {
    this.#nextWatchMs = this.nowMs;
  }

  joins(member: Instance): void {
    this.#members.push(member);
    member.nowMs = Math.max(member.nowMs, this.nowMs);
  }

  /** Does all that becomes due up to that moment, with one instance. */
  async until(offset: string, by: Instance = this.#members[0]!): Promise<void> {
    const untilMs = start + offsetMs(offset);
    for (;;) {
      this.#collect();
      const task = this.#tasks.toSorted((a, b) => a.dueAtMs - b.dueAtMs)[0];
      const nextMs = Math.min(
        task?.dueAtMs ?? Number.POSITIVE_INFINITY,
        this.#nextSweepMs,
        this.#nextWatchMs,
      );
      if (nextMs > untilMs) break;
      this.#setClock(Math.max(this.nowMs, nextMs));
      if (task && task.dueAtMs <= nextMs) await this.#work(task, by);
      else if (this.#nextSweepMs <= nextMs) {
        this.#nextSweepMs = this.nowMs + 60_000;
        await this.#attempt(by, () => sweep(by.app, by.nowMs, by.log));
      } else {
        this.#nextWatchMs = this.nowMs + 300_000;
        await this.#attempt(by, () => watchHubs(by.app, by.nowMs, by.log));
      }
    }
    this.#setClock(Math.max(this.nowMs, untilMs));
  }

  /** What a receiver heard, in order: type and reason. */
  heard(receiver: string): string[] {
    return this.#messages(receiver).map(({ type, reason }) => `${type} ${reason}`);
  }

  /** When it heard each, in seconds since the start. */
  heardAt(receiver: string): number[] {
    return this.#messages(receiver).map(({ nowMs }) => Math.round((nowMs - start) / 1000));
  }

  /** Devices that it believes down. */
  believes(receiver: string): string[] {
    return [
      ...beliefs(this.#messages(receiver).map((message) => ({ atMs: message.nowMs, receiver, message }))),
    ];
  }

  #messages(receiver: string): Message[] {
    return this.#members
      .flatMap(({ sent }) => sent)
      .filter((message) => message.receiver === receiver)
      .toSorted((a, b) => a.nowMs - b.nowMs);
  }

  #setClock(nowMs: number): void {
    this.nowMs = nowMs;
    for (const member of this.#members) member.nowMs = Math.max(member.nowMs, nowMs);
  }

  #collect(): void {
    for (const member of this.#members) {
      this.nowMs = Math.max(this.nowMs, member.nowMs);
      const at = (delayMs: number) => member.nowMs + Math.ceil(Math.max(0, delayMs) / 1000) * 1000;
      for (const { delayMs, ...message } of member.wakeUps.splice(0)) {
        if (this.losesMessage('evaluations')) continue;
        this.#tasks.push({ dueAtMs: at(delayMs), tries: 0, run: (by) => by.evaluate(message) });
      }
      for (const { delayMs, ...message } of member.deliveries.splice(0)) {
        if (this.losesMessage('notices')) continue;
        const task = (by: Instance) => by.deliver(message as NoticeMessage);
        this.#tasks.push({ dueAtMs: at(delayMs), tries: 0, run: task });
      }
    }
  }

  async #work(task: Task, by: Instance): Promise<void> {
    task.tries += 1;
    task.dueAtMs = this.nowMs + leaseMs;
    const outcome = await this.#attempt(by, () => task.run(by));
    if (outcome === 'failed' && task.tries < mostTries) task.dueAtMs = this.nowMs + retryMs;
    else if (outcome !== 'died') this.#tasks.splice(this.#tasks.indexOf(task), 1);
  }

  async #attempt(by: Instance, work: () => Promise<unknown>): Promise<'done' | 'failed' | 'died'> {
    const done = work().then(
      () => 'done' as const,
      (error: unknown) => {
        this.errors.push(error);
        return 'failed' as const;
      },
    );
    return Promise.race([done, by.death.then(() => 'died' as const)]);
  }
}
