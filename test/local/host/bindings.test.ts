import { describe, expect, it } from 'vitest';
import { checkBindings } from '../../../local/host/bindings.ts';
import type { Binding, FunctionMetadata } from '../../../local/host/coreTypes.ts';

const queue: Binding = {
  type: 'queueTrigger',
  direction: 'in',
  queueName: 'notices',
  connection: 'AzureWebJobsStorage',
};

const check = (bindings: FunctionMetadata['bindings'], more: Partial<FunctionMetadata> = {}) =>
  checkBindings([{ metadata: { name: 'work', bindings, ...more }, callback: () => {} }]);

describe('what a function may ask of the local host', () => {
  it.each<[string, Binding]>([
    ['a queue', queue],
    ['a timer', { type: 'timerTrigger', direction: 'in', schedule: '0 * * * * *' }],
    ['events', { type: 'eventGridTrigger', direction: 'in', cardinality: 'many' }],
    ['HTTP', { type: 'httpTrigger', direction: 'in', route: 'sites/{hub}/{site}' }],
  ])('%s', (_, binding) => {
    expect(() => check({ trigger: binding, $return: { type: 'http', direction: 'out' } })).not.toThrow();
  });

  it.each<[FunctionMetadata['bindings'], string]>([
    [{ trigger: { type: 'blobTrigger', direction: 'in' } }, 'binding "blobTrigger" (in) is not available'],
    [{ trigger: queue, out: { type: 'queue', direction: 'out' } }, 'binding "queue" (out) is not available'],
    [{ trigger: { ...queue, queueName: '%QUEUE%' } }, '"%QUEUE%" is not replaced by a setting'],
    [{ trigger: { ...queue, connection: 'OTHER' } }, 'connection "OTHER" is not available'],
    [{}, 'Function "work" has no trigger'],
  ])('not %j', (bindings, problem) => {
    expect(() => check(bindings)).toThrow(problem);
  });

  it('not retry options', () => {
    expect(() => check({ trigger: queue }, { retryOptions: { maxRetryCount: 3 } })).toThrow(
      'work: retry options are not available here',
    );
  });
});
