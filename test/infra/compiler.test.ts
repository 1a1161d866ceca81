import { beforeAll, describe, expect, it } from 'vitest';
import { BicepError, findBicep, runBicep } from '../../local/infra/bicep.ts';
import { checkDeployment } from '../../local/infra/checkDeployment.ts';
import { checkMail } from '../../local/infra/checkMail.ts';
import {
  changes,
  type Edit,
  type Installation,
  predict,
  readSnapshot,
} from '../../local/infra/prediction.ts';
import { type Product, readProduct } from '../../local/infra/product.ts';
import { ToolMissingError } from '../../local/infra/tools.ts';

// Mistakes in the templates themselves, through the real compiler: two seconds each.
let bicep: string;
let product: Product;

beforeAll(async () => {
  bicep = await findBicep();
  product = await readProduct();
});

const storage = 'modules/storage.bicep';
const roles = 'modules/types.bicep';
const hubOfAzd =
  "param hubId = '/subscriptions/11111111-1111-1111-1111-111111111111/resourceGroups/rg-hub/providers/Microsoft.Devices/IotHubs/hub-fleet-01'";
const emailsOfAzd = "param alertEmails = 'responder-alerts@contoso.example, duty@contoso.example,'";

describe('a mistake in a template', () => {
  it.concurrent.each<[string, Installation | 'events', Edit, string]>([
    [
      'shared keys come back',
      'minimal',
      { file: storage, find: 'allowSharedKeyAccess: false', put: 'allowSharedKeyAccess: true' },
      'shared keys are on',
    ],
    [
      'a queue is misnamed',
      'minimal',
      { file: 'main.bicep', find: "'notices'", put: "'notice'" },
      'queue notices is missing',
    ],
    [
      'a role becomes Owner',
      'minimal',
      {
        file: roles,
        find: '974c5e8b-45b9-4653-ba55-5f855dd0fb88',
        put: '8e3af657-a8ff-443c-a75c-2fe8c4bcb635',
      },
      'a role too many: app: 8e3af657-a8ff-443c-a75c-2fe8c4bcb635 on storageAccounts',
    ],
    [
      'the dead-letter right covers the whole account',
      'minimal',
      { file: storage, find: 'scope: deadLetters', put: 'scope: account' },
      'a role too many: system topic: Storage Blob Data Contributor on storageAccounts',
    ],
    [
      'an event type is lost',
      'events',
      { file: 'modules/eventSubscription.bicep', find: "'Microsoft.Devices.DeviceDeleted'", put: '' },
      'event type Microsoft.Devices.DeviceDeleted is missing',
    ],
    [
      'a setting is renamed',
      'full',
      { file: 'main.bicep', find: 'LOG_ANALYTICS_WORKSPACE_ID:', put: 'LOGS_WORKSPACE_ID:' },
      'the code reads LOG_ANALYTICS_WORKSPACE_ID, which is not set',
    ],
    [
      'azd puts the hub elsewhere',
      'azdExample',
      { file: 'azdExample.bicepparam', find: "hubLocation = ''", put: "hubLocation = 'northeurope'" },
      'the system topic is not where the responder is',
    ],
    [
      'azd closes the network',
      'azdExample',
      {
        file: 'azdExample.bicepparam',
        find: 'param location',
        put: "param vnetAddressPrefix = '10.40.0.0/24'\nparam allowedIpRanges = '203.0.113.7/32'\nparam readHubMetrics = 'true'\nparam location",
      },
      'a role too many: app: Monitoring Reader on IotHubs',
    ],
    [
      'azd answers with another thing',
      'azdExample',
      { file: 'azd.bicep', find: 'responder.outputs.systemTopicId', put: 'hubId' },
      'output SYSTEM_TOPIC_ID is not what was made',
    ],
    [
      "the hub's logs are on already, which nothing here can see",
      'full',
      { file: 'full.bicepparam', find: 'param name', put: "param connectionLogs = 'existing'\nparam name" },
      "the hub's connection logs do not go to the workspace",
    ],
    [
      'a key becomes an output',
      'minimal',
      {
        file: 'main.bicep',
        find: 'output functionAppName',
        put: 'output storageAccountKey string = storageName\noutput functionAppName',
      },
      'output storageAccountKey may hold a secret',
    ],
  ])('%s', async (_, installation, edit, problem) => {
    const prediction = await predict(bicep, installation, [edit]);
    const found = checkDeployment(prediction, installation, { product, runbooks: new Set() });
    expect(found.join('\n')).toContain(problem);
    expect(changes(await readSnapshot(installation), prediction)).not.toEqual([]);
  });

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
      'use lower-case letters, digits and dashes, with a letter in front',
    ],
    [
      'a name that begins with a digit',
      { file: 'minimal.bicepparam', find: "name = 'fleet'", put: "name = '4fleet'" },
      'use lower-case letters, digits and dashes, with a letter in front',
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
        file: storage,
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

const unverified = {
  file: 'ownDomain.bicepparam',
  find: 'emailDomainVerified = true',
  put: 'emailDomainVerified = false',
};

it('sends by the domain of Azure until the own one is verified', async () => {
  const prediction = await predict(bicep, 'ownDomain', [unverified]);
  expect(checkMail(prediction)).toEqual([]);
  expect(changes(await readSnapshot('ownDomain'), prediction).join('\n')).toContain('AzureManagedDomain');
});

it('cuts the name of the topic of a hub with a long one', async () => {
  const long = { file: 'minimal.bicepparam', find: 'IotHubs/hub-fleet-01', put: `IotHubs/${'h'.repeat(50)}` };
  const { predictedResources } = await predict(bicep, 'minimal', [long]);
  const topic = predictedResources.find(({ type }) => type === 'Microsoft.EventGrid/systemTopics');
  expect(topic?.name).toBe(`evgt-${'h'.repeat(45)}`);
});

it('without a compiler says how to install one', async () => {
  const env = { PATH: '', XDG_CACHE_HOME: '/nowhere' };
  await expect(findBicep(env)).rejects.toThrow(ToolMissingError);
  await expect(findBicep(env)).rejects.toThrow('az bicep install');
});

it('takes every output of a run, and no warning', async () => {
  await expect(runBicep(bicep, ['--version'])).resolves.toContain('Bicep CLI version');
});
