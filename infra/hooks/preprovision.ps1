# Says what is missing before anything is made.
$ErrorActionPreference = 'Stop'

function Fail([string]$Message) {
  [Console]::Error.WriteLine("preprovision: $Message")
  exit 1
}

if ("$env:AZURE_ENV_NAME" -cnotmatch '^[a-z][a-z0-9-]{1,11}$') {
  Fail "the name of the azd environment, `"$env:AZURE_ENV_NAME`", names the installation: use 2 to 12 lower-case letters, digits`n  and dashes, with a letter in front. Make another: azd env new fleet"
}
if ("$env:IOT_HUB_ID" -notmatch '^/subscriptions/[^/]+/resourceGroups/[^/]+/providers/Microsoft\.Devices/IotHubs/.+') {
  Fail "IOT_HUB_ID is not the resource id of an IoT hub. Set it:`n  azd env set IOT_HUB_ID (az iot hub show --name <hub> --query id --output tsv)"
}
if ("$env:ALERT_EMAILS" -notmatch '@') {
  Fail "ALERT_EMAILS names nobody who gets the alerts of the responder. Set it:`n  azd env set ALERT_EMAILS ops@contoso.example"
}
if ($env:COMMUNICATION_SERVICE_ID -and -not $env:RESPONDER_EMAIL_SENDER) {
  Fail "COMMUNICATION_SERVICE_ID is set, but not the sender to use there. Set it:`n  azd env set RESPONDER_EMAIL_SENDER DoNotReply@contoso.example"
}
if ($env:VNET_ADDRESS_PREFIX -and -not $env:ALLOWED_IP_RANGES) {
  Fail "VNET_ADDRESS_PREFIX closes the storage to you too. Set the addresses that stay open, yours among them:`n  azd env set ALLOWED_IP_RANGES 203.0.113.7/32"
}
if ($env:ALLOWED_IP_RANGES -and -not $env:VNET_ADDRESS_PREFIX) {
  Fail "ALLOWED_IP_RANGES counts only with a network of its own. Set it:`n  azd env set VNET_ADDRESS_PREFIX 10.40.0.0/24"
}
if (-not (Get-Command az -ErrorAction SilentlyContinue)) { Fail 'the Azure CLI (az) is needed for the event subscription.' }
# The subscription is not chosen yet when `azd provision` runs for the first time.
$subscription = if ($env:AZURE_SUBSCRIPTION_ID) { @('--subscription', $env:AZURE_SUBSCRIPTION_ID) } else { @() }
az account show --output none @subscription
if ($LASTEXITCODE -ne 0) { Fail "the Azure CLI is not signed in to $(if ($env:AZURE_SUBSCRIPTION_ID) { $env:AZURE_SUBSCRIPTION_ID } else { 'Azure' }): az login" }
