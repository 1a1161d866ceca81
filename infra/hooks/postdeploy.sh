#!/bin/sh
# Event Grid accepts the subscription only now that the function is there.
set -eu

az deployment group create --only-show-errors --output none \
  --subscription "$AZURE_SUBSCRIPTION_ID" --name responder-events \
  --resource-group "$AZURE_RESOURCE_GROUP" --parameters infra/events.bicepparam
printf 'Events of the hub go to %s.\n' "$FUNCTION_APP_NAME"
printf 'Is it ready? Some seconds after its start, this address says so: https://%s.azurewebsites.net/api/health\n' "$FUNCTION_APP_NAME"
