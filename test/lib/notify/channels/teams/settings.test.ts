import { expect, it } from 'vitest';
import { teamsUrlFault } from '../../../../../src/lib/notify/channels/teams/settings.ts';

const azure = { development: false, allowHosts: ['flows.plant.example'] };
const local = { development: true, allowHosts: [] };
const path =
  '/powerautomate/automations/direct/workflows/0f/triggers/manual/paths/invoke?api-version=1&sig=k3y';

it.each([
  [azure, `https://0f1e.4a.environment.api.powerplatform.com:443${path}`, null],
  [azure, `https://0f1e.4a.environment.api.powerplatform.com:8443${path}`, null],
  [azure, `https://0f1e.4a.environment.api.powerplatform.com${path}`, null],
  [azure, `https://FLOWS.plant.example${path}`, null],
  [azure, `http://0f1e.4a.environment.api.powerplatform.com${path}`, 'is not encrypted'],
  [azure, `https://hooks.example${path}`, 'name this host in allowHosts'],
  [azure, `https://environment.api.powerplatform.com.evil.example${path}`, 'name this host in allowHosts'],
  [azure, 'https://10.0.0.5/flow', 'private network'],
  [azure, 'not an address', 'is not a web address'],
  [local, 'http://127.0.0.1:7072/teams/hall', null],
  [azure, 'https://prod-12.westeurope.logic.azure.com:443/workflows/0f?sig=k3y', 'copy the new address'],
  [local, 'https://prod-12.westeurope.logic.azure.com./workflows/0f?sig=k3y', 'copy the new address'],
  [azure, 'https://plant.webhook.office.com/webhookb2/0f/IncomingWebhook/k3y', 'make a flow'],
  [azure, 'https://outlook.office.com/webhook/0f/IncomingWebhook/k3y', 'make a flow'],
  [azure, 'https://outlook.office365.com/webhook/0f', 'make a flow'],
])('%o takes %s: %s', (rules, url, fault) => {
  if (fault === null) expect(teamsUrlFault(url, rules)).toBeNull();
  else expect(teamsUrlFault(url, rules)).toContain(fault);
  expect(teamsUrlFault(url, rules) ?? '').not.toContain('k3y');
});
