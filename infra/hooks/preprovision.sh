#!/bin/sh
# Says what is missing before anything is made.
set -eu

fail() {
  printf 'preprovision: %s\n' "$1" >&2
  exit 1
}

# Whether a text has only the accepted characters, whatever the language of the machine.
only() {
  [ -z "$(printf %s "$2" | LC_ALL=C tr -d "$1")" ]
}

name=${AZURE_ENV_NAME:-}
case "$name" in [abcdefghijklmnopqrstuvwxyz]?*) ;; *) name='' ;; esac
if [ -z "$name" ] || [ "${#name}" -gt 12 ] || ! only 'a-z0-9-' "$name"; then
  fail "the name of the azd environment, \"${AZURE_ENV_NAME:-}\", names the installation: use 2 to 12 lower-case letters, digits
  and dashes, with a letter in front. Make another: azd env new fleet"
fi
case "$(printf %s "${IOT_HUB_ID:-}" | LC_ALL=C tr A-Z a-z)" in
  /subscriptions/?*/resourcegroups/?*/providers/microsoft.devices/iothubs/?*) ;;
  *) fail 'IOT_HUB_ID is not the resource id of an IoT hub. Set it:
  azd env set IOT_HUB_ID "$(az iot hub show --name <hub> --query id --output tsv)"' ;;
esac
case "${ALERT_EMAILS:-}" in
  *@*) ;;
  *) fail 'ALERT_EMAILS names nobody who gets the alerts of the responder. Set it:
  azd env set ALERT_EMAILS ops@contoso.example' ;;
esac
if [ -n "${COMMUNICATION_SERVICE_ID:-}" ] && [ -z "${RESPONDER_EMAIL_SENDER:-}" ]; then
  fail 'COMMUNICATION_SERVICE_ID is set, but not the sender to use there. Set it:
  azd env set RESPONDER_EMAIL_SENDER DoNotReply@contoso.example'
fi
if [ -n "${VNET_ADDRESS_PREFIX:-}" ] && [ -z "${ALLOWED_IP_RANGES:-}" ]; then
  fail 'VNET_ADDRESS_PREFIX closes the storage to you too. Set the addresses that stay open, yours among them:
  azd env set ALLOWED_IP_RANGES 203.0.113.7/32'
fi
if [ -z "${VNET_ADDRESS_PREFIX:-}" ] && [ -n "${ALLOWED_IP_RANGES:-}" ]; then
  fail 'ALLOWED_IP_RANGES counts only with a network of its own. Set it:
  azd env set VNET_ADDRESS_PREFIX 10.40.0.0/24'
fi
command -v az >/dev/null || fail 'the Azure CLI (az) is needed for the event subscription.'
# The subscription is not chosen yet when `azd provision` runs for the first time.
az account show --output none ${AZURE_SUBSCRIPTION_ID:+--subscription "$AZURE_SUBSCRIPTION_ID"} \
  || fail "the Azure CLI is not signed in to ${AZURE_SUBSCRIPTION_ID:-Azure}: az login"
