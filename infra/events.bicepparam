// Reads the outputs of main.bicep from the environment: `azd` sets them, docs/deploy.md shows how to set them by hand.
using 'events.bicep'

param eventSubscriptionName = readEnvironmentVariable('EVENT_SUBSCRIPTION_NAME')
param functionAppName = readEnvironmentVariable('FUNCTION_APP_NAME')
param systemTopicId = readEnvironmentVariable('SYSTEM_TOPIC_ID')
param eventSource = readEnvironmentVariable('EVENT_SOURCE', 'eventGrid')
param eventHubId = readEnvironmentVariable('EVENT_HUB_ID', '')
param mailTopicId = readEnvironmentVariable('MAIL_TOPIC_ID', '')
param storageAccountName = readEnvironmentVariable('STORAGE_ACCOUNT_NAME')
