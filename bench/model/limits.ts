/** What the platform lets through, and what one instance does; docs/scale.md names where each figure is from. */
export type Limits = {
  /** Rows that are written, a second: of one partition, which is a site, and of the storage account. */
  readonly partitionRows: number;
  readonly accountRows: number;
  /** Messages of one queue, a second. */
  readonly queueMessages: number;
  /** Queries to the logs, of one identity. */
  readonly queries: { readonly count: number; readonly everyMs: number };
  readonly instances: number;
  /** How many stand ready from the first moment, and how many more each second. */
  readonly instancesReady: number;
  readonly instancesEachSecond: number;
  /** Events that the source brings a second, and hands over at once. */
  readonly sourceEvents: number;
  readonly eventsInBatch: number;
  /** Processor time of an instance of one core, host and worker: for an event, and for each site in a batch beside. */
  readonly eventMs: number;
  readonly siteMs: number;
  /** Evaluations, and notices, that an instance has under way. */
  readonly slots: number;
  /** How long an evaluation takes that reads a thousand devices, and the sending of a notice. */
  readonly evaluationMs: number;
  readonly sendMs: number;
};

/** Event Grid hands over arrays of 200, and the account is one of 20,000 rows a second. */
export const limits: Limits = {
  partitionRows: 2_000,
  accountRows: 20_000,
  queueMessages: 2_000,
  queries: { count: 200, everyMs: 30_000 },
  instances: 100,
  instancesReady: 1,
  instancesEachSecond: 1,
  sourceEvents: Number.POSITIVE_INFINITY,
  eventsInBatch: 200,
  eventMs: 0.2,
  siteMs: 0.55,
  slots: 24,
  evaluationMs: 60,
  sendMs: 200,
};

/** A message for each event, and one queue for all. */
export const byStorageQueue: Partial<Limits> = {
  sourceEvents: 2_000,
  eventsInBatch: 1,
  eventMs: 1.6,
  siteMs: 0.2,
};

/** Ten throughput units, a thousand messages a second each. */
export const byEventHubs: Partial<Limits> = { sourceEvents: 10_000, eventsInBatch: 500 };

/** A part of the sites under the same part of the limits that all share; what a site has for itself stays. */
export function shareOf(all: Limits, share: number): Limits {
  return {
    ...all,
    accountRows: all.accountRows * share,
    queueMessages: all.queueMessages * share,
    queries: { ...all.queries, count: Math.round(all.queries.count * share) },
    sourceEvents: all.sourceEvents * share,
    instances: all.instances * share,
    instancesReady: all.instancesReady * share,
    instancesEachSecond: all.instancesEachSecond * share,
  };
}

/** What an evaluation or a notice asks of the logs, if it may wait: rows of the devices, and what is around them. */
export const queriesForNotice = 2;

export type Limit = 'source' | 'partition' | 'account' | 'instances' | 'queue' | 'logs';
