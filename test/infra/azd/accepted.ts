/** Answers of azd with which nothing is wrong. */
export const accepted = {
  AZURE_ENV_NAME: 'fleet',
  AZURE_SUBSCRIPTION_ID: 'a-subscription',
  AZURE_LOCATION: 'West Europe',
  IOT_HUB_ID: '/subscriptions/s/resourceGroups/g/providers/Microsoft.Devices/IotHubs/hub-fleet-01',
  ALERT_EMAILS: 'ops@contoso.example',
};
