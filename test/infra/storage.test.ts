import { describe, expect, it } from 'vitest';
import { parseConfigLocation } from '../../src/lib/config/configLocation.ts';
import { installations, ofType, only, ownName, snapshot, sourceOf, textsAt, valueAt } from './prediction.ts';
import { readProduct } from './product.ts';

// With every function there is, those of the sources for large fleets too.
const product = await readProduct({ EVENT_SOURCE: 'eventHubs' });
const storage = 'Microsoft.Storage/storageAccounts';

/** Where the package, the configuration and the dead letters go. */
const containers = ['config', 'dead-letters', 'package'];

it('the code has a function for each of its queues', () => {
  const triggers = product.functions.flatMap(({ trigger }) => trigger.queueName ?? []);
  expect(triggers.sort()).toEqual([...product.queues].sort());
});

describe.each(installations)('the storage of %s', (name) => {
  const prediction = snapshot(name);
  const names = (type: string) => ofType(prediction, `${storage}/${type}`).map(ownName).sort();

  it('is one account with the queues, the table and the containers of the code', () => {
    expect(ofType(prediction, storage)).toHaveLength(1);
    const own = product.queues.filter((queue) => queue !== 'device-events' || sourceOf(name) !== 'eventGrid');
    const queues = own.flatMap((queue) => [queue, `${queue}-poison`]);
    expect(names('queueServices/queues')).toEqual(queues.sort());
    expect(names('tableServices/tables')).toEqual([product.table]);
    expect(names('blobServices/containers')).toEqual(containers);
  });

  it('has the container that the configuration is read from', () => {
    const settings = only(prediction, 'Microsoft.Web/sites/config', '/appsettings');
    const location = parseConfigLocation(String(valueAt(settings, 'properties.RESPONDER_CONFIG')));
    expect(location).toMatchObject({ kind: 'blob', container: 'config' });
  });

  it.each(['dead-letters/', 'azure-webjobs-hosts/'])('does not keep %s for ever', (prefix) => {
    const policy = only(prediction, `${storage}/managementPolicies`);
    const rules = valueAt(policy, 'properties.policy.rules') as readonly unknown[];
    expect(rules.flatMap((rule) => textsAt(rule, 'definition.filters.prefixMatch'))).toContain(prefix);
    expect(rules.map((rule) => valueAt(rule, 'enabled'))).not.toContain(false);
  });
});
