import { checkAlerts } from './checkAlerts.ts';
import { checkApp } from './checkApp.ts';
import { checkAzd } from './checkAzd.ts';
import { checkDelivery } from './checkDelivery.ts';
import { checkMail } from './checkMail.ts';
import { checkNetwork } from './checkNetwork.ts';
import { checkQueries } from './checkQueries.ts';
import { checkRoles } from './checkRoles.ts';
import { checkSecrecy } from './checkSecrecy.ts';
import { checkSettings } from './checkSettings.ts';
import { checkSettingValues } from './checkSettingValues.ts';
import { checkStorage } from './checkStorage.ts';
import { checkTopic } from './checkTopic.ts';
import type { Installation, Prediction } from './prediction.ts';
import type { Product } from './product.ts';

/** What a prediction is held against. */
export type Expectation = {
  readonly product: Product;
  /** Anchors of the runbooks. */
  readonly runbooks: ReadonlySet<string>;
};

/** Everything that is wrong with what a parameter file would deploy. */
export function checkDeployment(
  prediction: Prediction,
  installation: Installation | 'events',
  { product, runbooks }: Expectation,
): string[] {
  if (installation === 'events') return checkDelivery(prediction, product);
  return [
    ...checkSettings(prediction, product),
    ...checkSettingValues(prediction),
    ...checkRoles(prediction, installation),
    ...checkStorage(prediction, product),
    ...checkApp(prediction, product),
    ...checkNetwork(prediction),
    ...checkTopic(prediction),
    ...checkMail(prediction),
    ...checkSecrecy(prediction),
    ...checkAlerts(prediction, runbooks),
    ...checkQueries(prediction, product),
    ...(installation === 'azdExample' ? checkAzd(prediction) : []),
  ];
}
