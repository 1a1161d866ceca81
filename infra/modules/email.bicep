// Communication Services with a sender: on a domain that Azure manages (10 mails an hour: for a trial), or on your
// own. Azure links an own domain only once its DNS records are verified, so that takes two deployments.

param name string
param tags object

@description('Where mails are kept at rest, as `Europe`.')
param dataLocation string

@description('Your own domain, as `notify.example.com`; empty: one that Azure manages.')
param domain string
param domainVerified bool

var own = !empty(domain)

resource mails 'Microsoft.Communication/emailServices@2025-05-01' = {
  name: 'mail-${name}'
  location: 'global'
  tags: tags
  properties: { dataLocation: dataLocation }
}

resource mailDomain 'Microsoft.Communication/emailServices/domains@2025-05-01' = {
  parent: mails
  name: own ? domain : 'AzureManagedDomain'
  location: 'global'
  tags: tags
  properties: {
    domainManagement: own ? 'CustomerManaged' : 'AzureManaged'
    userEngagementTracking: 'Disabled'
  }
}

resource communication 'Microsoft.Communication/communicationServices@2025-05-01' = {
  name: 'acs-${name}'
  location: 'global'
  tags: tags
  properties: {
    dataLocation: dataLocation
    disableLocalAuth: true
    linkedDomains: own && !domainVerified ? [] : [mailDomain.id]
  }
}

// Every domain has this sender once it is verified; others need a raised limit.
output sender string = 'DoNotReply@${own ? domain : mailDomain.properties.fromSenderDomain}'
