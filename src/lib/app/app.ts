import type { SignIn } from '../access/principal.ts';
import type { ConfigStatus } from '../config/configStatus.ts';
import type { Diagnoser } from '../diagnosis/diagnosis.ts';
import type { HubMetrics } from '../hubWatch/hubMetrics.ts';
import type { Channels } from '../notify/channel.ts';
import type { ReceiverBulkhead } from '../notify/delivery/receiverBulkhead.ts';
import type { Rules, RulesVersion } from '../policy/rules.ts';
import type { Announcements } from '../store/announcements.ts';
import type { DeviceEvents } from '../store/deviceEvents.ts';
import type { DueQuestions } from '../store/dueQuestions.ts';
import type { Fleet } from '../store/fleet.ts';
import { type Guard, isOutdated } from '../store/guardRecord.ts';
import type { History } from '../store/history.ts';
import type { HubSeen, HubsSeen } from '../store/hubsSeen.ts';
import type { HubWatches } from '../store/hubWatches.ts';
import type { KnownSites } from '../store/knownSites.ts';
import type { LinkKeys } from '../store/linkKeys.ts';
import type { LogTurns } from '../store/logTurns.ts';
import type { MetaRows } from '../store/metaRows.ts';
import type { Presses } from '../store/presses.ts';
import type { EventQueue, Queues } from '../store/queues.ts';
import type { RateLimits } from '../store/rateLimits.ts';
import type { ReceiverStates } from '../store/receiverStates.ts';
import type { RuleVersions } from '../store/ruleVersions.ts';
import type { SiteList } from '../store/siteList.ts';
import type { WaitingNotices } from '../store/waitingNotices.ts';
import type { DeviceCache } from './deviceCache.ts';
import type { LateEventNotes } from './lateEvents.ts';
import type { FleetOverview } from './lists/overview.ts';
import { type LiveControls, withControls } from './liveControls.ts';
import type { LogQuestions } from './logQuestions.ts';
import type { Paced } from './paced.ts';
import type { SiteScheduler } from './siteScheduler.ts';

/** Everything that the use cases work with, built once for an instance. Time comes as an argument, not from here. */
export type App = {
  readonly rules: Rules;
  /** The app by the newest rules that can be had now: for who finds that a site was decided by newer ones. */
  readonly latest: () => Promise<App>;
  readonly controls: LiveControls;
  /** What the rules were read from, and the newer version that was refused. */
  readonly configured: ConfigStatus;
  readonly fleet: Fleet;
  readonly history: History;
  readonly deviceEvents: DeviceEvents;
  readonly ruleVersions: RuleVersions;
  readonly list: SiteList;
  readonly knownSites: KnownSites;
  readonly hubWatches: HubWatches;
  readonly receiverStates: ReceiverStates;
  readonly rateLimits: RateLimits;
  readonly waitingNotices: WaitingNotices;
  readonly meta: MetaRows;
  readonly linkKeys: LinkKeys;
  readonly presses: Presses;
  readonly announcements: Announcements;
  readonly lateEvents: LateEventNotes;
  readonly queues: Queues;
  readonly keptEvents: EventQueue;
  readonly scheduler: SiteScheduler;
  /** Sites with new devices, by place: they are looked at soon, so that lists count them. */
  readonly newcomers: Paced<RulesVersion>;
  readonly hubs: HubsSeen;
  readonly overview: FleetOverview;
  /** Hubs whose events come. */
  readonly lastEvents: Paced<HubSeen>;
  readonly devices: DeviceCache;
  readonly diagnoser: Diagnoser;
  readonly hubMetrics: HubMetrics;
  readonly questions: LogQuestions;
  readonly dueQuestions: DueQuestions;
  readonly logTurns: LogTurns;
  readonly channels: Channels;
  /** Calls an address of whoever waits for it; what went wrong in words, or null. */
  readonly heartbeat: (url: string) => Promise<string | null>;
  readonly bulkhead: ReceiverBulkhead;
  /** Where links in notices point, without a slash at the end; null: notices have no link to the incident. */
  readonly publicUrl: string | null;
  readonly signIn: SignIn;
  /** Reads the clock again after something that took time, such as a request. Milliseconds. */
  readonly now: () => number;
  /** 0 to 1, for jitter. */
  readonly random: () => number;
  /** Ends after that many milliseconds; aborted, it may fail at once. */
  readonly pause: (ms: number, signal?: AbortSignal) => Promise<void>;
};

/** The app with the controls as they are known two seconds later at most: for who decides or delivers. */
export async function withFreshControls(app: App): Promise<App> {
  const rules = withControls(app.rules, await app.controls.fresh(app.now()));
  return rules === app.rules ? app : { ...app, rules };
}

/** Nobody wins a race this often in a row: something else is wrong, and the platform's redelivery is the next try. */
export const mostAttempts = 12;

/** Thrown when other writers were faster `mostAttempts` times; the trigger is delivered again. */
export class ContentionError extends Error {
  override readonly name = 'ContentionError';
  constructor(what: string) {
    super(`${what}: gave up after ${mostAttempts} conflicting writes`);
  }
}

/** Thrown where somebody has decided by newer rules than can be had here; the message comes again. */
export class OutdatedRulesError extends Error {
  override readonly name = 'OutdatedRulesError';
}

/**
 * The app by rules that are not older than those by which a place was last decided.
 * @throws {OutdatedRulesError} when there are none here yet: an older version never decides
 */
export async function notOutdated(app: App, guard: Guard | null): Promise<App> {
  if (!isOutdated(guard, app.rules.version)) return app;
  const latest = await app.latest();
  if (!isOutdated(guard, latest.rules.version)) return latest;
  throw new OutdatedRulesError('this instance has older rules than those that decided here last');
}
