import type { App } from '../../src/lib/app/app.ts';
import { composeApp } from '../../src/lib/app/createApp.ts';
import { deliverNotice } from '../../src/lib/app/deliverNotice.ts';
import { evaluateSite } from '../../src/lib/app/evaluateSite.ts';
import { explainDevice } from '../../src/lib/app/explainDevice.ts';
import { receiveEvents } from '../../src/lib/app/receiveEvents.ts';
import { sweep } from '../../src/lib/app/sweep.ts';
import type { Diagnosis } from '../../src/lib/diagnosis/diagnosis.ts';
import type { SendResult } from '../../src/lib/notify/channel.ts';
import { isAnnouncement, isDigest, type Message } from '../../src/lib/notify/message.ts';
import type { Rules } from '../../src/lib/policy/rules.ts';
import { silentLog } from '../../src/lib/telemetry/log.ts';
import { nothingFound } from '../simulation/edges.ts';
import { eventGridEvent, type RawEvent, start } from './events.ts';
import { createMemoryRows } from './memoryRows.ts';
import { offsetMs } from './offsetMs.ts';

const sweepEveryMs = 60_000;

type Work = (app: App) => Promise<unknown>;

/** An instance by a clock that jumps, which is asked why it told somebody or not: at once, and again later. */
export class AskedSite {
  nowMs = start;
  app: App;
  answer: (receiver: string) => SendResult = () => ({ kind: 'sent' });
  diagnosis: Diagnosis = nothingFound;
  readonly sent: { readonly receiver: string; readonly atMs: number; readonly message: Message }[] = [];
  readonly rows = createMemoryRows();
  readonly #sequences = new Map<string, number>();
  readonly #queued = new Map<number, Work[]>();

  constructor(rules: Rules) {
    this.app = this.#born(rules);
    this.#at(start, this.#sweeps);
  }

  /** Another version of the configuration is in use from now on, as after a restart. */
  async use(rules: Rules): Promise<void> {
    const version = { ...rules.version, atMs: this.nowMs };
    this.app = this.#born({ ...rules, version });
    await sweep(this.app, this.nowMs, silentLog);
  }

  async receive(...events: readonly (RawEvent | Omit<RawEvent, 'atMs'>)[]): Promise<void> {
    const whole = events.map((event) => eventGridEvent({ atMs: this.nowMs, ...event } as RawEvent));
    await receiveEvents(this.app, whole, this.nowMs, silentLog);
  }

  /** Connects or disconnects devices now, with the next number of each. */
  async change(kind: 'DeviceConnected' | 'DeviceDisconnected', ...devices: readonly string[]): Promise<void> {
    await this.receive(
      ...devices.map((deviceId) => {
        const sequence = (this.#sequences.get(deviceId) ?? 0) + 1;
        this.#sequences.set(deviceId, sequence);
        return { kind, deviceId, sequence };
      }),
    );
  }

  async until(offset: string): Promise<void> {
    const untilMs = start + offsetMs(offset);
    for (;;) {
      const atMs = Math.min(...this.#queued.keys());
      if (atMs > untilMs) break;
      this.nowMs = Math.max(this.nowMs, atMs);
      const works = this.#queued.get(atMs)!;
      this.#queued.delete(atMs);
      for (const work of works) await work(this.app);
    }
    this.nowMs = Math.max(this.nowMs, untilMs);
  }

  async ask(device: string, at: string, receiver: string | null = null) {
    const [deviceId = '', moduleId = null] = device.split('/');
    const question = { hub: 'hub-fleet-01', deviceId, moduleId, atMs: start + offsetMs(at), receiver };
    const answer = await explainDevice(this.app, question, null, this.nowMs);
    if (answer.kind !== 'explained') throw new Error(answer.kind);
    return answer.value;
  }

  readonly #sweeps: Work = async (app) => {
    await sweep(app, this.nowMs, silentLog);
    this.#at(this.nowMs + sweepEveryMs, this.#sweeps);
  };

  #at(atMs: number, work: Work): void {
    const same = this.#queued.get(atMs);
    if (same) same.push(work);
    else this.#queued.set(atMs, [work]);
  }

  /** The service counts visibility in whole seconds. */
  #queue(delayMs: number, work: Work): void {
    this.#at(this.nowMs + Math.ceil(Math.max(0, delayMs) / 1_000) * 1_000, work);
  }

  #born(rules: Rules): App {
    return composeApp(rules, {
      rows: this.rows,
      looksAtControls: true,
      latestRules: async () => this.app.rules,
      queues: {
        wakeSite: async (message, delayMs) =>
          this.#queue(delayMs, (app) => evaluateSite(app, message, this.nowMs, silentLog)),
        deliver: async (message, delayMs) =>
          this.#queue(delayMs, (app) => deliverNotice(app, message, this.nowMs, silentLog)),
      },
      channels: {
        pacingOf: ({ name, rateLimit }) => ({
          merges: true,
          limits: rateLimit ? [{ name, rates: [rateLimit], weight: 1 }] : [],
        }),
        send: async (message, { name: receiver }) => {
          const result = this.answer(receiver);
          if (result.kind === 'sent' && !isAnnouncement(message)) {
            const messages = isDigest(message) ? message.incidents : [message];
            this.sent.push(...messages.map((one) => ({ receiver, atMs: this.nowMs, message: one })));
          }
          return result;
        },
      },
      diagnoser: {
        isSetUp: true,
        queriesFor: () => 1,
        diagnose: async (requests) => requests.map(() => this.diagnosis),
      },
      publicUrl: null,
      now: () => this.nowMs,
      random: () => 0.5,
      // Nobody waits here: what a pause would cut off has ended before.
      pause: () => new Promise(() => {}),
    });
  }
}
