#Requires -Version 7
# Says what is missing before anything is created. npm brings the Node.js that the check needs.
$ErrorActionPreference = 'Stop'

if (-not (Test-Path node_modules)) {
  [Console]::Error.WriteLine('preprovision: the tools are not installed yet: run npm ci')
  exit 1
}
npm run --silent check:answers
if ($LASTEXITCODE -ne 0) { exit 1 }
