import { describe, expect, it } from 'vitest';
import { anchorsOf, checkAlerts } from '../../local/infra/checkAlerts.ts';
import { checkQueries } from '../../local/infra/checkQueries.ts';
import { readProduct } from '../../local/infra/product.ts';
import { type Draft, drop, find, put, runbooksPage, snapshot, spoilt } from './spoil.ts';

const runbooks = anchorsOf(runbooksPage());
const product = await readProduct();

describe('alerts', () => {
  const silent = 'alert-fleet-sweep-silent';

  it.each([
    ['one is missing', drop('scheduledQueryRules', silent), 'no alert says sweep-silent'],
    [
      'one is off',
      put('scheduledQueryRules', 'properties.enabled', false, silent),
      `${silent} is switched off`,
    ],
    [
      'one tells nobody',
      put('scheduledQueryRules', 'properties.actions.actionGroups', [], silent),
      `${silent} tells nobody`,
    ],
    [
      'a metric tells nobody',
      put('metricAlerts', 'properties.actions', [], '-dead-letters'),
      'alert-fleet-dead-letters tells nobody',
    ],
    [
      'one names no runbook',
      put('scheduledQueryRules', 'properties.description', 'It is silent.', silent),
      `${silent} names no runbook`,
    ],
    [
      'a runbook is not there',
      put('scheduledQueryRules', 'properties.description', 'Runbook: docs/operations.md#silence', silent),
      `${silent} names the runbook silence, which is not there`,
    ],
    [
      'nobody is in the group',
      put('actionGroups', 'properties.emailReceivers', []),
      'the action group reaches nobody',
    ],
    [
      'the removal of the topic tells nobody',
      put('activityLogAlerts', 'properties.actions.actionGroups', []),
      'alert-fleet-nvn5nhr2q4o2u-hub-link-removed tells nobody',
    ],
    ['the removal of the topic is not watched', drop('activityLogAlerts'), 'no alert says hub-link-removed'],
    [
      "the hub's logs are off",
      put('diagnosticSettings', 'properties.logs', [{ category: 'Connections', enabled: false }]),
      "the hub's connection logs do not go to the workspace",
    ],
    [
      'another category is logged',
      put('diagnosticSettings', 'properties.logs', [{ category: 'DeviceTelemetry', enabled: true }]),
      "the hub's connection logs do not go to the workspace",
    ],
  ])('%s', (_, spoil, problem) => {
    expect(checkAlerts(spoilt('minimal', spoil), runbooks)).toContain(problem);
  });

  const criterion = 'properties.criteria.allOf.0';
  const devices = 'alert-fleet-connected-devices-low';
  const ofAnother = [{ name: 'EventSubscriptionName', operator: 'Include', values: ['another'] }];

  it.each([
    [
      devices,
      `${criterion}.metricNamespace`,
      'Microsoft.EventGrid/systemTopics',
      'its metric is not one of Microsoft.Devices/IotHubs',
    ],
    [devices, `${criterion}.metricName`, 'totalDeviceCount', 'its metric is not connectedDeviceCount'],
    [devices, `${criterion}.operator`, 'GreaterThan', 'does not ring when connectedDeviceCount is LessThan'],
    [devices, 'properties.scopes', ['/providers/a/b/c'], 'it does not watch Microsoft.Devices/IotHubs'],
    ['alert-fleet-hub-events-failing', `${criterion}.dimensions`, undefined, 'it does not count failure'],
    ['alert-fleet-hub-events-failing', `${criterion}.metricName`, 'jobs', 'is not EventGridDeliveries'],
    [
      'alert-fleet-dead-letters',
      `${criterion}.dimensions`,
      ofAnother,
      'it does not count responder-fleet-nvn5nhr2q4o2u',
    ],
    ['alert-fleet-dead-letters', `${criterion}.metricName`, 'x', 'its metric is not DeadLetteredCount'],
    ['alert-fleet-events-dropped', `${criterion}.metricName`, 'x', 'its metric is not DroppedEventCount'],
    ['alert-fleet-delivery-failing', `${criterion}.metricName`, 'x', 'is not DeliveryAttemptFailCount'],
    ['alert-fleet-delivery-failing', `${criterion}.operator`, 'LessThan', 'it does not ring when'],
    [silent, `${criterion}.operator`, 'GreaterThan', 'it does not ring after 15 minutes without a sweep'],
    [silent, `${criterion}.threshold`, 0, 'it does not ring after 15 minutes without a sweep'],
    [silent, 'properties.windowSize', 'PT6H', 'it does not ring after 15 minutes without a sweep'],
    [silent, `${criterion}.query`, 'requests', 'it does not ring after 15 minutes without a sweep'],
    [
      '-hub-link-removed',
      'properties.scopes',
      ['/providers/Microsoft.Devices/IotHubs/hub'],
      'it does not watch Microsoft.EventGrid/systemTopics',
    ],
    [
      '-hub-link-removed',
      'properties.condition.allOf.1.anyOf.1.equals',
      'Microsoft.EventGrid/systemTopics/eventSubscriptions/write',
      'it does not ring after Microsoft.EventGrid/systemTopics/eventSubscriptions/delete',
    ],
    ['-hub-link-removed', 'properties.condition.allOf.2.equals', 'Failed', 'its status is not Succeeded'],
  ])('%s looks at something else: %s is %j', (name, at, value, problem) => {
    const type = name === silent ? 'QueryRules' : name.startsWith('-') ? 'LogAlerts' : 'metricAlerts';
    expect(checkAlerts(spoilt('minimal', put(type, at, value, name)), runbooks).join('\n')).toContain(
      problem,
    );
  });

  it('a new function fails without a word', () => {
    const functions = [...product.functions, { name: 'tidyUp', trigger: { type: 'timerTrigger' } }];
    expect(checkQueries(snapshot('minimal'), { ...product, functions })).toEqual([
      'alert-fleet-function-failures: nobody hears of failures of tidyUp',
    ]);
  });

  it.each([
    ['traces | where mesage startswith "swept "', "Failed to resolve scalar expression named 'mesage'"],
    ['traces | wher true', 'Query could not be parsed'],
    ['traces | where message startswith "sweeped "', 'nothing logs "sweeped"'],
    [
      'traces | extend fields = parse_json(message) | where fields.oldestAgeMs > 1',
      'no log line has the field oldestAgeMs',
    ],
    ['traces | where message == "sweep.oldestDueHours"', 'there is no metric sweep.oldestDueHours'],
    ['requests | where name == "sweeper"', 'there is no function sweeper'],
    ['requests | where name in ("sweep", "ingest")', 'there is no function ingest'],
  ])('a query is refused: %s', (query, problem) => {
    const spoil = put('scheduledQueryRules', 'properties.criteria.allOf', [{ query }], silent);
    expect(checkQueries(spoilt('minimal', spoil), product).join('\n')).toContain(`${silent}: ${problem}`);
  });

  it('a query of the workbook is refused', () => {
    const spoil = (draft: Draft) => {
      const { properties } = find(draft, 'workbooks');
      properties.serializedData = String(properties.serializedData).replaceAll(
        'diagnosis.answers',
        'diagnosis.retorts',
      );
    };
    expect(checkQueries(spoilt('minimal', spoil), product)).toContain(
      'workbook diagnosis: there is no metric diagnosis.retorts',
    );
  });
});
