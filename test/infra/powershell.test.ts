import { expect, it } from 'vitest';
import { hooksIn } from './hookSuite.ts';
import { findPowershell } from './tools/powershell.ts';

const powershell = await findPowershell();

// A function is found before a command of the same name: nobody waits.
hooksIn((hook) => [
  powershell,
  ['-NoProfile', '-Command', `function Start-Sleep {}; & ./infra/hooks/${hook}.ps1; exit $LASTEXITCODE`],
]);

it('without PowerShell says how to install it', async () => {
  const env = { PATH: '', XDG_CACHE_HOME: '/nowhere' };
  await expect(findPowershell(env)).rejects.toThrow('Install it: https://aka.ms/powershell');
});
