import { describe, expect, it } from 'vitest';
import { anchorsOf, checkAlerts } from '../../local/infra/checkAlerts.ts';
import { checkQueries } from '../../local/infra/checkQueries.ts';
import { readProduct } from '../../local/infra/product.ts';
import { type Draft, drop, find, put, runbooksPage, spoilt } from './spoil.ts';

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
