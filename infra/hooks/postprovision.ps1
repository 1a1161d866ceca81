# Puts the configuration into its container, once: a later one is never overwritten.
$ErrorActionPreference = 'Stop'
$blob = @('--auth-mode', 'login', '--only-show-errors', '--subscription', $env:AZURE_SUBSCRIPTION_ID,
  '--account-name', $env:STORAGE_ACCOUNT_NAME, '--container-name', 'config', '--name', 'responder.config.yaml')

function GiveUp([string]$Message) {
  [Console]::Error.WriteLine((Get-Content $said -Raw))
  [Console]::Error.WriteLine("postprovision: $Message")
  exit 1
}

# A role takes some minutes until it counts.
$there = $null
$said = (New-TemporaryFile).FullName
for ($attempt = 1; $attempt -le 20; $attempt++) {
  $there = az storage blob exists @blob --query exists --output tsv 2>$said
  if ($LASTEXITCODE -eq 0) { break }
  $there = $null
  if (Select-String -Quiet 'network rules' $said) {
    GiveUp 'the container "config" is closed to this address: see "Network" in docs/deploy.md'
  }
  if ($attempt -eq 1) { Write-Host 'Waiting until the role on the container "config" counts ...' }
  Start-Sleep -Seconds 30
}
if ($null -eq $there) {
  GiveUp 'no access to the container "config" after ten minutes; run: azd hooks run postprovision'
}

Remove-Item $said

if ($there -eq 'true') {
  Write-Host 'The configuration in the container stays as it is.'
}
else {
  az storage blob upload @blob --file responder.config.yaml --output none
  if ($LASTEXITCODE -ne 0) { exit 1 }
  Write-Host 'responder.config.yaml is in the container "config".'
}

if ($env:VAULT_NAME) {
  Write-Host "Receivers take secrets from the vault $($env:VAULT_NAME): put them there (docs/deploy.md, `"Secrets`")."
}
