import { describe, expect, it } from 'vitest';
import { reportEventType } from '../../src/lib/notify/channels/email/deliveryReport.ts';
import { ofType, ownName, snapshot, textsAt, valueAt } from './prediction.ts';
import { readProduct } from './product.ts';

const product = await readProduct();
const subscriptions = ofType(snapshot('events'), 'Microsoft.EventGrid/systemTopics/eventSubscriptions');

it('there is a subscription for the hub, and one for the mail service', () => {
  expect(subscriptions).toHaveLength(2);
});

describe.each([
  ['of the hub', 'evgt-hub-fleet-01', 'receiveConnectionEvent', product.eventTypes],
  ['of the mail service', 'evgt-acs-fleet', 'receiveDeliveryReport', [reportEventType]],
])('the event subscription %s', (_, topic, takes, eventTypes) => {
  const subscription = subscriptions.find(({ name }) => name.startsWith(topic))!;
  const at = (path: string) => valueAt(subscription, `properties.${path}`);

  it('asks for the types that the code handles, whomever they are about', () => {
    const types = textsAt(subscription, 'properties.filter.includedEventTypes');
    expect([...types].sort()).toEqual([...eventTypes].sort());
    for (const filter of ['advancedFilters', 'subjectBeginsWith', 'subjectEndsWith'])
      expect(at(`filter.${filter}`) ?? '').toBe('');
  });

  it('goes to a function of the code by its id, in the schema of its trigger', () => {
    expect(at('destination.endpointType')).toBe('AzureFunction');
    expect(at('eventDeliverySchema')).toBe('EventGridSchema');
    const name = /\/sites\/[^/]+\/functions\/([^/]+)$/.exec(
      String(at('destination.properties.resourceId')),
    )?.[1];
    expect(name).toBe(takes);
    expect(product.functions.find((registered) => registered.name === name)?.trigger.type).toBe(
      'eventGridTrigger',
    );
  });

  it('comes in batches, as large as Event Grid makes them at most', () => {
    const events = Number(at('destination.properties.maxEventsPerBatch'));
    expect(events).toBeGreaterThan(1);
    expect(events).toBeLessThanOrEqual(5000);
    expect(Number(at('destination.properties.preferredBatchSizeInKilobytes'))).toBeLessThanOrEqual(1024);
  });

  it('is tried for a day, then kept as dead letters', () => {
    expect(at('retryPolicy')).toMatchObject({ maxDeliveryAttempts: 30, eventTimeToLiveInMinutes: 1440 });
    expect(at('deadLetterWithResourceIdentity')).toMatchObject({
      identity: { type: 'SystemAssigned' },
      deadLetterDestination: { properties: { blobContainerName: 'dead-letters' } },
    });
  });

  it('has the name that the alerts count', () => {
    expect(ownName(subscription)).toBe(snapshot('minimal').outputs.eventSubscriptionName);
  });
});
