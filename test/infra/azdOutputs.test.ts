import { describe, expect, it } from 'vitest';
import { ofType, only, snapshot, valueAt } from './prediction.ts';

describe('what azd keeps and the hooks read', () => {
  const prediction = snapshot('azdExample');
  const group = only(prediction, 'Microsoft.Resources/resourceGroups');
  const app = only(prediction, 'Microsoft.Web/sites');
  const topic = only(prediction, 'Microsoft.EventGrid/systemTopics', 'evgt-hub-fleet-01');
  const mailTopic = ofType(prediction, 'Microsoft.EventGrid/systemTopics').find(({ name }) =>
    name.startsWith('evgt-acs-'),
  )!;
  const settings = only(prediction, 'Microsoft.Web/sites/config', '/appsettings');

  it('is what was made, and nothing else', () => {
    const mayPutConfiguration = ofType(prediction, 'Microsoft.Authorization/roleAssignments').find(({ id }) =>
      id.includes('/containers/config/'),
    );
    const counted = only(prediction, 'Microsoft.Insights/metricAlerts', '-dead-letters');
    expect(prediction.outputs).toEqual({
      AZURE_RESOURCE_GROUP: group.name,
      AZURE_LOCATION: group.location,
      AZURE_TENANT_ID: '[tenant().tenantId]',
      FUNCTION_APP_NAME: app.name,
      SERVICE_RESPONDER_NAME: app.name,
      STORAGE_ACCOUNT_NAME: only(prediction, 'Microsoft.Storage/storageAccounts').name,
      EVENT_SUBSCRIPTION_NAME: valueAt(counted, 'properties.criteria.allOf.0.dimensions.0.values.0'),
      EVENT_SOURCE: valueAt(settings, 'properties.EVENT_SOURCE'),
      EVENT_HUB_ID: '',
      SYSTEM_TOPIC_ID: topic.id,
      MAIL_TOPIC_ID: mailTopic.id,
      DEPLOYER_ID: valueAt(mayPutConfiguration, 'properties.principalId'),
      VAULT_NAME: only(prediction, 'Microsoft.KeyVault/vaults').name,
      EMAIL_SENDER: valueAt(settings, 'properties.EMAIL_SENDER'),
    });
    expect(Object.values(prediction.outputs)).not.toContain(undefined);
  });

  it('stands under the tags by which azd finds it again', () => {
    expect(group.name).toBe(`rg-responder-${valueAt(group, 'tags.azd-env-name')}`);
    expect(valueAt(app, 'tags.azd-service-name')).toBe('responder');
  });

  it('marks nothing beside the hub as part of one environment', () => {
    const beside = prediction.predictedResources.filter(
      (resource) => resource !== group && !resource.id.startsWith(`${group.id}/`),
    );
    expect(beside).not.toEqual([]);
    expect(beside.map((resource) => valueAt(resource, 'tags.azd-env-name'))).not.toContainEqual(
      expect.anything(),
    );
  });

  it('puts the system topic where the hub is: with the responder, unless said', () => {
    expect(topic.location).toBe(group.location);
  });
});
