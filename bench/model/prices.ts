/**
 * List prices in US dollars, East US, pay as you go, locally redundant, without free grants. The price pages fill their
 * figures in by script, so nothing here reads them: check them before you rely on a sum.
 */
export const prices = {
  /** Event Grid: a million operations; an event is one when it comes and one at each attempt to deliver it. */
  eventGridMillion: 0.6,
  /** Table Storage: 10,000 rows that are written or read one by one; the dearer price of a row in a batch is taken for all. */
  tableTenThousand: 0.00108,
  /** Queue Storage: 10,000 operations. */
  queueTenThousand: 0.004,
  storageGbMonth: 0.045,
  /** Functions, Flex Consumption: a million executions, a GB and second at work, the same of an instance that is always ready. */
  executionsMillion: 0.4,
  onDemandGbSecond: 0.000026,
  alwaysReadyGbSecond: 0.000004,
  alwaysReadyWorkGbSecond: 0.000016,
  /** Log Analytics, a GB that comes in. */
  logsGb: 2.3,
  /** Event Hubs Standard: a throughput unit for an hour, a million messages that come in. */
  throughputUnitHour: 0.03,
  eventHubMillion: 0.028,
  /** Logic Apps, Consumption: a built-in action or trigger, a call of a standard connector. */
  builtInAction: 0.000025,
  connectorCall: 0.000125,
  /** Cosmos DB, serverless: a million request units. */
  requestUnitsMillion: 0.25,
} as const;
