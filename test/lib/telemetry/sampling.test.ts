import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

const host = JSON.parse(readFileSync(new URL('../../../host.json', import.meta.url), 'utf8'));

it('sampling drops nothing that is counted: metrics are traces, alerts count requests and exceptions', () => {
  const excluded = host.logging.applicationInsights.samplingSettings.excludedTypes.split(';');
  expect(excluded).toEqual(expect.arrayContaining(['Trace', 'Request', 'Exception']));
});

it('the level of the lines about single events can be raised without losing the metrics', () => {
  const { logLevel } = host.logging;
  expect(logLevel.default).toBe('Information');
  expect(logLevel['Function.receiveConnectionEvent.User']).toMatch(/^(Debug|Information)$/);
});
