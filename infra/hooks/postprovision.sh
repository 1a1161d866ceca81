#!/bin/sh
# Uploads the first configuration to its container. A later one is never overwritten.
set -eu

config=${RESPONDER_CONFIG_FILE:-responder.config.yaml}

container_blob() {
  az storage blob "$@" --auth-mode login --only-show-errors \
    --subscription "$AZURE_SUBSCRIPTION_ID" --account-name "$STORAGE_ACCOUNT_NAME" \
    --container-name config --name responder.config.yaml
}

give_up() {
  cat "$said" >&2
  printf 'postprovision: %s\n' "$1" >&2
  printf '  az is signed in as %s; the role was given to %s.\n' \
    "$(az account show --subscription "$AZURE_SUBSCRIPTION_ID" --query user.name --output tsv 2>&1)" \
    "${DEPLOYER_ID:-nobody}" >&2
  printf '  Then run azd hooks run postprovision and azd deploy, or azd up again.\n' >&2
  exit 1
}

said=$(mktemp)
trap 'rm -f "$said"' EXIT

# A role takes some minutes to take effect, network rules some seconds.
attempt=1
closed=0
until there=$(container_blob exists --query exists --output tsv 2>"$said"); do
  ! grep -qi 'network rules' "$said" || closed=$((closed + 1))
  if [ "$closed" -ge 4 ]; then
    give_up 'the container "config" is closed to this address: see "Network" in docs/deploy.md'
  elif [ "$attempt" -ge 20 ]; then
    give_up 'no access to the container "config" after ten minutes'
  fi
  [ "$attempt" -gt 1 ] || printf 'Waiting for the role on the container "config" to take effect ...\n'
  attempt=$((attempt + 1))
  sleep 30
done

if [ "$there" = true ]; then
  printf 'The container already has a configuration, which is kept.\n'
else
  container_blob upload --file "$config" --output none
  printf 'Uploaded %s to the container "config".\n' "$config"
fi

if [ -n "${VAULT_NAME:-}" ]; then
  printf 'Receivers read secrets from the vault %s: set them there (docs/deploy.md, "Secrets").\n' "$VAULT_NAME"
fi
