import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { answerProblems, answers, groupOf } from '../../../infra/azd/answers.ts';
import { accepted } from './accepted.ts';

const root = path.resolve(import.meta.dirname, '../../..');
const { IOT_HUB_ID } = accepted;
const sender = { RESPONDER_EMAIL_SENDER: 'a@b.example' };

it('is content with the answers that are asked for', () => {
  expect(answerProblems(accepted)).toEqual([]);
});

it('takes a hub id in any case, empty answers, and every choice', () => {
  const all = {
    ...accepted,
    ...sender,
    IOT_HUB_ID: IOT_HUB_ID.toLowerCase(),
    EXISTING_SYSTEM_TOPIC_ID: '',
    COMMUNICATION_SERVICE_ID:
      '/subscriptions/s/resourceGroups/g/providers/Microsoft.Communication/communicationServices/acs',
    EVENT_SOURCE: 'storageQueue',
    CONNECTION_LOGS: 'new',
    VNET_ADDRESS_PREFIX: '10.40.0.0/24',
    ALLOWED_IP_RANGES: '203.0.113.7/32, 198.51.100.0/30',
    READ_HUB_METRICS: 'True',
    DAILY_CAP_GB: '-1',
    INSTANCE_MEMORY_MB: '512',
    ALWAYS_READY: '0',
    RECEIVER_SETTINGS: 'A_URL,B2',
    RESPONDER_RESOURCE_GROUP: 'rg-(fleet).x',
  };
  expect(answerProblems(all)).toEqual([]);
});

describe('an answer is refused', () => {
  it.each([
    ['AZURE_ENV_NAME', 'Fleet', 'use 2 to 12 lower-case letters'],
    ['AZURE_ENV_NAME', 'f', 'use 2 to 12 lower-case letters'],
    ['AZURE_ENV_NAME', '4fleet', 'starting with a letter'],
    ['AZURE_ENV_NAME', 'fleet_of_us', 'use 2 to 12 lower-case letters'],
    ['AZURE_ENV_NAME', 'fleet-of-many', 'use 2 to 12 lower-case letters'],
    ['AZURE_ENV_NAME', 'flöte', 'use 2 to 12 lower-case letters'],
    ['AZURE_SUBSCRIPTION_ID', '', 'no subscription is chosen yet'],
    ['IOT_HUB_ID', '', 'IOT_HUB_ID is not set: use the full resource id of a Microsoft.Devices/IotHubs'],
    ['IOT_HUB_ID', 'hub-fleet-01', 'IOT_HUB_ID is "hub-fleet-01": use the full resource id'],
    ['IOT_HUB_ID', `${IOT_HUB_ID}/`, 'with nothing after the name'],
    ['IOT_HUB_ID', `${IOT_HUB_ID}/eventHubEndpoints/events`, 'with nothing after the name'],
    ['IOT_HUB_ID', `C:/Program Files/Git${IOT_HUB_ID}`, 'export MSYS_NO_PATHCONV=1'],
    ['ALERT_EMAILS', '', 'ALERT_EMAILS is not set'],
    ['ALERT_EMAILS', 'ops', 'name who gets the alerts of the responder'],
    [
      'EXISTING_SYSTEM_TOPIC_ID',
      'hub-events',
      'use the full resource id of a Microsoft.EventGrid/systemTopics',
    ],
    ['WORKSPACE_ID', 'log-central', 'use the full resource id of a Microsoft.OperationalInsights/workspaces'],
    ['COMMUNICATION_SERVICE_ID', '/subscriptions/s', 'azd env set RESPONDER_EMAIL_SENDER='],
    ['RESPONDER_EMAIL_SENDER', 'a@b.example', 'azd env set COMMUNICATION_SERVICE_ID='],
    ['RECEIVER_SETTINGS', 'oncall-url', 'upper-case letters, digits and underscores'],
    ['CONNECTION_LOGS', 'existing', 'azd env set WORKSPACE_ID='],
    ['CONNECTION_LOGS', 'yes', 'use new or existing'],
    ['READ_HUB_METRICS', '1', 'use true or false'],
    ['EMAIL_DOMAIN_VERIFIED', 'yes', 'use true or false'],
    ['EMAIL_DOMAIN_VERIFIED', 'true', 'azd env set EMAIL_DOMAIN='],
    ['EMAIL_DOMAIN', 'https://contoso.example', 'use a domain'],
    ['EMAIL_DATA_LOCATION', 'Europe/Oslo', 'use a location'],
    ['DAILY_CAP_GB', 'five', 'use a whole number, or -1'],
    ['DAILY_CAP_GB', '0', 'use a whole number, or -1'],
    ['INSTANCE_MEMORY_MB', '1024', 'use 512, 2048 or 4096'],
    ['ALWAYS_READY', '21', 'use a number from 0 to 20'],
    ['ALWAYS_READY', 'none', 'use a number from 0 to 20'],
    ['VNET_ADDRESS_PREFIX', '10.40.0.0/25', 'use a prefix of /24 or wider'],
    ['VNET_ADDRESS_PREFIX', '10.40.0.0/24', 'azd env set ALLOWED_IP_RANGES=203.0.113.7/32'],
    ['ALLOWED_IP_RANGES', '203.0.113.7/32', 'azd env set VNET_ADDRESS_PREFIX=10.40.0.0/24'],
    ['ALLOWED_IP_RANGES', '203.0.113.6/31', 'storage accepts no /31'],
    ['ALLOWED_IP_RANGES', '203.0.113.7', 'use ranges'],
    ['ALERT_WEBHOOK', 'http://alerts.contoso.example', 'use an address with https'],
    ['RESPONDER_RESOURCE_GROUP', 'rg fleet', 'use at most 90 letters'],
  ])('%s: %j', (name, value, problem) => {
    expect(answerProblems({ ...accepted, [name]: value }).join('\n')).toContain(problem);
  });

  it('without telling the address of a webhook', () => {
    expect(answerProblems({ ...accepted, ALERT_WEBHOOK: 'hooks/secret' }).join('\n')).not.toContain('secret');
  });

  it('together with all the others', () => {
    expect(answerProblems({})).toHaveLength(4);
  });
});

it('names the group as the template does', () => {
  expect(groupOf(accepted)).toBe('rg-responder-fleet');
  expect(groupOf({ ...accepted, RESPONDER_RESOURCE_GROUP: 'rg-x' })).toBe('rg-x');
  const template = readFileSync(path.join(root, 'infra/azd.bicep'), 'utf8');
  expect(template).toContain(`empty(resourceGroupName) ? 'rg-responder-\${environmentName}'`);
});

it('knows every answer that the templates take from a person', () => {
  const parameters = readFileSync(path.join(root, 'infra/azd.parameters.json'), 'utf8');
  const taken = [...parameters.matchAll(/\$\{(\w+)/g)].map(([, name]) => name!);
  // The hub's region is looked up.
  const others = taken.filter((name) => !name.startsWith('AZURE_') && name !== 'IOT_HUB_LOCATION');
  expect(Object.keys(answers).sort()).toEqual(others.sort());
});

it('refuses none of its own examples', () => {
  const wrong = Object.values(answers).filter(
    ({ accepts, example }) => !accepts(example.replaceAll('…', 'x')),
  );
  expect(wrong).toEqual([]);
});
