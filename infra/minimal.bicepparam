// The least that runs: everything new but the hub, open to networks, closed to keys.
using 'main.bicep'

param name = 'fleet'
param hubId = '/subscriptions/11111111-1111-1111-1111-111111111111/resourceGroups/rg-hub/providers/Microsoft.Devices/IotHubs/hub-fleet-01'
param alertEmails = ['responder-alerts@contoso.example']
