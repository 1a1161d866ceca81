import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { anchorsOf } from '../docs/markdown.ts';
import { everywhere, installations, ofType, only, type Resource, snapshot, valueAt } from './prediction.ts';

const runbooks = anchorsOf(
  readFileSync(path.resolve(import.meta.dirname, '../../docs/operations.md'), 'utf8'),
);

/** Every way for the responder or its fleet to fail that somebody must hear of, by the end of its alert's name. */
const alerts = [
  'connected-devices-low',
  'hub-events-failing',
  'hub-link-removed',
  'sweep-silent',
  'function-failures',
  'wake-ups-overdue',
  'poison-messages',
  'notices-failed',
  'configuration-refused',
  'daily-cap-reached',
  'dead-letters',
  'events-dropped',
  'delivery-failing',
];

const metric = 'Microsoft.Insights/metricAlerts';
const activity = 'Microsoft.Insights/activityLogAlerts';
const query = 'Microsoft.Insights/scheduledQueryRules';

describe.each(installations)('the alerts of %s', (name) => {
  const prediction = snapshot(name);
  const group = only(prediction, 'Microsoft.Insights/actionGroups');
  const rules = [metric, activity, query].flatMap((type) => ofType(prediction, type));

  it('are one for each failure', () => {
    const keys = rules.map((rule) => alerts.find((key) => rule.name.endsWith(`-${key}`)) ?? rule.name);
    expect(keys.sort()).toEqual([...alerts].sort());
  });

  it('reach somebody', () => {
    expect(valueAt(group, 'properties.enabled')).toBe(true);
    expect(valueAt(group, 'properties.emailReceivers.0')).toBeDefined();
  });

  it.each(rules)('$name is on, tells the group, and names a runbook that is there', (rule) => {
    expect(valueAt(rule, 'properties.enabled')).toBe(true);
    expect(groupsOf(rule)).toEqual([group.id]);
    expect(runbooks).toContain(/#([a-z-]+)$/.exec(String(valueAt(rule, 'properties.description')))?.[1]);
  });

  it('find the connection logs of the hub in the workspace', () => {
    const setting = ofType(prediction, 'Microsoft.Insights/diagnosticSettings').find(({ id }) =>
      id.includes('/Microsoft.Devices/IotHubs/'),
    );
    expect(valueAt(setting, 'properties.logs')).toContainEqual(
      expect.objectContaining({ category: 'Connections', enabled: true }),
    );
    expect(valueAt(setting, 'properties.workspaceId')).toMatch(/./);
  });
});

/** The ids of the groups that a rule tells: the three types write them differently. */
function groupsOf(rule: Resource): readonly unknown[] {
  const actions = valueAt(rule, 'properties.actions');
  const groups = Array.isArray(actions) ? actions : (valueAt(actions, 'actionGroups') as readonly unknown[]);
  return groups.map((group) => (typeof group === 'string' ? group : valueAt(group, 'actionGroupId')));
}

// An alert that looks at something else is as quiet as one that finds nothing wrong.
describe('what the alerts look at', () => {
  const hub = 'Microsoft.Devices/IotHubs';
  const topic = 'Microsoft.EventGrid/systemTopics';
  const criterion = 'properties.criteria.allOf.0';

  it.each([
    ['connected-devices-low', hub, 'connectedDeviceCount', 'LessThan', null],
    ['hub-events-failing', hub, 'EventGridDeliveries', 'GreaterThan', ['Result', 'failure']],
    ['dead-letters', topic, 'DeadLetteredCount', 'GreaterThan', 'subscription'],
    ['events-dropped', topic, 'DroppedEventCount', 'GreaterThan', 'subscription'],
    ['delivery-failing', topic, 'DeliveryAttemptFailCount', 'GreaterThan', 'subscription'],
  ] as const)('%s: of %s the metric %s, %s', (alert, of, metricName, operator, only_) => {
    for (const installation of installations) {
      const prediction = snapshot(installation);
      const rule = only(prediction, metric, `-${alert}`);
      expect(valueAt(rule, 'properties.scopes.0')).toMatch(new RegExp(`/providers/${of}/[^/]+$`));
      expect(valueAt(rule, criterion)).toMatchObject({ metricNamespace: of, metricName, operator });
      const { eventSubscriptionName, EVENT_SUBSCRIPTION_NAME } = prediction.outputs;
      const [name, value] =
        only_ === 'subscription'
          ? ['EventSubscriptionName', eventSubscriptionName ?? EVENT_SUBSCRIPTION_NAME]
          : (only_ ?? []);
      const dimensions = name ? [{ name, operator: 'Include', values: [value] }] : undefined;
      expect(valueAt(rule, `${criterion}.dimensions`)).toEqual(dimensions);
    }
  });

  it.each<[at: string, accepted: RegExp]>([
    [`${criterion}.operator`, /^LessThan$/],
    [`${criterion}.threshold`, /^1$/],
    [`${criterion}.query`, /name == "sweep" and success == true/],
    ['properties.windowSize', /^PT15M$/],
  ])('sweep-silent fires after 15 minutes without a sweep: %s is %s', (at, accepted) => {
    for (const [rule, value] of everywhere(query, at, '-sweep-silent'))
      expect(String(value), rule).toMatch(accepted);
  });

  it('hub-link-removed: the removal of the topic, the subscription or the setting of the logs', () => {
    const removals = [
      `${topic}/delete`,
      `${topic}/eventSubscriptions/delete`,
      'Microsoft.Insights/diagnosticSettings/delete',
    ];
    for (const [rule, conditions] of everywhere(
      activity,
      'properties.condition.allOf',
      '-hub-link-removed',
    )) {
      expect(conditions, rule).toContainEqual({ field: 'category', equals: 'Administrative' });
      expect(conditions, rule).toContainEqual({ field: 'status', equals: 'Succeeded' });
      const anyOf = removals.map((removal) => ({ field: 'operationName', equals: removal }));
      expect(conditions, rule).toContainEqual({ anyOf: expect.arrayContaining(anyOf) });
    }
    for (const [rule, scopes] of everywhere(activity, 'properties.scopes', '-hub-link-removed')) {
      for (const of of [topic, hub])
        expect(scopes, rule).toContainEqual(expect.stringMatching(new RegExp(`/providers/${of}/[^/]+$`)));
    }
  });
});
