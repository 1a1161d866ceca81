import { describe, expect, it } from 'vitest';
import {
  type Installation,
  installations,
  ofType,
  type Prediction,
  type Resource,
  snapshot,
  valueAt,
} from './prediction.ts';

/** One right: who has which built-in role, on what kind of resource. */
type Right = `${Holder}: ${string} on ${string}`;
type Holder = 'app' | 'system topic' | 'mail topic' | 'deployer';

const roleNames: Readonly<Record<string, string>> = {
  'b7e6dc6d-f1e8-4753-8033-0f276bb0955b': 'Storage Blob Data Owner',
  '974c5e8b-45b9-4653-ba55-5f855dd0fb88': 'Storage Queue Data Contributor',
  '0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3': 'Storage Table Data Contributor',
  'ba92f5b4-2d11-453d-a403-e96b0029c9fe': 'Storage Blob Data Contributor',
  '3913510d-42f4-4e42-8a64-420c390055eb': 'Monitoring Metrics Publisher',
  '3b03c2da-16b3-4a49-8834-0f8130efdd3b': 'Log Analytics Data Reader',
  '09976791-48a7-449e-bb21-39d1a415f350': 'Communication and Email Service Owner',
  'c6a89b2d-59bc-44d0-9896-0f6e12d7b80a': 'Storage Queue Data Message Sender',
  'a638d3c7-ab3a-418d-83e6-5f17a39d4fde': 'Azure Event Hubs Data Receiver',
  '2b629674-e913-4c01-ae53-ef4638d8f975': 'Azure Event Hubs Data Sender',
  'd5a91429-5739-47e2-a06b-3470a27159e7': 'EventGrid Data Sender',
  '4633458b-17de-408a-b874-0445c5362a28': 'Key Vault Secrets User',
  '43d0d8ad-25c7-4714-9337-8ba259a9fe05': 'Monitoring Reader',
};

const always: readonly Right[] = [
  'app: Storage Blob Data Owner on storageAccounts',
  'app: Storage Queue Data Contributor on storageAccounts',
  'app: Storage Table Data Contributor on storageAccounts',
  'app: Monitoring Metrics Publisher on components',
  'app: Log Analytics Data Reader on workspaces',
  'app: Communication and Email Service Owner on communicationServices',
  'system topic: Storage Blob Data Contributor on container dead-letters',
  'mail topic: Storage Blob Data Contributor on container dead-letters',
];

/** Only with what asks for them: another source of events, secrets of receivers, the hub's metrics, topics for notices, a named deployer. */
const byQueue: readonly Right[] = ['system topic: Storage Queue Data Message Sender on queue device-events'];
const byEventHub: readonly Right[] = [
  'system topic: Azure Event Hubs Data Sender on eventhubs',
  'app: Azure Event Hubs Data Receiver on eventhubs',
];
const vault: readonly Right[] = ['app: Key Vault Secrets User on vaults'];
const metrics: readonly Right[] = ['app: Monitoring Reader on IotHubs'];
const noticeTopics: readonly Right[] = ['app: EventGrid Data Sender on topics'];
const deployer: readonly Right[] = [
  'deployer: Storage Blob Data Contributor on container package',
  'deployer: Storage Blob Data Contributor on container config',
];

const onDemand: Readonly<Record<Installation, readonly Right[]>> = {
  minimal: [],
  full: [...byEventHub, ...vault, ...metrics, ...noticeTopics, ...deployer],
  ownDomain: [...byQueue, ...vault],
  azdExample: [...vault, ...deployer],
};

describe.each(installations)('the rights of %s', (name) => {
  const prediction = snapshot(name);
  const given = ofType(prediction, 'Microsoft.Authorization/roleAssignments').map(
    (assignment) => [rightOf(assignment, prediction), assignment] as const,
  );

  it('are exactly the list: none more, none wider', () => {
    expect(given.map(([right]) => right).sort()).toEqual([...always, ...onDemand[name]].sort());
  });

  it.each(given)('%s: why, to what kind of principal, and again to a new one', (right, assignment) => {
    expect(valueAt(assignment, 'properties.description')).toMatch(/./);
    // Azure looks a new identity up before it is everywhere, and refuses it, unless its kind is said.
    const kinds = right.startsWith('deployer') ? ['User', 'Group', 'ServicePrincipal'] : ['ServicePrincipal'];
    expect(kinds).toContain(valueAt(assignment, 'properties.principalType'));
    expect(isNamedByPrincipal(assignment)).toBe(true);
  });
});

function rightOf(assignment: Resource, prediction: Prediction): string {
  const role = String(valueAt(assignment, 'properties.roleDefinitionId')).split('/').at(-1) ?? '';
  const holder = holderOf(String(valueAt(assignment, 'properties.principalId')), prediction);
  return `${holder}: ${roleNames[role] ?? role} on ${scopeOf(assignment.id)}`;
}

function holderOf(principalId: string, prediction: Prediction): string {
  const [identity] = ofType(prediction, 'Microsoft.ManagedIdentity/userAssignedIdentities');
  if (identity && principalId.includes(`'${identity.id}'`)) return 'app';
  const [, topic] = /\/providers\/Microsoft\.EventGrid\/systemTopics\/([^'/]+)/.exec(principalId) ?? [];
  if (topic) return topic.includes('acs-') ? 'mail topic' : 'system topic';
  return /^[0-9a-f-]{36}$/.test(principalId) ? 'deployer' : principalId;
}

/** Azure refuses another principal under the name of an assignment that is there, so the name goes with the principal. */
function isNamedByPrincipal({ name, properties }: Resource): boolean {
  const principalId = String(valueAt(properties, 'principalId'));
  const expression = /^\[(.+)\]$/.exec(principalId)?.[1];
  return expression === undefined || name.includes(expression);
}

/** The kind of resource that a role assignment stands on; a container or a queue by its name; a group or subscription as itself. */
function scopeOf(id: string): string {
  // Where the principal is known to Azure only, the name is too, and the id is an expression.
  const [, scope = id.split('/providers/Microsoft.Authorization/roleAssignments/')[0] ?? id] =
    /^\[extensionResourceId\('([^']+)', 'Microsoft.Authorization\/roleAssignments'/.exec(id) ?? [];
  const [, path] = scope.split('/providers/');
  if (!path) return scope;
  const container = /\/containers\/([^/]+)$/.exec(path)?.[1];
  const queue = /\/queues\/([^/]+)$/.exec(path)?.[1];
  if (queue) return `queue ${queue}`;
  return container ? `container ${container}` : (path.split('/').at(-2) ?? path);
}
