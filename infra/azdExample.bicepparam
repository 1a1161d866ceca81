// Answers as azd gives them. Not called azd.bicepparam, which azd would take instead of azd.parameters.json.
using 'azd.bicep'

param environmentName = 'fleet'
param location = 'westeurope'
param principalId = '33333333-3333-3333-3333-333333333333'
param hubId = '/subscriptions/11111111-1111-1111-1111-111111111111/resourceGroups/rg-hub/providers/Microsoft.Devices/IotHubs/hub-fleet-01'
param hubLocation = ''
param alertEmails = 'responder-alerts@contoso.example, duty@contoso.example,'
param receiverSettings = 'ONCALL_WEBHOOK_URL, ONCALL_WEBHOOK_SECRET'
