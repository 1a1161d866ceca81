import { prices } from './prices.ts';

const [daysOfMonth, secondsOfMonth] = [30, 30 * 86_400];

/** What the product does, as counted by the bench. An operation is a call to the table, or a row that is written in it. */
export type Counts = {
  /** Operations, messages that are sent, and looks at a site; all of them for one event. */
  readonly operations: number;
  readonly messages: number;
  readonly evaluations: number;
  /** Operations of a minute in which nothing happens. */
  readonly quietMinute: number;
};

/** What a month costs, by what it is paid for; US dollars. */
export type Bill = Readonly<
  Record<'eventGrid' | 'storage' | 'execution' | 'logs' | 'alerts' | 'eventHubs', number>
>;

/** Each is an assumption that docs/scale.md names. */
export const assumed = {
  /** A device is lost, or lets its token be renewed, and is back: twice a day. */
  eventsOfDeviceADay: 4,
  instanceGb: 2,
  /** Processor time of host and worker for an event that comes in an array over many sites (issue: 245 + 500 ms a thousand). */
  eventSeconds: 0.00075,
  evaluationSeconds: 0.06,
  /** An instance that works is paid for a second at least. */
  leastSeconds: 1,
  /** Events that wait for each other in an array: what comes within a second. */
  gatherSeconds: 1,
  /** What the app logs of a run, and the hub of a connect or disconnect. */
  runBytes: 2_000,
  connectionRowBytes: 1_000,
  deviceBytes: 4_000,
} as const;

/** A month of a fleet of so many devices. @param streamed events come by an event hub of this many units; 0: by Event Grid */
export function monthOf(devices: number, counts: Counts, streamed = 0): Bill {
  const events = devices * assumed.eventsOfDeviceADay * daysOfMonth;
  const aSecond = events / secondsOfMonth;
  // Each function has instances of its own; one that has work each second is at work all the time, and never less than it works.
  const busy = (executions: number, seconds: number) =>
    Math.max(Math.min(executions * assumed.leastSeconds, secondsOfMonth), seconds);
  const batches = Math.min(events, secondsOfMonth / assumed.gatherSeconds);
  const evaluations = events * counts.evaluations;
  const ingestSeconds = busy(batches, events * assumed.eventSeconds);
  const lookSeconds = busy(evaluations, (evaluations * assumed.evaluationSeconds) / 24);
  const sweeps = secondsOfMonth / 60;
  const gb = assumed.instanceGb;
  const messages = events * counts.messages;
  return {
    eventGrid: (events / 1e6) * prices.eventGridMillion,
    storage:
      ((events * counts.operations + sweeps * counts.quietMinute) / 1e4) * prices.tableTenThousand +
      // A message is sent, taken and deleted.
      ((messages * 3) / 1e4) * prices.queueTenThousand +
      ((devices * assumed.deviceBytes) / 1e9) * prices.storageGbMonth,
    execution:
      ((batches + evaluations + sweeps) / 1e6) * prices.executionsMillion +
      secondsOfMonth * gb * prices.alwaysReadyGbSecond +
      ingestSeconds *
        gb *
        (aSecond * assumed.eventSeconds < 1 ? prices.alwaysReadyWorkGbSecond : prices.onDemandGbSecond) +
      (lookSeconds + sweeps) * gb * prices.onDemandGbSecond,
    logs:
      ((events * assumed.connectionRowBytes + (batches + evaluations + sweeps) * assumed.runBytes) / 1e9) *
      prices.logsGb,
    alerts: prices.alertsMonth,
    eventHubs:
      streamed === 0
        ? 0
        : (streamed * secondsOfMonth * prices.throughputUnitHour) / 3_600 +
          (events / 1e6) * prices.eventHubMillion,
  };
}

/**
 * The same events by the tutorial of IoT Hub (how to order connection events): a logic app for each event, whose trigger,
 * condition and loop are built in, and which has Cosmos DB run a stored procedure. Nothing waits, nobody is told, no log is read.
 */
export function tutorialMonth(devices: number): number {
  const events = devices * assumed.eventsOfDeviceADay * daysOfMonth;
  const requestUnits = 20;
  return (
    (events / 1e6) * prices.eventGridMillion +
    events * (3 * prices.builtInAction + prices.connectorCall) +
    ((events * requestUnits) / 1e6) * prices.requestUnitsMillion
  );
}

export const sumOf = (bill: Bill): number => Object.values(bill).reduce((sum, part) => sum + part, 0);
