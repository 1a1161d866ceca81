/**
 * List prices in US dollars, West Europe, pay as you go, locally redundant, without free grants, as in docs/operations.md. The price pages fill their
 * figures in by script, so nothing here reads them: check them before you rely on a sum.
 */
export const prices = {
  /** Event Grid: a million deliveries. */
  eventGridMillion: 0.6,
  /** Table Storage: 10,000 calls or rows that are written. */
  tableTenThousand: 0.0004,
  /** Queue Storage: 10,000 operations. */
  queueTenThousand: 0.004,
  storageGbMonth: 0.045,
  /** Functions, Flex Consumption: a million executions, a GB and second at work, the same of an instance that is always ready. */
  executionsMillion: 0.4,
  onDemandGbSecond: 0.000026,
  alwaysReadyGbSecond: 0.000004,
  alwaysReadyWorkGbSecond: 0.000016,
  /** Log Analytics, a GB that comes in. */
  logsGb: 2.8,
  /** Azure Monitor: the alerts that the infrastructure sets up. */
  alertsMonth: 10,
  /** Event Hubs Standard: a throughput unit for an hour, a million messages that come in. */
  throughputUnitHour: 0.03,
  eventHubMillion: 0.028,
  /** Logic Apps, Consumption: a built-in action or trigger, a call of a standard connector. */
  builtInAction: 0.000025,
  connectorCall: 0.000125,
  /** Cosmos DB, serverless: a million request units. */
  requestUnitsMillion: 0.25,
} as const;
