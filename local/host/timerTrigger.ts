import { Cron } from 'croner';
import type { RegisteredFunction } from './coreModule.ts';
import type { Invoke } from './invoke.ts';

type TimerOptions = {
  readonly registered: RegisteredFunction;
  /** Six fields, seconds first. */
  readonly schedule: string;
  readonly invoke: Invoke;
};

type RunningTimer = {
  /** Starts no more runs; resolves when none is under way. */
  stop(): Promise<void>;
};

/** @throws Error when the schedule is not one of six fields */
export function startTimer({ registered, schedule, invoke }: TimerOptions): RunningTimer {
  const cron = parseSchedule(registered.metadata.name, schedule);
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
    await invoke(registered, { data: { json } });
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
