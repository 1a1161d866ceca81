import type { Facts } from './facts.ts';
import { type Finding, ok, unchecked, wrong } from './finding.ts';

/** What the responder lives by: the two changes of a connection, and the two of a device. */
export const eventTypes = ['Connected', 'Disconnected', 'Created', 'Deleted'].map(
  (change) => `Microsoft.Devices.Device${change}`,
);

const names = 'set the names of docs/deploy.md#names-for-the-commands and run az login';

/** What only Azure knows. */
export function azureFindings({ azure }: Facts): Finding[] {
  if ('because' in azure)
    return ['subscription', 'always-ready'].map((check) =>
      unchecked(check, `needs Azure: ${azure.because}`, names),
    );
  return [subscriptionFinding(azure.subscription), alwaysReadyFinding(azure.alwaysReady)];
}

/** Where a subscription may end, by `EVENT_SOURCE`. */
const ways: readonly (readonly [ends: RegExp, what: string])[] = [
  [/\/functions\/receiveConnectionEvent$/i, 'the function receiveConnectionEvent'],
  [/\/queues\/device-events$/i, 'the queue device-events'],
  [/\/eventhubs\/[^/]+$/i, 'an event hub'],
];

type Azure = Exclude<Facts['azure'], { readonly because: string }>;

function subscriptionFinding(subscription: Azure['subscription']): Finding {
  const check = 'subscription';
  if ('because' in subscription) return unchecked(check, `needs Azure: ${subscription.because}`, names);
  const { state, destination, types } = subscription;
  const again = 'deploy infra/events.bicep again';
  if (state !== 'Succeeded') return wrong(check, `its state is ${state}`, again);
  const way = ways.find(([ends]) => ends.test(destination))?.[1];
  if (way === undefined) return wrong(check, `it delivers to ${destination}`, again);
  const missing = eventTypes.filter((type) => !types.includes(type));
  return missing.length === 0
    ? ok(check, `it delivers every event to ${way}`)
    : wrong(check, `it leaves out ${missing.join(', ')}`, again);
}

function alwaysReadyFinding(alwaysReady: Azure['alwaysReady']): Finding {
  const check = 'always-ready';
  if (typeof alwaysReady !== 'number') return unchecked(check, `needs Azure: ${alwaysReady.because}`, names);
  return alwaysReady > 0
    ? ok(
        check,
        `${alwaysReady} ${alwaysReady === 1 ? 'instance' : 'instances'} of the function that takes the events`,
      )
    : wrong(
        check,
        'none: a cold app can refuse the first event, which then comes minutes later',
        'deploy infra/main.bicep with sizing.alwaysReady 1',
      );
}
