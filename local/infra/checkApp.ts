import { ofType, type Prediction, valueAt } from './prediction.ts';
import type { Product } from './product.ts';

const config = 'properties.functionAppConfig';

/** The app runs on Flex Consumption with Node 24, reads its package from its container, and warms what is there. */
export function checkApp(prediction: Prediction, product: Product): string[] {
  const [app] = ofType(prediction, 'Microsoft.Web/sites');
  const [plan] = ofType(prediction, 'Microsoft.Web/serverfarms');
  const [storage] = ofType(prediction, 'Microsoft.Storage/storageAccounts');
  const warm = (valueAt(app, `${config}.scaleAndConcurrency.alwaysReady`) ?? []) as readonly unknown[];
  const names = warm.map((entry) => String(valueAt(entry, 'name')).replace(/^function:/, ''));
  const unknown = names.filter((name) => !product.functions.some((known) => known.name === name));
  const rules: readonly [holds: boolean, problem: string][] = [
    [valueAt(plan, 'properties.reserved') === true, 'the plan is not for Linux'],
    [
      valueAt(plan, 'properties.zoneRedundant') !== true || valueAt(storage, 'sku.name') === 'Standard_ZRS',
      'the app survives a zone, and its storage does not',
    ],
    [valueAt(app, `${config}.runtime.name`) === 'node', 'the runtime is not Node.js'],
    [valueAt(app, `${config}.runtime.version`) === '24', 'the runtime is not Node.js 24'],
    [
      // The address of the account is known to Azure only; the container is ours.
      /'package'|\/package\b/.test(String(valueAt(app, `${config}.deployment.storage.value`))),
      'the package is not read from the container for it',
    ],
  ];
  return [
    ...rules.filter(([holds]) => !holds).map(([, problem]) => problem),
    ...unknown.map((name) => `always ready is ${name}, which is no function of the code`),
  ];
}
