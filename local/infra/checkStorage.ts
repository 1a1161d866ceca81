import { parseConfigLocation } from '../../src/lib/config/configLocation.ts';
import { ofType, ownName, type Prediction, textsAt, valueAt } from './prediction.ts';
import type { Product } from './product.ts';

/** Where the package, the configuration and the dead letters go. */
const containers = ['config', 'dead-letters', 'package'];

/** One account whose queues, table and containers are those of the code. */
export function checkStorage(prediction: Prediction, product: Product): string[] {
  const accounts = ofType(prediction, 'Microsoft.Storage/storageAccounts');
  const names = (type: string) =>
    ofType(prediction, `Microsoft.Storage/storageAccounts/${type}`).map(ownName);
  const triggers = product.functions.flatMap(({ trigger }) => trigger.queueName ?? []);
  const [policy] = ofType(prediction, 'Microsoft.Storage/storageAccounts/managementPolicies');
  const rules = (valueAt(policy, 'properties.policy.rules') ?? []) as readonly unknown[];
  const covers = (prefix: string) =>
    rules.some((rule) => textsAt(rule, 'definition.filters.prefixMatch').includes(prefix));
  const off = rules.filter((rule) => valueAt(rule, 'enabled') !== true);
  const settings = ofType(prediction, 'Microsoft.Web/sites/config')[0];
  const location = parseConfigLocation(String(valueAt(settings, 'properties.RESPONDER_CONFIG')));
  const found = location.kind === 'file' || names('blobServices/containers').includes(location.container);
  return [
    ...(found ? [] : ['the configuration is in a container that is not made']),
    ...(accounts.length === 1 ? [] : [`${accounts.length} storage accounts instead of one`]),
    ...differences(
      'queue',
      names('queueServices/queues'),
      product.queues.flatMap((queue) => [queue, `${queue}-poison`]),
    ),
    ...differences('queue of a function', product.queues, triggers),
    ...differences('table', names('tableServices/tables'), [product.table]),
    ...differences('container', names('blobServices/containers'), containers),
    ...(covers('dead-letters/') ? [] : ['dead letters are kept for ever']),
    ...(covers('azure-webjobs-hosts/') ? [] : ["every minute of the host's timers is kept"]),
    ...off.map((rule) => `the lifecycle rule ${valueAt(rule, 'name')} is off`),
  ];
}

/** What is missing from a list and what is too much in it. */
export function differences(what: string, actual: readonly string[], wanted: readonly string[]): string[] {
  return [
    ...wanted.filter((name) => !actual.includes(name)).map((name) => `${what} ${name} is missing`),
    ...actual.filter((name) => !wanted.includes(name)).map((name) => `${what} ${name} is not of the code`),
  ];
}
