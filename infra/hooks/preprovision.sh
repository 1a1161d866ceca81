#!/bin/sh
# Says what is missing before anything is made.
set -eu

fail() {
  printf 'preprovision: %s\n' "$1" >&2
  exit 1
}

case "${IOT_HUB_ID:-}" in
  /subscriptions/*/resourceGroups/*/providers/Microsoft.Devices/IotHubs/*) ;;
  *) fail 'IOT_HUB_ID is not the resource id of an IoT hub. Set it:
  azd env set IOT_HUB_ID "$(az iot hub show --name <hub> --query id --output tsv)"' ;;
esac
case "${ALERT_EMAILS:-}" in
  *@*) ;;
  *) fail 'ALERT_EMAILS names nobody who gets the alerts of the responder. Set it:
  azd env set ALERT_EMAILS ops@contoso.example' ;;
esac
command -v az >/dev/null || fail 'the Azure CLI (az) is needed for the event subscription.'
az account show --output none || fail 'the Azure CLI is not signed in: az login'
