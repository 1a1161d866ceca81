import { setTimeout as sleep } from 'node:timers/promises';
import { Cron } from 'croner';
import type { FunctionMetadata } from './coreTypes.ts';
import type { Outcome, TriggerInput } from './invoke.ts';

export type TimerOptions = {
  readonly metadata: FunctionMetadata;
  /** Six fields, seconds first. */
  readonly schedule: string;
  readonly invoke: (input: TriggerInput) => Promise<Outcome>;
};

export type RunningTimer = {
  /** Starts no more runs; resolves when none is under way. */
  stop(): Promise<void>;
};

/** @throws Error when the schedule is not one of six fields, or the retry strategy is another than `fixedDelay` */
export function startTimer({ metadata, schedule, invoke }: TimerOptions): RunningTimer {
  const { name, retryOptions } = metadata;
  if (retryOptions && retryOptions.retryStrategy !== 'fixedDelay') {
    throw new Error(
      `${name}: retry strategy "${retryOptions.retryStrategy}" is not supported here, use "fixedDelay"`,
    );
  }
  const cron = parseSchedule(name, schedule);
  const stopping = new AbortController();
  let last: Date | undefined;
  let running: Promise<void> | undefined;

  async function run(isPastDue: boolean): Promise<void> {
    const startedAt = new Date();
    const json = JSON.stringify({
      Schedule: { AdjustForDST: true },
      ScheduleStatus: {
        Last: (last ?? new Date(0)).toISOString(),
        Next: cron.nextRun()?.toISOString() ?? null,
        LastUpdated: (last ?? startedAt).toISOString(),
      },
      IsPastDue: isPastDue,
    });
    last = startedAt;
    const maxRetryCount = retryOptions?.maxRetryCount ?? 0;
    let outcome = await invoke({ data: { json } });
    for (let retryCount = 1; !outcome.ok && retryCount <= maxRetryCount; retryCount++) {
      const delayMs = (retryOptions?.delayInterval?.seconds ?? 0) * 1000;
      await sleep(delayMs, undefined, { signal: stopping.signal }).catch(() => {});
      if (stopping.signal.aborted) return;
      const exception = { message: String(outcome.error) };
      outcome = await invoke({ data: { json }, retryContext: { retryCount, maxRetryCount, exception } });
    }
  }

  function tick(isPastDue: boolean): void {
    running ??= run(isPastDue).finally(() => {
      running = undefined;
    });
  }

  cron.schedule(() => tick(false));
  // What was missed while the app was down is run once, so a timer runs at the start.
  tick(true);

  return {
    async stop() {
      cron.stop();
      stopping.abort();
      await running;
    },
  };
}

/** NCRONTAB runs on a day that fits both day fields; schedules are in UTC. */
function parseSchedule(name: string, schedule: string): Cron {
  try {
    return new Cron(schedule, { mode: '6-part', domAndDow: true, timezone: 'UTC' });
  } catch (cause) {
    const message = `${name}: schedule "${schedule}" must have six fields, seconds first, such as "0 * * * * *"`;
    throw new Error(message, { cause });
  }
}
