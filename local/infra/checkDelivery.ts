import { differences } from './checkStorage.ts';
import { ofType, type Prediction, textsAt, valueAt } from './prediction.ts';
import type { Product } from './product.ts';

const deadLetters = 'properties.deadLetterWithResourceIdentity';

/** The event subscription asks for exactly what the code handles, at a function that is there, and loses nothing. */
export function checkDelivery(events: Prediction, product: Product): string[] {
  const subscriptions = ofType(events, 'Microsoft.EventGrid/systemTopics/eventSubscriptions');
  const [subscription] = subscriptions;
  if (!subscription || subscriptions.length > 1)
    return [`${subscriptions.length} event subscriptions instead of one`];
  const at = (path: string) => valueAt(subscription, path);

  const target = String(at('properties.destination.properties.resourceId'));
  const name = /\/sites\/[^/]+\/functions\/([^/]+)$/.exec(target)?.[1];
  const trigger = product.functions.find((candidate) => candidate.name === name)?.trigger.type;
  const rules: readonly [holds: boolean, problem: string][] = [
    [
      ['advancedFilters', 'subjectBeginsWith', 'subjectEndsWith'].every(
        (filter) => !at(`properties.filter.${filter}`),
      ),
      'the filter leaves out events of some devices or modules',
    ],
    [
      at('properties.destination.endpointType') === 'AzureFunction',
      'events do not go to a function by its id',
    ],
    [trigger === 'eventGridTrigger', `events go to ${name}, which is no Event Grid function of the code`],
    [
      at('properties.eventDeliverySchema') === 'EventGridSchema',
      'events come in another schema than the trigger takes',
    ],
    [Number(at('properties.destination.properties.maxEventsPerBatch')) > 1, 'events come one by one'],
    [
      Number(at('properties.destination.properties.maxEventsPerBatch')) <= 5000 &&
        Number(at('properties.destination.properties.preferredBatchSizeInKilobytes')) <= 1024,
      'batches are larger than Event Grid makes them',
    ],
    [
      at('properties.retryPolicy.maxDeliveryAttempts') === 30 &&
        at('properties.retryPolicy.eventTimeToLiveInMinutes') === 1440,
      'delivery is given up before a day is over',
    ],
    [
      at(`${deadLetters}.deadLetterDestination.properties.blobContainerName`) === 'dead-letters' &&
        at(`${deadLetters}.identity.type`) === 'SystemAssigned',
      'events that cannot be delivered are not kept as dead letters',
    ],
  ];
  return [
    ...differences(
      'event type',
      textsAt(subscription, 'properties.filter.includedEventTypes'),
      product.eventTypes,
    ),
    ...rules.filter(([holds]) => !holds).map(([, problem]) => problem),
  ];
}
