#!/bin/sh
# Puts the configuration into its container, once: a later one is never overwritten.
set -eu

container_blob() {
  az storage blob "$@" --auth-mode login --only-show-errors \
    --subscription "$AZURE_SUBSCRIPTION_ID" --account-name "$STORAGE_ACCOUNT_NAME" \
    --container-name config --name responder.config.yaml
}

give_up() {
  cat "$said" >&2
  printf 'postprovision: %s\n' "$1" >&2
  exit 1
}

said=$(mktemp)
trap 'rm -f "$said"' EXIT

# A role takes some minutes until it counts.
attempt=1
until there=$(container_blob exists --query exists --output tsv 2>"$said"); do
  if grep -qi 'network rules' "$said"; then
    give_up 'the container "config" is closed to this address: see "Network" in docs/deploy.md'
  elif [ "$attempt" -ge 20 ]; then
    give_up 'no access to the container "config" after ten minutes; run: azd hooks run postprovision'
  fi
  [ "$attempt" -gt 1 ] || printf 'Waiting until the role on the container "config" counts ...\n'
  attempt=$((attempt + 1))
  sleep 30
done

if [ "$there" = true ]; then
  printf 'The configuration in the container stays as it is.\n'
else
  container_blob upload --file responder.config.yaml --output none
  printf 'responder.config.yaml is in the container "config".\n'
fi

if [ -n "${VAULT_NAME:-}" ]; then
  printf 'Receivers take secrets from the vault %s: put them there (docs/deploy.md, "Secrets").\n' "$VAULT_NAME"
fi
