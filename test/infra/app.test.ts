import { describe, expect, it } from 'vitest';
import {
  everywhere,
  installations,
  ofType,
  only,
  ownName,
  snapshot,
  textsAt,
  valueAt,
} from './prediction.ts';
import { readProduct } from './product.ts';

const product = await readProduct();
const config = 'properties.functionAppConfig';
const topic = 'Microsoft.EventGrid/systemTopics';

describe('the app, and the topics of the hub and of mail', () => {
  it.each<[type: string, at: string, accepted: RegExp]>([
    ['Microsoft.Web/serverfarms', 'properties.reserved', /^true$/],
    ['Microsoft.Web/sites', `${config}.runtime.name`, /^node$/],
    ['Microsoft.Web/sites', `${config}.runtime.version`, /^24$/],
    // The address of the account is known to Azure only; the container is ours.
    ['Microsoft.Web/sites', `${config}.deployment.storage.value`, /'package'|\/package\b/],
    // It writes dead letters with its identity.
    [topic, 'identity.type', /^SystemAssigned$/],
    [topic, 'properties.topicType', /^Microsoft\.(Devices\.IoTHubs|Communication\.CommunicationServices)$/],
    [
      topic,
      'properties.source',
      /\/providers\/Microsoft\.(Devices\/IotHubs|Communication\/communicationServices)\/[^/]+$/,
    ],
  ])('%s: %s is %s', (type, at, accepted) => {
    for (const [resource, value] of everywhere(type, at)) expect(String(value), resource).toMatch(accepted);
  });

  it.each(installations)('%s survives a zone only together with its storage', (name) => {
    const prediction = snapshot(name);
    const zones = valueAt(only(prediction, 'Microsoft.Web/serverfarms'), 'properties.zoneRedundant');
    const { sku } = only(prediction, 'Microsoft.Storage/storageAccounts');
    expect(zones === true ? sku : { name: 'Standard_ZRS' }).toEqual({ name: 'Standard_ZRS' });
  });

  it.each(installations)('%s warms functions that are there', (name) => {
    const app = only(snapshot(name), 'Microsoft.Web/sites');
    const warm = valueAt(app, `${config}.scaleAndConcurrency.alwaysReady`) as readonly { name: string }[];
    const functions = product.functions.map((registered) => `function:${registered.name}`);
    expect(warm.map((entry) => entry.name).filter((each) => !functions.includes(each))).toEqual([]);
  });

  it.each<[(typeof installations)[number], instances: number, memoryMB: number]>([
    ['minimal', 1, 2048],
    ['azdExample', 1, 2048],
    ['full', 2, 4096],
    ['ownDomain', 0, 512],
  ])('%s keeps %i instances of %i MB ready for events', (name, instances, memoryMB) => {
    const scale = valueAt(only(snapshot(name), 'Microsoft.Web/sites'), `${config}.scaleAndConcurrency`);
    expect(valueAt(scale, 'instanceMemoryMB')).toBe(memoryMB);
    expect(valueAt(scale, 'alwaysReady')).toEqual(
      instances === 0 ? [] : [{ name: 'function:receiveConnectionEvent', instanceCount: instances }],
    );
  });
});

describe('mail', () => {
  const sender = (name: (typeof installations)[number]) =>
    String(
      valueAt(only(snapshot(name), 'Microsoft.Web/sites/config', '/appsettings'), 'properties.EMAIL_SENDER'),
    );
  const linked = (name: (typeof installations)[number]) => {
    const prediction = snapshot(name);
    const service = only(prediction, 'Microsoft.Communication/communicationServices');
    const domains = ofType(prediction, 'Microsoft.Communication/emailServices/domains');
    const ids = textsAt(service, 'properties.linkedDomains');
    expect(ids).toHaveLength(1);
    return domains.find(({ id }) => id === ids[0])!;
  };

  it.each(['minimal', 'azdExample'] as const)('%s sends by the domain of Azure that is linked', (name) => {
    const domain = linked(name);
    expect(valueAt(domain, 'properties.domainManagement')).toBe('AzureManaged');
    expect(sender(name)).toContain(`'${domain.id}'`);
    expect(sender(name)).toContain('.fromSenderDomain');
  });

  it('ownDomain sends by its own domain', () => {
    expect(sender('ownDomain')).toBe(`DoNotReply@${ownName(linked('ownDomain'))}`);
  });

  it('full sends by a service that is there', () => {
    expect(ofType(snapshot('full'), 'Microsoft.Communication/communicationServices')).toEqual([]);
    expect(sender('full')).toMatch(/^\S+@\S+$/);
  });
});

// Storage that is closed to networks stops the host unless the app is inside with an endpoint for every service.
describe('a network of its own', () => {
  const acls = 'properties.networkAcls';

  it.each(['minimal', 'ownDomain', 'azdExample'] as const)('is not needed by %s', (name) => {
    const account = only(snapshot(name), 'Microsoft.Storage/storageAccounts');
    expect(valueAt(account, `${acls}.defaultAction`)).toBe('Allow');
    expect(valueAt(account, 'properties.publicNetworkAccess')).toBe('Enabled');
  });

  const full = snapshot('full');
  const account = only(full, 'Microsoft.Storage/storageAccounts');
  const app = only(full, 'Microsoft.Web/sites');

  it('closes storage to all but Azure’s own services, which bring the dead letters', () => {
    expect(valueAt(account, `${acls}.defaultAction`)).toBe('Deny');
    expect(valueAt(account, `${acls}.bypass`)).toBe('AzureServices');
  });

  it('has the app in a subnet for it, with a way out to receivers', () => {
    const subnets = valueAt(only(full, 'Microsoft.Network/virtualNetworks'), 'properties.subnets');
    const own = (subnets as readonly unknown[]).find((subnet) =>
      String(valueAt(app, 'properties.virtualNetworkSubnetId')).endsWith(
        `/subnets/${valueAt(subnet, 'name')}`,
      ),
    );
    expect(valueAt(own, 'properties.delegations.0.properties.serviceName')).toBe(
      'Microsoft.App/environments',
    );
    expect(valueAt(own, 'properties.natGateway')).toBeDefined();
  });

  it('lets Event Grid in', () => {
    const door = { tag: 'ServiceTag', ipAddress: 'AzureEventGrid', action: 'Allow' };
    const doors = valueAt(app, 'properties.siteConfig.ipSecurityRestrictions');
    expect(doors).toContainEqual(expect.objectContaining(door));
  });

  it('reaches each service of the account', () => {
    const services = ofType(full, 'Microsoft.Network/privateEndpoints')
      .map((endpoint) => valueAt(endpoint, 'properties.privateLinkServiceConnections.0.properties'))
      .filter((connection) => valueAt(connection, 'privateLinkServiceId') === account.id)
      .flatMap((connection) => textsAt(connection, 'groupIds'));
    expect(services.sort()).toEqual(['blob', 'queue', 'table']);
  });
});
