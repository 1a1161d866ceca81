import { setTimeout as sleep } from 'node:timers/promises';
import { readHostSettings } from '../../../local/host/hostSettings.ts';
import { type QueueListener, startQueueListener } from '../../../local/host/queueListener.ts';
import type { App } from '../../../src/lib/app/app.ts';
import { composeApp } from '../../../src/lib/app/createApp.ts';
import { deliverNotice } from '../../../src/lib/app/deliverNotice.ts';
import { eachAtMost } from '../../../src/lib/app/eachAtMost.ts';
import { evaluateSite } from '../../../src/lib/app/evaluateSite.ts';
import { receiveEvents } from '../../../src/lib/app/receiveEvents.ts';
import { sweep } from '../../../src/lib/app/sweep.ts';
import { createDiagnoser, type LogSource } from '../../../src/lib/diagnosis/diagnoser.ts';
import { openChannels } from '../../../src/lib/notify/channels/registry.ts';
import type { Rules } from '../../../src/lib/policy/rules.ts';
import type { StorageAccess } from '../../../src/lib/store/access.ts';
import { queueNames } from '../../../src/lib/store/queues.ts';
import { connectQueues, createStorageQueues } from '../../../src/lib/store/storageQueues.ts';
import { createTableRows } from '../../../src/lib/store/tableRows.ts';
import { silentLog } from '../../../src/lib/telemetry/log.ts';
import { countRows, type RowCount } from '../countedRows.ts';

/** Event Grid sends a refused delivery again. */
const redeliverAfterMs = 500;
const sweepEveryMs = 60_000;

export type Edges = {
  readonly connectionString: string;
  readonly settings?: Readonly<Record<string, string>>;
  /** Left out: diagnosis is not set up. */
  readonly workspace?: LogSource;
};

/** The use cases as an instance runs them: real clients of storage, real channels, the queues read as the host does. */
export class RealInstance {
  app: App;
  readonly rows: RowCount;
  /** Wake-ups that an outage asked for, by place; those for lists and new rules are not among them. */
  readonly wakeUps = new Map<string, number>();
  messages = 0;
  /** Incidents of which notices were decided. */
  readonly incidents = new Set<string>();
  /** Why deliveries failed; each went on being sent until it was taken. */
  readonly refused: unknown[] = [];
  /** Messages whose work failed so that the host gives them back. */
  readonly failed: unknown[] = [];
  /** Messages that the host gave up. */
  readonly givenUp: string[] = [];
  #listeners: QueueListener[] = [];
  #sweeping: NodeJS.Timeout | undefined;
  #inWork = 0;
  #workedAtMs = Date.now();

  private constructor(rules: Rules, { connectionString, settings = {}, workspace = null }: Edges) {
    const access: StorageAccess = { kind: 'connectionString', connectionString };
    const rows = createTableRows(access, 'Fleet');
    this.rows = countRows(rows);
    const queues = createStorageQueues(access);
    this.app = composeApp(rules, {
      rows,
      queues: {
        wakeSite: (message, delayMs) => {
          const { partition } = message;
          if (message.rules === undefined)
            this.wakeUps.set(partition, (this.wakeUps.get(partition) ?? 0) + 1);
          this.messages += 1;
          return queues.wakeSite(message, delayMs);
        },
        deliver: (message, delayMs) => {
          if ('incident' in message) this.incidents.add(message.incident);
          this.messages += 1;
          return queues.deliver(message, delayMs);
        },
      },
      channels: openChannels({
        setting: (name) => settings[name] ?? null,
        addresses: () => ({ development: true, allowHosts: [] }),
      }),
      diagnoser: createDiagnoser({ workspace, config: () => this.app.rules }),
      looksAtControls: true,
      publicUrl: null,
      now: Date.now,
      pause: (ms, signal) => sleep(ms, undefined, { ref: false, signal }),
      random: Math.random,
    });
  }

  static async start(rules: Rules, edges: Edges): Promise<RealInstance> {
    const instance = new RealInstance(rules, edges);
    const swept = () => sweep(instance.app, Date.now(), silentLog);
    await swept();
    instance.#sweeping = setInterval(
      () => void swept().catch((error) => instance.failed.push(error)),
      sweepEveryMs,
    );
    const { connectionString } = edges;
    const service = await connectQueues({ kind: 'connectionString', connectionString });
    const { queues: settings } = readHostSettings(new URL('../../..', import.meta.url).pathname, {});
    const works = {
      [queueNames.evaluations]: evaluateSite,
      [queueNames.notices]: deliverNotice,
    };
    for (const [name, work] of Object.entries(works)) {
      const queue = service.getQueueClient(name);
      await queue.createIfNotExists();
      instance.#listeners.push(
        startQueueListener({
          queue,
          poison: service.getQueueClient(`${name}-poison`),
          settings,
          run: async ({ data }) => {
            instance.#inWork += 1;
            try {
              const { string: text } = data as { readonly string: string };
              await work(instance.app, JSON.parse(text), Date.now(), silentLog);
              return true;
            } catch (error) {
              instance.failed.push(error);
              return false;
            } finally {
              instance.#inWork -= 1;
              instance.#workedAtMs = Date.now();
            }
          },
          // Not that a queue could not be read once.
          warn: (message) => {
            if (message.includes(', moved to ')) instance.givenUp.push(message);
          },
        }),
      );
    }
    return instance;
  }

  /** From now on it works by these rules, which are newer. */
  follows(rules: Rules): void {
    this.app = { ...this.app, rules };
  }

  /** Takes deliveries as they come from Event Grid, so many at a time, each again until it is taken. */
  async takes(arrays: readonly (readonly object[])[], inFlight = 16): Promise<void> {
    await eachAtMost(inFlight, arrays, async (events) => {
      while (!(await this.#taken(events))) await sleep(redeliverAfterMs);
    });
  }

  async #taken(events: readonly object[]): Promise<boolean> {
    try {
      await receiveEvents(this.app, events, Date.now(), silentLog);
      return true;
    } catch (error) {
      this.refused.push(error);
      return false;
    }
  }

  /** Waits until no message has been worked on for so long. */
  async quiet(forMs: number): Promise<void> {
    while (this.#inWork > 0 || Date.now() - this.#workedAtMs < forMs) await sleep(50);
  }

  async stop(): Promise<void> {
    clearInterval(this.#sweeping);
    await Promise.all(this.#listeners.map((one) => one.stop(5_000)));
  }
}
