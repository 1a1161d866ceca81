// Alerts at scale, from the hub's own metrics: they need nothing of the responder and still fire when it is down.
// The metrics have no dimension for devices or sites, so they tell of the fleet as a whole.

import { connectedDevices } from 'types.bicep'

param name string
param tags object
param hubId string
param hubLocation string
param watch connectedDevices
param actionGroupId string

@description('Where the runbooks are, as an address or a path of the repository.')
param runbooks string

var metric = {
  name: 'connected'
  metricNamespace: 'Microsoft.Devices/IotHubs'
  metricName: 'connectedDeviceCount'
  operator: 'LessThan'
}

resource connectedDevicesLow 'Microsoft.Insights/metricAlerts@2018-03-01' = if (watch.kind != 'off') {
  name: 'alert-${name}-connected-devices-low'
  location: 'global'
  tags: tags
  properties: {
    description: 'Fewer devices are connected to the hub than there should be. Runbook: ${runbooks}#connected-devices-low'
    severity: 2
    enabled: true
    scopes: [hubId]
    evaluationFrequency: watch.kind == 'static' ? 'PT1M' : 'PT5M'
    windowSize: 'PT5M'
    targetResourceType: 'Microsoft.Devices/IotHubs'
    targetResourceRegion: hubLocation
    autoMitigate: true
    criteria: watch.kind == 'static'
      ? {
          'odata.type': 'Microsoft.Azure.Monitor.SingleResourceMultipleMetricCriteria'
          allOf: [
            union(metric, {
              criterionType: 'StaticThresholdCriterion'
              // The metric is a snapshot: sums of it mean nothing.
              timeAggregation: 'Maximum'
              threshold: watch.fewerThan
            })
          ]
        }
      : {
          'odata.type': 'Microsoft.Azure.Monitor.MultipleResourceMultipleMetricCriteria'
          allOf: [
            union(metric, {
              criterionType: 'DynamicThresholdCriterion'
              timeAggregation: 'Average'
              alertSensitivity: watch.?sensitivity ?? 'Medium'
              failingPeriods: { numberOfEvaluationPeriods: 4, minFailingPeriodsToAlert: 3 }
            })
          ]
        }
    actions: [{ actionGroupId: actionGroupId }]
  }
}

resource hubEventsFailing 'Microsoft.Insights/metricAlerts@2018-03-01' = {
  name: 'alert-${name}-hub-events-failing'
  location: 'global'
  tags: tags
  properties: {
    description: 'The hub cannot hand its events to Event Grid. Runbook: ${runbooks}#hub-events-failing'
    severity: 1
    enabled: true
    scopes: [hubId]
    evaluationFrequency: 'PT1M'
    windowSize: 'PT5M'
    targetResourceType: 'Microsoft.Devices/IotHubs'
    targetResourceRegion: hubLocation
    autoMitigate: true
    criteria: {
      'odata.type': 'Microsoft.Azure.Monitor.SingleResourceMultipleMetricCriteria'
      allOf: [
        {
          criterionType: 'StaticThresholdCriterion'
          name: 'failed'
          metricNamespace: 'Microsoft.Devices/IotHubs'
          metricName: 'EventGridDeliveries'
          dimensions: [{ name: 'Result', operator: 'Include', values: ['failure'] }]
          timeAggregation: 'Total'
          operator: 'GreaterThan'
          threshold: 0
        }
      ]
    }
    actions: [{ actionGroupId: actionGroupId }]
  }
}
