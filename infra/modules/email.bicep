// Communication Services with a sender: on a domain that Azure manages (10 mails an hour: for a trial), or on your
// own. Azure links an own domain only once its DNS records are verified, so that takes two deployments; until the
// second, mails go out by the domain that Azure manages.

param name string
param tags object

@description('Where mails are kept at rest, as `Europe`.')
param dataLocation string

@description('Your own domain, as `notify.example.com`; empty: one that Azure manages.')
param domain string
param domainVerified bool

var own = !empty(domain)
var live = own && domainVerified

resource mails 'Microsoft.Communication/emailServices@2025-05-01' = {
  name: 'mail-${name}'
  location: 'global'
  tags: tags
  properties: { dataLocation: dataLocation }
}

resource ownDomain 'Microsoft.Communication/emailServices/domains@2025-05-01' = if (own) {
  parent: mails
  name: own ? domain : 'none'
  location: 'global'
  tags: tags
  properties: { domainManagement: 'CustomerManaged', userEngagementTracking: 'Disabled' }
}

resource azureDomain 'Microsoft.Communication/emailServices/domains@2025-05-01' = if (!live) {
  parent: mails
  name: 'AzureManagedDomain'
  location: 'global'
  tags: tags
  properties: { domainManagement: 'AzureManaged', userEngagementTracking: 'Disabled' }
}

resource communication 'Microsoft.Communication/communicationServices@2025-05-01' = {
  name: 'acs-${name}'
  location: 'global'
  tags: tags
  properties: {
    dataLocation: dataLocation
    disableLocalAuth: true
    linkedDomains: [live ? ownDomain.id : azureDomain.id]
  }
}

// Every domain has this sender once it is verified; others need a raised limit.
output sender string = 'DoNotReply@${live ? domain : azureDomain!.properties.fromSenderDomain}'
