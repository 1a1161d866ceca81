#Requires -Version 7
# Uploads the first configuration to its container. A later one is never overwritten.
$ErrorActionPreference = 'Stop'
$config = if ($env:RESPONDER_CONFIG_FILE) { $env:RESPONDER_CONFIG_FILE } else { 'responder.config.yaml' }
$blob = @('--auth-mode', 'login', '--only-show-errors', '--subscription', $env:AZURE_SUBSCRIPTION_ID,
  '--account-name', $env:STORAGE_ACCOUNT_NAME, '--container-name', 'config', '--name', 'responder.config.yaml')

function GiveUp([string]$Message) {
  $who = az account show --subscription $env:AZURE_SUBSCRIPTION_ID --query user.name --output tsv
  $holder = if ($env:DEPLOYER_ID) { $env:DEPLOYER_ID } else { 'nobody' }
  [Console]::Error.WriteLine("$(Get-Content $said -Raw)".TrimEnd())
  [Console]::Error.WriteLine("postprovision: $Message")
  [Console]::Error.WriteLine("  az is signed in as $who; the role was given to $holder.")
  [Console]::Error.WriteLine('  Then run azd hooks run postprovision and azd deploy, or azd up again.')
  exit 1
}

# A role takes some minutes to take effect, network rules some seconds.
$there = $null
$closed = 0
$said = (New-TemporaryFile).FullName
for ($attempt = 1; $attempt -le 20; $attempt++) {
  $there = az storage blob exists @blob --query exists --output tsv 2>$said
  if ($LASTEXITCODE -eq 0) { break }
  $there = $null
  if (Select-String -Quiet 'network rules' $said) { $closed++ }
  if ($closed -ge 4) { GiveUp 'the container "config" is closed to this address: see "Network" in docs/deploy.md' }
  if ($attempt -eq 1) { Write-Host 'Waiting for the role on the container "config" to take effect ...' }
  if ($attempt -lt 20) { Start-Sleep -Seconds 30 }
}
if ($null -eq $there) { GiveUp 'no access to the container "config" after ten minutes' }

Remove-Item $said

if ($there -eq 'true') {
  Write-Host 'The container already has a configuration, which is kept.'
}
else {
  az storage blob upload @blob --file $config --output none
  if ($LASTEXITCODE -ne 0) { exit 1 }
  Write-Host "Uploaded $config to the container `"config`"."
}

if ($env:VAULT_NAME) {
  Write-Host "Receivers read secrets from the vault $($env:VAULT_NAME): set them there (docs/deploy.md, `"Secrets`")."
}
