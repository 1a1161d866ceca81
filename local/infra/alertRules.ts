import type { Prediction } from './prediction.ts';
import type { Rule } from './rules.ts';

const hub = 'Microsoft.Devices/IotHubs';
const topic = 'Microsoft.EventGrid/systemTopics';

type Metric = {
  readonly alert: string;
  readonly of: typeof hub | typeof topic;
  readonly metric: string;
  readonly operator: 'LessThan' | 'GreaterThan';
  /** Name and value of the one dimension. */
  readonly only?: readonly [name: string, value: unknown];
};

/** What the alerts look at: one that looks at something else is as quiet as one that finds nothing wrong. */
export const alertRules = ({ outputs }: Prediction): readonly Rule[] => [
  ...metrics(outputs.eventSubscriptionName ?? outputs.EVENT_SUBSCRIPTION_NAME).flatMap(rulesOf),
  ...[
    { at: 'properties.criteria.allOf.0.operator', is: ['LessThan'] },
    { at: 'properties.criteria.allOf.0.threshold', is: [1] },
    { at: 'properties.windowSize', is: ['PT15M'] },
    { at: 'properties.criteria.allOf.0.query', is: /name == "sweep" and success == true/ },
  ].map((rule) => ({
    type: 'Microsoft.Insights/scheduledQueryRules',
    name: '-sweep-silent',
    ...rule,
    otherwise: 'it does not ring after 15 minutes without a sweep',
  })),
  ...hubLink,
];

const metrics = (subscription: unknown): readonly Metric[] => {
  const only = ['EventSubscriptionName', subscription] as const;
  return [
    { alert: 'connected-devices-low', of: hub, metric: 'connectedDeviceCount', operator: 'LessThan' },
    {
      alert: 'hub-events-failing',
      of: hub,
      metric: 'EventGridDeliveries',
      operator: 'GreaterThan',
      only: ['Result', 'failure'],
    },
    { alert: 'dead-letters', of: topic, metric: 'DeadLetteredCount', operator: 'GreaterThan', only },
    { alert: 'events-dropped', of: topic, metric: 'DroppedEventCount', operator: 'GreaterThan', only },
    {
      alert: 'delivery-failing',
      of: topic,
      metric: 'DeliveryAttemptFailCount',
      operator: 'GreaterThan',
      only,
    },
  ];
};

function rulesOf({ alert, of, metric, operator, only }: Metric): Rule[] {
  const criterion = 'properties.criteria.allOf.0';
  const dimensions = only && [{ name: only[0], operator: 'Include', values: [only[1]] }];
  return [
    {
      at: 'properties.scopes.0',
      is: new RegExp(`/providers/${of}/[^/]+$`),
      otherwise: `it does not watch ${of}`,
    },
    { at: `${criterion}.metricNamespace`, is: [of], otherwise: `its metric is not one of ${of}` },
    { at: `${criterion}.metricName`, is: [metric], otherwise: `its metric is not ${metric}` },
    {
      at: `${criterion}.operator`,
      is: [operator],
      otherwise: `it does not ring when ${metric} is ${operator}`,
    },
    {
      at: `${criterion}.dimensions`,
      is: [dimensions],
      otherwise: `it does not count ${only?.[1] ?? 'all of it'}`,
    },
  ].map((rule) => ({ type: 'Microsoft.Insights/metricAlerts', name: `-${alert}`, ...rule }));
}

/** Field and value of the conditions that all hold, and of those of which one does. */
type Condition = { field?: string; equals?: string; anyOf?: readonly Condition[] };

const removals = [
  `${topic}/delete`,
  `${topic}/eventSubscriptions/delete`,
  'Microsoft.Insights/diagnosticSettings/delete',
];

const hubLink: readonly Rule[] = [
  ...[topic, hub].map((of) => ({
    at: 'properties.scopes',
    is: (scopes: unknown) =>
      (scopes as readonly string[]).some((scope) => new RegExp(`/providers/${of}/[^/]+$`).test(scope)),
    otherwise: `it does not watch ${of}`,
  })),
  ...removals.map((removal) => ({
    at: 'properties.condition.allOf',
    is: (all: unknown) =>
      (all as readonly Condition[]).some(({ anyOf }) =>
        anyOf?.some(({ field, equals }) => field === 'operationName' && equals === removal),
      ),
    otherwise: `it does not ring after ${removal}`,
  })),
  ...Object.entries({ category: 'Administrative', status: 'Succeeded' }).map(([field, value]) => ({
    at: 'properties.condition.allOf',
    is: (all: unknown) =>
      (all as readonly Condition[]).some((one) => one.field === field && one.equals === value),
    otherwise: `its ${field} is not ${value}`,
  })),
].map((rule) => ({ type: 'Microsoft.Insights/activityLogAlerts', name: '-hub-link-removed', ...rule }));
