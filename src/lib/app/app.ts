import type { ConfigStatus } from '../config/configStatus.ts';
import type { Diagnoser, Diagnosis } from '../diagnosis/diagnosis.ts';
import type { HubMetrics } from '../hubWatch/hubMetrics.ts';
import type { Channels } from '../notify/channel.ts';
import type { ReceiverGates } from '../notify/delivery/receiverBulkhead.ts';
import type { Rules } from '../policy/rules.ts';
import type { ActiveSites } from '../store/activeSites.ts';
import type { AwayCounts } from '../store/awayCounts.ts';
import type { Fleet } from '../store/fleet.ts';
import type { HubWatches } from '../store/hubWatches.ts';
import type { Queues } from '../store/queues.ts';
import type { DeviceCache } from './deviceCache.ts';
import type { WakeUps } from './wakeUps.ts';

/** Everything that the use cases work with, built once for an instance. Time comes as an argument, not from here. */
export type App = {
  readonly rules: Rules;
  /** The app by the newest rules that can be had now: for who finds that a site was decided by newer ones. */
  readonly latest: () => Promise<App>;
  /** What `config` was read from, and the newer version that was refused. */
  readonly configured: ConfigStatus;
  readonly fleet: Fleet;
  readonly active: ActiveSites;
  readonly awayCounts: AwayCounts;
  readonly hubWatches: HubWatches;
  readonly queues: Queues;
  readonly wakeUps: WakeUps;
  readonly devices: DeviceCache;
  readonly diagnoser: Diagnoser;
  readonly hubMetrics: HubMetrics;
  /** Questions to the logs that are under way, with their answers by incident id. */
  readonly questions: Map<string, Promise<ReadonlyMap<string, Diagnosis>>>;
  readonly sender: Channels;
  readonly gates: ReceiverGates;
  /** Where links in notices point, without a slash at the end; null: notices have no link to the incident. */
  readonly publicUrl: string | null;
  /** Reads the clock again after something that took time, such as a request. Milliseconds. */
  readonly now: () => number;
  /** 0 to 1, for jitter. */
  readonly random: () => number;
  /** Ends after that many milliseconds; aborted, it may fail at once. */
  readonly pause: (ms: number, signal?: AbortSignal) => Promise<void>;
};

/** Nobody wins a race this often in a row: something else is wrong, and the platform's redelivery is the next try. */
export const mostAttempts = 12;

/** Thrown when other writers were faster `mostAttempts` times; the trigger is delivered again. */
export class ContentionError extends Error {
  override readonly name = 'ContentionError';
  constructor(what: string) {
    super(`${what}: other writers were faster ${mostAttempts} times in a row`);
  }
}
