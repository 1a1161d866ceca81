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
  /** How many more instances a second stand ready, beside the one that always does. */
  readonly instancesEachSecond: number;
  /** Events that are handed over at once. */
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
  instancesEachSecond: 1,
  eventsInBatch: 200,
  eventMs: 0.2,
  siteMs: 0.55,
  slots: 24,
  evaluationMs: 60,
  sendMs: 200,
};

/** What an evaluation or a notice asks of the logs, if it may wait: rows of the devices, and what is around them. */
export const queriesForNotice = 2;

export type Limit = 'partition' | 'account' | 'instances' | 'queue' | 'logs';
