import { describe, expect, it } from 'vitest';
import { anchorsOf } from '../../local/infra/checkAlerts.ts';
import { checkApp } from '../../local/infra/checkApp.ts';
import { checkAzd } from '../../local/infra/checkAzd.ts';
import { checkDelivery } from '../../local/infra/checkDelivery.ts';
import { checkDeployment } from '../../local/infra/checkDeployment.ts';
import { checkMail } from '../../local/infra/checkMail.ts';
import { checkNetwork } from '../../local/infra/checkNetwork.ts';
import { checkStorage } from '../../local/infra/checkStorage.ts';
import { checkTopic } from '../../local/infra/checkTopic.ts';
import { changes, installations, ownName, type Prediction } from '../../local/infra/prediction.ts';
import { readProduct } from '../../local/infra/product.ts';
import { type Draft, drop, find, put, runbooksPage, snapshot, spoilt } from './spoil.ts';

const runbooks = anchorsOf(runbooksPage());
const product = await readProduct();

describe('what the parameter files deploy', () => {
  it.each([...installations, 'events'] as const)('%s is as the code needs it', (name) => {
    expect(checkDeployment(snapshot(name), name, { product, runbooks })).toEqual([]);
  });
});

describe('storage', () => {
  it.each([
    ['a queue is missing', drop('queues', '/notices'), 'queue notices is missing'],
    ['a poison queue is missing', drop('queues', '/notices-poison'), 'queue notices-poison is missing'],
    [
      'a queue has another name',
      put('queues', 'name', 'a/default/notes', '/notices'),
      'queue notes is not of the code',
    ],
    ['the table has another name', put('/tables', 'name', 'a/default/fleet'), 'table Fleet is missing'],
    ['a container is missing', drop('containers', '/config'), 'container config is missing'],
    [
      'the configuration is elsewhere',
      put('sites/config', 'properties.RESPONDER_CONFIG', 'blob:settings/responder.config.yaml'),
      'the configuration is in a container that is not made',
    ],
    ['there is no account', drop('storageAccounts'), '0 storage accounts instead of one'],
    ['dead letters stay', drop('managementPolicies'), 'dead letters are kept for ever'],
    [
      'timers leave a version a minute',
      put('managementPolicies', 'properties.policy.rules.2.definition.filters.prefixMatch', ['x/']),
      "every minute of the host's timers is kept",
    ],
    [
      'a lifecycle rule is off',
      put('managementPolicies', 'properties.policy.rules.1.enabled', false),
      'the lifecycle rule old-versions-go-after-90-days is off',
    ],
  ])('%s', (_, spoil, problem) => {
    expect(checkStorage(spoilt('minimal', spoil), product)).toContain(problem);
  });

  it('has a function for each queue of the code', () => {
    const functions = product.functions.filter(({ name }) => name !== 'deliverNotice');
    const problems = checkStorage(snapshot('minimal'), { ...product, functions });
    expect(problems).toContain('queue of a function notices is not of the code');
  });
});

describe('the app', () => {
  const config = 'properties.functionAppConfig';

  it.each([
    ['Node.js 22', put('sites', `${config}.runtime.version`, '22'), 'the runtime is not Node.js 24'],
    ['another language', put('sites', `${config}.runtime.name`, 'python'), 'the runtime is not Node.js'],
    [
      'storage in one zone',
      put('serverfarms', 'properties.zoneRedundant', true),
      'the app survives a zone, and its storage does not',
    ],
    ['Windows', put('serverfarms', 'properties.reserved', false), 'the plan is not for Linux'],
    [
      'a package from elsewhere',
      put('sites', `${config}.deployment.storage.value`, 'https://x.example/builds'),
      'the package is not read from the container for it',
    ],
    [
      'a function that is not there',
      put('sites', `${config}.scaleAndConcurrency.alwaysReady`, [
        { name: 'function:ingest', instanceCount: 1 },
      ]),
      'always ready is ingest, which is no function of the code',
    ],
  ])('%s', (_, spoil, problem) => {
    expect(checkApp(spoilt('minimal', spoil), product)).toContain(problem);
  });
});

describe('a network of its own', () => {
  it.each([
    [
      'the app is outside',
      put('sites', 'properties.virtualNetworkSubnetId', undefined),
      'storage is closed, and the app is in no network',
    ],
    [
      'the subnet is not for the app',
      put('virtualNetworks', 'properties.subnets.0.properties.delegations', []),
      'the subnet is not delegated to Flex Consumption',
    ],
    [
      'there is no way out',
      put('virtualNetworks', 'properties.subnets.0.properties.natGateway', undefined),
      'the subnet has no way out to receivers',
    ],
    [
      'Event Grid does not reach the app',
      put('sites', 'properties.siteConfig.ipSecurityRestrictions.0.ipAddress', 'AzureCloud'),
      'the app is closed to Event Grid',
    ],
    [
      'Event Grid is kept out',
      put('storageAccounts', 'properties.networkAcls.bypass', 'None'),
      'storage is closed to the dead letters of Event Grid',
    ],
    [
      'an endpoint is missing',
      drop('privateEndpoints', '-table'),
      'storage is closed, and its table service has no private endpoint',
    ],
  ])('%s', (_, spoil, problem) => {
    expect(checkNetwork(spoilt('full', spoil))).toContain(problem);
  });

  it('is needed once storage is closed', () => {
    const closed = put('storageAccounts', 'properties.networkAcls.defaultAction', 'Deny');
    expect(checkNetwork(spoilt('minimal', closed))).toContain(
      'storage is closed, and the app is in no network',
    );
  });
});

describe('delivery of events', () => {
  const subscription = 'eventSubscriptions';
  const types = ['Microsoft.Devices.DeviceConnected', 'Microsoft.Devices.DeviceDisconnected'];

  it.each([
    [
      'a type of the code is not asked for',
      put(subscription, 'properties.filter.includedEventTypes', types),
      'event type Microsoft.Devices.DeviceDeleted is missing',
    ],
    [
      'a type is asked for that the code does not handle',
      (draft: Draft) => {
        const { filter } = find(draft, subscription).properties as {
          filter: { includedEventTypes: string[] };
        };
        filter.includedEventTypes.push('Microsoft.Devices.DeviceTelemetry');
      },
      'event type Microsoft.Devices.DeviceTelemetry is not of the code',
    ],
    [
      'modules are left out',
      put(subscription, 'properties.filter.advancedFilters', [{ key: 'data.moduleId' }]),
      'the filter leaves out events of some devices or modules',
    ],
    [
      'the function has another name',
      put(subscription, 'properties.destination.properties.resourceId', '/sites/app/functions/ingest'),
      'events go to ingest, which is no Event Grid function of the code',
    ],
    [
      'the function has another trigger',
      put(subscription, 'properties.destination.properties.resourceId', '/sites/app/functions/sweep'),
      'events go to sweep, which is no Event Grid function of the code',
    ],
    [
      'the endpoint is a webhook',
      put(subscription, 'properties.destination.endpointType', 'WebHook'),
      'events do not go to a function by its id',
    ],
    [
      'there are no batches',
      put(subscription, 'properties.destination.properties.maxEventsPerBatch', 1),
      'events come one by one',
    ],
    [
      'another schema',
      put(subscription, 'properties.eventDeliverySchema', 'CloudEventSchemaV1_0'),
      'events come in another schema than the trigger takes',
    ],
    [
      'too many events at once',
      put(subscription, 'properties.destination.properties.maxEventsPerBatch', 5001),
      'batches are larger than Event Grid makes them',
    ],
    [
      'too much at once',
      put(subscription, 'properties.destination.properties.preferredBatchSizeInKilobytes', 2048),
      'batches are larger than Event Grid makes them',
    ],
    [
      'few attempts',
      put(subscription, 'properties.retryPolicy.maxDeliveryAttempts', 3),
      'delivery is given up before a day is over',
    ],
    [
      'no dead letters',
      put(subscription, 'properties.deadLetterWithResourceIdentity', undefined),
      'events that cannot be delivered are not kept as dead letters',
    ],
    ['no subscription', drop(subscription), '0 event subscriptions instead of one'],
  ])('%s', (_, spoil, problem) => {
    expect(checkDelivery(spoilt('events', spoil), product)).toContain(problem);
  });
});

describe('the system topic', () => {
  it.each([
    ['identity', { type: 'None' }, 'it has no identity to write dead letters with'],
    ['properties.topicType', 'Microsoft.Storage.StorageAccounts', 'it is not for a hub'],
    [
      'properties.source',
      '/providers/Microsoft.Storage/storageAccounts/x',
      'its events are not those of a hub',
    ],
  ])('%s is %j', (at, value, problem) => {
    expect(checkTopic(spoilt('minimal', put('systemTopics', at, value)))).toEqual([
      `evgt-hub-fleet-01: ${problem}`,
    ]);
  });

  it('has the subscription that the alerts count', () => {
    const [subscription] = snapshot('events').predictedResources;
    expect(ownName(subscription!)).toBe(snapshot('minimal').outputs.eventSubscriptionName);
  });
});

describe('mail', () => {
  const linked = 'properties.linkedDomains';

  it.each([
    ['ownDomain', put('communicationServices', linked, []), 'the mail service is not linked to one domain'],
    ['minimal', put('communicationServices', linked, ['/d/other']), 'not linked to one domain that is made'],
    [
      'ownDomain',
      put('sites/config', 'properties.EMAIL_SENDER', 'DoNotReply@contoso.example', 'appsettings'),
      'mails are sent from an address of another domain',
    ],
    [
      'minimal',
      put('sites/config', 'properties.EMAIL_SENDER', 'DoNotReply@contoso.example', 'appsettings'),
      'mails are sent from an address of another domain',
    ],
  ] as const)('%s %#: %s', (name, spoil, problem) => {
    expect(checkMail(spoilt(name, spoil)).join('\n')).toContain(problem);
  });

  it('is not looked at where the mail service is there already', () => {
    expect(checkMail(snapshot('full'))).toEqual([]);
  });
});

describe('azd', () => {
  const output = (name: string, value: unknown) => (draft: Draft) => {
    draft.outputs[name] = value;
  };

  it.each([
    ...[
      'AZURE_LOCATION',
      'AZURE_TENANT_ID',
      'AZURE_RESOURCE_GROUP',
      'FUNCTION_APP_NAME',
      'SERVICE_RESPONDER_NAME',
      'STORAGE_ACCOUNT_NAME',
      'EVENT_SUBSCRIPTION_NAME',
    ].map((name) => [output(name, 'another'), `output ${name} is not what was made`] as const),
    ...['SYSTEM_TOPIC_ID', 'DEPLOYER_ID', 'VAULT_NAME', 'EMAIL_SENDER'].map(
      (name) => [output(name, undefined), `output ${name} is not what was made`] as const,
    ),
    [output('HUB', 'hub'), 'output HUB is not what was made'],
    [put('resourceGroups', 'tags', {}), 'the group is not that of the environment'],
    [put('sites', 'tags', {}), 'azd does not find the app of the service'],
    [put('systemTopics', 'tags', { 'azd-env-name': 'fleet' }), 'what stands beside the hub is marked'],
    [put('systemTopics', 'location', 'northeurope'), 'the system topic is not where the responder is'],
  ] as const)('%#: %s', (spoil, problem) => {
    expect(checkAzd(spoilt('azdExample', spoil)).join('\n')).toContain(problem);
  });
});

describe('snapshots', () => {
  it('name every resource and output that has changed', () => {
    const before = snapshot('minimal');
    const draft = structuredClone(before) as unknown as Draft;
    const account = find(draft, 'storageAccounts');
    account.properties.accessTier = 'Cool';
    draft.outputs.functionAppName = 'func-other';
    expect(changes(before, draft as unknown as Prediction)).toEqual([account.id, 'output functionAppName']);
  });
});
