// For the tests, not to copy as a whole: what the other two leave out. A mail domain and an address of your own, a vault
// without a virtual network, a new topic in another region, another cloud, an unusual number of devices, no cap, storage
// in several zones, events by a storage queue, mails kept elsewhere, small instances of which none is always ready.
using 'main.bicep'

param name = 'sites-9'
param location = 'westeurope'

param hubId = '/subscriptions/11111111-1111-1111-1111-111111111111/resourceGroups/rg-hub/providers/Microsoft.Devices/IotHubs/hub-fleet-01'
param hubLocation = 'northeurope'
param eventSource = 'storageQueue'

param emailDomain = 'notify.contoso.example'
param emailDomainVerified = true
param emailDataLocation = 'Norway'
param storageRedundancy = 'Standard_ZRS'
param publicUrl = 'https://responder.contoso.example'
param monitorEndpoints = { logs: 'https://api.loganalytics.us', metrics: 'https://management.usgovcloudapi.net' }
param receiverSettings = ['ONCALL_WEBHOOK_SECRET']

param alertEmails = ['responder-alerts@contoso.example']
param connectedDevicesAlert = { kind: 'dynamic', sensitivity: 'High' }
param dailyCapGb = -1
// No instance is kept ready; each is small.
param sizing = { instanceMemoryMB: 512, maximumInstanceCount: 40, alwaysReady: 0 }
