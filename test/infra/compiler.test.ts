import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type Edit,
  eventsEnv,
  type Installation,
  installations,
  ofType,
  only,
  type Prediction,
  predict,
  snapshotFile,
  snapshotText,
  textsAt,
  valueAt,
} from './prediction.ts';
import { type Bicep, BicepError, findBicep, startBicep } from './tools/bicep.ts';
import { ToolMissingError } from './tools/findTool.ts';

// The templates through the real compiler: a second each.
let bicep: Bicep;

beforeAll(async () => {
  bicep = startBicep(await findBicep(), { ...process.env, ...eventsEnv });
});

afterAll(() => bicep?.close());

const hubTopic = (prediction: Prediction) =>
  ofType(prediction, 'Microsoft.EventGrid/systemTopics').find(({ name }) => !name.startsWith('evgt-acs-'))!;

describe('the templates', () => {
  it.concurrent.each(['main', 'events', 'azd'])('%s.bicep compiles without a warning', async (template) => {
    await bicep.compile(path.resolve(import.meta.dirname, '../../infra', `${template}.bicep`));
  });

  // Is the difference meant? `npm run check:infra -- --update` writes the snapshots, which the other suites read.
  it.concurrent.for([...installations, 'events'] as const)('%s is its snapshot', async (name, { expect }) => {
    await expect(snapshotText(await predict(bicep, name))).toMatchFileSnapshot(snapshotFile(name));
  });
});

/** Where the subscription of the hub ends, and by whose rights. */
const bySource: readonly [string, 'events', Edit, (prediction: Prediction) => unknown, unknown][] = [
  [
    'events by a storage queue: its subscription',
    'events',
    {
      file: 'events.bicepparam',
      find: "readEnvironmentVariable('EVENT_SOURCE', 'eventGrid')",
      put: "'storageQueue'",
    },
    (prediction) => deliveryOf(prediction),
    {
      identity: { type: 'SystemAssigned' },
      destination: {
        endpointType: 'StorageQueue',
        properties: {
          resourceId: expect.stringContaining('/storageAccounts/'),
          queueName: 'device-events',
          queueMessageTimeToLiveInSeconds: 604800,
        },
      },
    },
  ],
  [
    'events by an event hub: its subscription',
    'events',
    {
      file: 'events.bicepparam',
      find: "readEnvironmentVariable('EVENT_SOURCE', 'eventGrid')\nparam eventHubId = readEnvironmentVariable('EVENT_HUB_ID', '')",
      put: "'eventHubs'\nparam eventHubId = '/subscriptions/s/resourceGroups/g/providers/Microsoft.EventHub/namespaces/n/eventhubs/device-events'",
    },
    (prediction) => deliveryOf(prediction),
    {
      identity: { type: 'SystemAssigned' },
      destination: {
        endpointType: 'EventHub',
        properties: {
          resourceId:
            '/subscriptions/s/resourceGroups/g/providers/Microsoft.EventHub/namespaces/n/eventhubs/device-events',
        },
      },
    },
  ],
  [
    "events by the hub's own route: no subscription",
    'events',
    {
      file: 'events.bicepparam',
      find: "readEnvironmentVariable('EVENT_SOURCE', 'eventGrid')",
      put: "'eventHubs'",
    },
    (prediction) => ofType(prediction, 'Microsoft.EventGrid/systemTopics/eventSubscriptions').length,
    1,
  ],
];

const deliveryOf = (prediction: Prediction) =>
  valueAt(
    ofType(prediction, 'Microsoft.EventGrid/systemTopics/eventSubscriptions').find(({ name }) =>
      name.startsWith('evgt-hub-'),
    ),
    'properties.deliveryWithResourceIdentity',
  );

describe('an answer changes what is deployed', () => {
  it.concurrent.each<[string, Installation | 'events', Edit, (prediction: Prediction) => unknown, unknown]>([
    ...bySource,
    [
      'azd: another region for the hub',
      'azdExample',
      { file: 'azdExample.bicepparam', find: "hubLocation = ''", put: "hubLocation = 'northeurope'" },
      (prediction) => hubTopic(prediction).location,
      'northeurope',
    ],
    [
      'azd: a network of its own',
      'azdExample',
      {
        file: 'azdExample.bicepparam',
        find: 'param location',
        put: "param vnetAddressPrefix = '10.40.0.0/24'\nparam allowedIpRanges = '203.0.113.7/32'\nparam location",
      },
      (prediction) =>
        valueAt(
          only(prediction, 'Microsoft.Storage/storageAccounts'),
          'properties.networkAcls.defaultAction',
        ),
      'Deny',
    ],
    [
      "azd: the hub's metrics are read",
      'azdExample',
      {
        file: 'azdExample.bicepparam',
        find: 'param location',
        put: "param readHubMetrics = 'true'\nparam location",
      },
      (prediction) =>
        ofType(prediction, 'Microsoft.Authorization/roleAssignments').filter((assignment) =>
          // Monitoring Reader
          String(valueAt(assignment, 'properties.roleDefinitionId')).endsWith(
            '43d0d8ad-25c7-4714-9337-8ba259a9fe05',
          ),
        ).length,
      1,
    ],
    [
      'azd: small instances, of which none is kept ready',
      'azdExample',
      {
        file: 'azdExample.bicepparam',
        find: 'param location',
        put: "param instanceMemoryMB = '512'\nparam alwaysReady = '0'\nparam location",
      },
      (prediction) =>
        valueAt(only(prediction, 'Microsoft.Web/sites'), 'properties.functionAppConfig.scaleAndConcurrency'),
      { instanceMemoryMB: 512, maximumInstanceCount: 100, alwaysReady: [] },
    ],
    [
      "the hub's logs are on already",
      'full',
      { file: 'full.bicepparam', find: 'param name', put: "param connectionLogs = 'existing'\nparam name" },
      (prediction) =>
        ofType(prediction, 'Microsoft.Insights/diagnosticSettings').filter(({ id }) =>
          id.includes('/IotHubs/'),
        ),
      [],
    ],
    [
      'the own domain is not verified yet: mail goes by that of Azure',
      'ownDomain',
      {
        file: 'ownDomain.bicepparam',
        find: 'emailDomainVerified = true',
        put: 'emailDomainVerified = false',
      },
      (prediction) =>
        textsAt(
          only(prediction, 'Microsoft.Communication/communicationServices'),
          'properties.linkedDomains',
        ).map((id) => id.split('/').at(-1)),
      ['AzureManagedDomain'],
    ],
    [
      'a hub with a long name: that of the topic is cut',
      'minimal',
      { file: 'minimal.bicepparam', find: 'IotHubs/hub-fleet-01', put: `IotHubs/${'h'.repeat(50)}` },
      (prediction) => hubTopic(prediction).name,
      `evgt-${'h'.repeat(45)}`,
    ],
  ])('%s', async (_, installation, edit, seen, expected) => {
    expect(seen(await predict(bicep, installation, [edit]))).toEqual(expected);
  });
});

const hubOfAzd =
  "param hubId = '/subscriptions/11111111-1111-1111-1111-111111111111/resourceGroups/rg-hub/providers/Microsoft.Devices/IotHubs/hub-fleet-01'";
const emailsOfAzd = "param alertEmails = 'responder-alerts@contoso.example, duty@contoso.example,'";

describe('a mistake in a template', () => {
  it.concurrent.each<[string, Edit, string]>([
    [
      'a misspelt property, which the compiler only warns of',
      { file: 'modules/functionApp.bicep', find: 'httpsOnly: true', put: 'httpOnly: true' },
      'Did you mean "httpsOnly"',
    ],
    [
      'a parameter that nothing uses',
      {
        file: 'main.bicep',
        find: 'param tags object = {}',
        put: "param tags object = {}\nparam colour string = ''",
      },
      'no-unused-params',
    ],
    [
      'a name with a capital',
      { file: 'minimal.bicepparam', find: "name = 'fleet'", put: "name = 'Fleet'" },
      'use lower-case letters, digits and dashes, starting with a letter',
    ],
    [
      'a name that begins with a digit',
      { file: 'minimal.bicepparam', find: "name = 'fleet'", put: "name = '4fleet'" },
      'use lower-case letters, digits and dashes, starting with a letter',
    ],
    [
      'the id of something else than a hub',
      {
        file: 'minimal.bicepparam',
        find: 'Microsoft.Devices/IotHubs/',
        put: 'Microsoft.Devices/provisioningServices/',
      },
      'is not the resource id of a Microsoft.Devices/IotHubs',
    ],
    [
      'the id of something in the hub',
      { file: 'minimal.bicepparam', find: "hub-fleet-01'", put: "hub-fleet-01/eventHubEndpoints/events'" },
      'is not the resource id of a Microsoft.Devices/IotHubs',
    ],
    [
      'the id of a hub with a slash at the end',
      { file: 'minimal.bicepparam', find: "hub-fleet-01'", put: "hub-fleet-01/'" },
      'is not the resource id of a Microsoft.Devices/IotHubs',
    ],
    ...(
      [
        ["workspaceId = 'log-central'", 'Microsoft.OperationalInsights/workspaces'],
        ["systemTopicId = 'hub-events'", 'Microsoft.EventGrid/systemTopics'],
        [
          "mailService = { communicationServiceId: 'acs-central', sender: 'a@b.example' }",
          'Microsoft.Communication/communicationServices',
        ],
      ] as const
    ).map(([answer, type]): [string, Edit, string] => [
      `a name instead of an id: ${answer}`,
      { file: 'minimal.bicepparam', find: 'param name', put: `param ${answer}\nparam name` },
      `is not the resource id of a ${type}`,
    ]),
    ...[[], ['203.0.113.6/31'], ['203.0.113.7']].map((ranges): [string, Edit, string] => [
      `a network that lets in ${JSON.stringify(ranges)}`,
      {
        file: 'minimal.bicepparam',
        find: 'param name',
        put: `param networking = { kind: 'vnet', addressPrefix: '10.40.0.0/24', allowedIpRanges: [${ranges.map((range) => `'${range}'`)}] }\nparam name`,
      },
      `allowedIpRanges (${ranges}) is not accepted`,
    ]),
    [
      'the name of a setting in lower case',
      {
        file: 'minimal.bicepparam',
        find: 'param name',
        put: "param receiverSettings = ['ONCALL_URL', 'oncall-secret']\nparam name",
      },
      'receiverSettings (ONCALL_URL, oncall-secret) is not accepted',
    ],
    [
      'alerts for nobody',
      { file: 'minimal.bicepparam', find: "'responder-alerts@contoso.example'", put: "''" },
      'alertEmails names nobody',
    ],
    [
      'alerts for an empty list',
      { file: 'minimal.bicepparam', find: "'responder-alerts@contoso.example'", put: '' },
      'alertEmails names nobody',
    ],
    [
      'a threshold below nothing',
      { file: 'main.bicep', find: 'overdueMinutes: 5', put: 'overdueMinutes: 0' },
      'the minimum allowable value is 1',
    ],
    [
      'logs that are there in a workspace that is not',
      {
        file: 'minimal.bicepparam',
        find: 'param name',
        put: "param connectionLogs = 'existing'\nparam name",
      },
      'workspaceId has to name the workspace',
    ],
    [
      'a network without room',
      {
        file: 'minimal.bicepparam',
        find: 'param name',
        put: "param networking = { kind: 'vnet', addressPrefix: '10.40.0.0/25', allowedIpRanges: ['203.0.113.7/32'] }\nparam name",
      },
      'The virtual network 10.40.0.0/25 is too small',
    ],
    [
      'no answer of azd for the hub',
      { file: 'azdExample.bicepparam', find: hubOfAzd, put: '' },
      '"" is not the resource id of a Microsoft.Devices/IotHubs',
    ],
    [
      'no answer of azd for the alerts',
      { file: 'azdExample.bicepparam', find: emailsOfAzd, put: '' },
      'alertEmails names nobody',
    ],
    [
      'the group of the topic, which azd down would delete',
      {
        file: 'azdExample.bicepparam',
        find: 'param hubId',
        put: "param resourceGroupName = 'rg-Events'\nparam systemTopicId = '/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg-events/providers/Microsoft.EventGrid/systemTopics/hub-events'\nparam hubId",
      },
      'The resource group rg-Events holds the hub, its system topic,',
    ],
    [
      'the group of the hub, which azd down would delete',
      {
        file: 'azdExample.bicepparam',
        find: "param hubId = '/subscriptions/11111111-1111-1111-1111-111111111111/resourceGroups/rg-hub/",
        put: "param resourceGroupName = 'rg-Hub'\nparam hubId = '/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg-hub/",
      },
      'The resource group rg-Hub holds the hub',
    ],
    [
      'a secret in an output',
      {
        file: 'modules/storage.bicep',
        find: 'output id string = account.id',
        put: 'output id string = account.id\noutput key string = account.listKeys().keys[0].value',
      },
      'outputs-should-not-contain-secrets',
    ],
  ])('is refused: %s', async (_, edit, message) => {
    const installation = edit.file === 'azdExample.bicepparam' ? 'azdExample' : 'minimal';
    const refusal = await predict(bicep, installation, [edit]).catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(BicepError);
    expect((refusal as Error).message).toContain(message);
  });
});

it('without a compiler says how to install one', async () => {
  const env = { PATH: '', XDG_CACHE_HOME: '/nowhere' };
  await expect(findBicep(env)).rejects.toThrow(ToolMissingError);
  await expect(findBicep(env)).rejects.toThrow('az bicep install');
});
