# Says what is missing before anything is made.
$ErrorActionPreference = 'Stop'

function Fail([string]$Message) {
  [Console]::Error.WriteLine("preprovision: $Message")
  exit 1
}

if ("$env:IOT_HUB_ID" -notmatch '^/subscriptions/[^/]+/resourceGroups/[^/]+/providers/Microsoft\.Devices/IotHubs/.+') {
  Fail "IOT_HUB_ID is not the resource id of an IoT hub. Set it:`n  azd env set IOT_HUB_ID (az iot hub show --name <hub> --query id --output tsv)"
}
if ("$env:ALERT_EMAILS" -notmatch '@') {
  Fail "ALERT_EMAILS names nobody who gets the alerts of the responder. Set it:`n  azd env set ALERT_EMAILS ops@contoso.example"
}
if (-not (Get-Command az -ErrorAction SilentlyContinue)) { Fail 'the Azure CLI (az) is needed for the event subscription.' }
az account show --output none
if ($LASTEXITCODE -ne 0) { Fail 'the Azure CLI is not signed in: az login' }
