import { ofType, type Prediction, valueAt } from './prediction.ts';

/** What azd keeps and the hooks read is what was made, under the tags by which azd finds it again. */
export function checkAzd(prediction: Prediction): string[] {
  const first = (type: string) => ofType(prediction, type)[0];
  const group = first('Microsoft.Resources/resourceGroups');
  const app = first('Microsoft.Web/sites');
  const topic = first('Microsoft.EventGrid/systemTopics');
  const settings = ofType(prediction, 'Microsoft.Web/sites/config')[0];
  const meant: Readonly<Record<string, unknown>> = {
    AZURE_RESOURCE_GROUP: group?.name,
    AZURE_LOCATION: group?.location,
    AZURE_TENANT_ID: '[tenant().tenantId]',
    FUNCTION_APP_NAME: app?.name,
    SERVICE_RESPONDER_NAME: app?.name,
    STORAGE_ACCOUNT_NAME: first('Microsoft.Storage/storageAccounts')?.name,
    EVENT_SUBSCRIPTION_NAME: subscriptionOf(prediction),
    SYSTEM_TOPIC_ID: topic?.id,
    DEPLOYER_ID: deployerOf(prediction),
    VAULT_NAME: first('Microsoft.KeyVault/vaults')?.name,
    EMAIL_SENDER: valueAt(settings, 'properties.EMAIL_SENDER'),
  };
  const outputs = new Set([...Object.keys(meant), ...Object.keys(prediction.outputs)]);
  const rules: readonly [holds: boolean, problem: string][] = [
    [
      `rg-responder-${valueAt(group, 'tags.azd-env-name')}` === group?.name,
      'the group is not that of the environment',
    ],
    [valueAt(app, 'tags.azd-service-name') === 'responder', 'azd does not find the app of the service'],
    [
      prediction.predictedResources.every(
        (resource) =>
          resource === group ||
          resource.id.startsWith(`${group?.id}/`) ||
          valueAt(resource, 'tags.azd-env-name') === undefined,
      ),
      'what stands beside the hub is marked as part of one environment of azd',
    ],
    [
      topic?.location === group?.location,
      'the system topic is not where the responder is, though the hub is said to be nowhere else',
    ],
  ];
  return [
    ...[...outputs]
      .filter((name) => meant[name] === undefined || prediction.outputs[name] !== meant[name])
      .map((name) => `output ${name} is not what was made`),
    ...rules.filter(([holds]) => !holds).map(([, problem]) => problem),
  ];
}

/** Who may put the configuration into its container. */
function deployerOf(prediction: Prediction): unknown {
  const role = ofType(prediction, 'Microsoft.Authorization/roleAssignments').find(({ id }) =>
    id.includes('/containers/config/'),
  );
  return valueAt(role, 'properties.principalId');
}

/** As the alerts on the topic name it. */
function subscriptionOf(prediction: Prediction): unknown {
  const alert = ofType(prediction, 'Microsoft.Insights/metricAlerts').find(({ name }) =>
    name.endsWith('-dead-letters'),
  );
  return valueAt(alert, 'properties.criteria.allOf.0.dimensions.0.values.0');
}
