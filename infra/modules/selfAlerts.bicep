// The responder is watched itself: whoever gets these mails learns that it is blind, stuck or silent. Nothing here
// goes through the responder.

import { thresholds } from 'types.bicep'

param name string
param location string
param tags object
param componentId string
param workspaceId string
param systemTopicId string
param actionGroupId string
param limits thresholds

@description('The subscription of this installation; others may share the topic.')
param subscriptionName string

@description('Where the runbooks are, as an address or a path of the repository.')
param runbooks string

// Each rule fires on the number of rows of its query; `fewerThan` fires when there are too few.
// Requests, exceptions and traces are never sampled (host.json), so rows are counts.
var logRules = [
  {
    key: 'sweep-silent'
    what: 'Nothing was heard from sweep for 15 minutes: the responder does not run.'
    severity: 1
    scope: componentId
    query: '''
      requests
      | where name == "sweep" and success == true
    '''
    operator: 'LessThan'
    threshold: 1
  }
  {
    key: 'function-failures'
    what: 'Functions of the responder fail.'
    severity: 2
    scope: componentId
    query: '''
      requests
      | where success == false
    '''
    operator: 'GreaterThan'
    threshold: limits.functionFailures
  }
  {
    key: 'wake-ups-overdue'
    what: 'Sites wait for more than ${limits.overdueMinutes} minutes for their turn: notices are late.'
    severity: 1
    scope: componentId
    query: replace(
      '''
        traces
        | where message startswith "metrics "
        | mv-expand point = parse_json(substring(message, 8)).points
        | where tostring(point.name) == "sweep.oldestDueSeconds" and todouble(point.value) > limitSeconds
      ''',
      'limitSeconds',
      string(limits.overdueMinutes * 60)
    )
    operator: 'GreaterThan'
    threshold: 2
  }
  {
    key: 'poison-messages'
    what: 'A message was given up after five attempts and lies in a poison queue.'
    severity: 2
    scope: componentId
    // The host's line: Message has reached MaxDequeueCount of 5. Moving message to queue 'notices-poison'.
    query: '''
      traces
      | where message has "MaxDequeueCount"
    '''
    operator: 'GreaterThan'
    threshold: 0
  }
  {
    key: 'notices-failed'
    what: 'A notice was given up: somebody was not told.'
    severity: 1
    scope: componentId
    query: '''
      traces
      | where message startswith "notice failed "
    '''
    operator: 'GreaterThan'
    threshold: 0
  }
  {
    key: 'configuration-refused'
    what: 'A new version of the configuration was refused; the last good one stays in use.'
    severity: 2
    scope: componentId
    query: '''
      traces
      | where message startswith "metrics "
      | mv-expand point = parse_json(substring(message, 8)).points
      | where tostring(point.name) == "config.refused" and todouble(point.value) > 0
    '''
    operator: 'GreaterThan'
    threshold: 0
  }
  {
    key: 'daily-cap-reached'
    what: 'The workspace takes no more logs today: diagnosis and these alerts are blind until the cap resets.'
    severity: 2
    scope: workspaceId
    query: '''
      _LogOperation
      | where Category =~ "Ingestion" and Detail contains "OverQuota"
    '''
    operator: 'GreaterThan'
    threshold: 0
  }
]

resource logAlerts 'Microsoft.Insights/scheduledQueryRules@2023-12-01' = [
  for rule in logRules: {
    name: 'alert-${name}-${rule.key}'
    location: location
    tags: tags
    kind: 'LogAlert'
    properties: {
      displayName: '${name}: ${rule.key}'
      description: '${rule.what} Runbook: ${runbooks}#${rule.key}'
      severity: rule.severity
      enabled: true
      scopes: [rule.scope]
      evaluationFrequency: 'PT5M'
      windowSize: 'PT15M'
      criteria: {
        allOf: [
          {
            query: rule.query
            timeAggregation: 'Count'
            operator: rule.operator
            threshold: rule.threshold
            failingPeriods: { numberOfEvaluationPeriods: 1, minFailingPeriodsToAlert: 1 }
          }
        ]
      }
      autoMitigate: true
      // A new workspace has no rows yet to check the query against.
      skipQueryValidation: true
      actions: {
        actionGroups: [actionGroupId]
        customProperties: { runbook: '${runbooks}#${rule.key}' }
      }
    }
  }
]

var topicRules = [
  {
    key: 'dead-letters'
    what: 'Event Grid gave up events and put them into the dead-letter container.'
    severity: 1
    metricName: 'DeadLetteredCount'
    threshold: 0
  }
  {
    key: 'events-dropped'
    what: 'Event Grid dropped events for good: they are not even dead letters.'
    severity: 1
    metricName: 'DroppedEventCount'
    threshold: 0
  }
  {
    key: 'delivery-failing'
    what: 'Event Grid does not reach the responder and tries again.'
    severity: 2
    metricName: 'DeliveryAttemptFailCount'
    threshold: limits.deliveryFailures
  }
]

resource topicAlerts 'Microsoft.Insights/metricAlerts@2018-03-01' = [
  for rule in topicRules: {
    name: 'alert-${name}-${rule.key}'
    location: 'global'
    tags: tags
    properties: {
      description: '${rule.what} Runbook: ${runbooks}#${rule.key}'
      severity: rule.severity
      enabled: true
      scopes: [systemTopicId]
      evaluationFrequency: 'PT5M'
      windowSize: 'PT15M'
      autoMitigate: true
      criteria: {
        'odata.type': 'Microsoft.Azure.Monitor.SingleResourceMultipleMetricCriteria'
        allOf: [
          {
            criterionType: 'StaticThresholdCriterion'
            name: rule.key
            metricNamespace: 'Microsoft.EventGrid/systemTopics'
            metricName: rule.metricName
            dimensions: [{ name: 'EventSubscriptionName', operator: 'Include', values: [subscriptionName] }]
            timeAggregation: 'Total'
            operator: 'GreaterThan'
            threshold: rule.threshold
          }
        ]
      }
      actions: [{ actionGroupId: actionGroupId, webHookProperties: { runbook: '${runbooks}#${rule.key}' } }]
    }
  }
]
