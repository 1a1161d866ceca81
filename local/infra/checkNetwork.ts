import { ofType, type Prediction, textsAt, valueAt } from './prediction.ts';

/** Storage that is closed to networks stops the host unless the app is inside with an endpoint for every service. */
export function checkNetwork(prediction: Prediction): string[] {
  const [account] = ofType(prediction, 'Microsoft.Storage/storageAccounts');
  const closed =
    valueAt(account, 'properties.networkAcls.defaultAction') === 'Deny' ||
    valueAt(account, 'properties.publicNetworkAccess') === 'Disabled';
  if (!closed) return [];
  const [app] = ofType(prediction, 'Microsoft.Web/sites');
  const [network] = ofType(prediction, 'Microsoft.Network/virtualNetworks');
  const subnets = (valueAt(network, 'properties.subnets') ?? []) as readonly unknown[];
  const own = subnets.find((subnet) =>
    String(valueAt(app, 'properties.virtualNetworkSubnetId')).endsWith(`/subnets/${valueAt(subnet, 'name')}`),
  );
  const delegated = valueAt(own, 'properties.delegations.0.properties.serviceName');
  const connections = ofType(prediction, 'Microsoft.Network/privateEndpoints').map((endpoint) =>
    valueAt(endpoint, 'properties.privateLinkServiceConnections.0.properties'),
  );
  const reached = connections
    .filter((connection) => valueAt(connection, 'privateLinkServiceId') === account?.id)
    .flatMap((connection) => textsAt(connection, 'groupIds'));
  const doors = (valueAt(app, 'properties.siteConfig.ipSecurityRestrictions') ?? []) as readonly unknown[];
  const eventGrid = doors.some(
    (door) =>
      valueAt(door, 'tag') === 'ServiceTag' &&
      valueAt(door, 'ipAddress') === 'AzureEventGrid' &&
      valueAt(door, 'action') === 'Allow',
  );
  const rules: readonly [holds: boolean, problem: string][] = [
    [own !== undefined, 'storage is closed, and the app is in no network'],
    [delegated === 'Microsoft.App/environments', 'the subnet is not delegated to Flex Consumption'],
    [valueAt(own, 'properties.natGateway') !== undefined, 'the subnet has no way out to receivers'],
    [eventGrid, 'the app is closed to Event Grid'],
    [
      valueAt(account, 'properties.networkAcls.bypass') === 'AzureServices',
      'storage is closed to the dead letters of Event Grid',
    ],
  ];
  return [
    ...rules.filter(([holds]) => !holds).map(([, problem]) => problem),
    ...['blob', 'queue', 'table']
      .filter((service) => !reached.includes(service))
      .map((service) => `storage is closed, and its ${service} service has no private endpoint`),
  ];
}
