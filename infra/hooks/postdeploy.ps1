#Requires -Version 7
# Event Grid accepts the subscription only now that the function is there.
$ErrorActionPreference = 'Stop'

az deployment group create --only-show-errors --output none `
  --subscription $env:AZURE_SUBSCRIPTION_ID --name responder-events `
  --resource-group $env:AZURE_RESOURCE_GROUP --parameters infra/events.bicepparam
if ($LASTEXITCODE -ne 0) { exit 1 }
Write-Host "Events of the hub go to $($env:FUNCTION_APP_NAME)."
Write-Host "Is it ready? Some seconds after its start, this address says so: https://$($env:FUNCTION_APP_NAME).azurewebsites.net/api/health"
