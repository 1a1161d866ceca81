import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';

const root = path.resolve(import.meta.dirname, '../../..');
const folder = mkdtempSync(path.join(tmpdir(), 'responder-start-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What the built app prints when a host starts it with this configuration. */
function start(config: string, environment: string) {
  const file = path.join(folder, 'responder.config.yaml');
  writeFileSync(file, config);
  const { status, stderr } = spawnSync(
    process.execPath,
    [path.join(root, 'build/packageFunctions.ts'), root],
    {
      encoding: 'utf8',
      env: {
        AZURE_FUNCTIONS_ENVIRONMENT: environment,
        AzureWebJobsStorage: 'UseDevelopmentStorage=true',
        RESPONDER_CONFIG: file,
      },
    },
  );
  return { status, lines: stderr.split('\n') };
}

const twoMistakes = 'policy: { offlineAftr: 5m }\nroutes: [{ to: [ops] }]\n';

describe('a configuration with mistakes', () => {
  it('stops the app under Development, which says each mistake on a line of its own', () => {
    const { status, lines } = start(twoMistakes, 'Development');
    expect(status).toBe(1);
    expect(lines.slice(0, 2)).toEqual([
      expect.stringMatching(/^policy\.offlineAftr: .*offlineAfter/),
      expect.stringMatching(/^receivers: is missing/),
    ]);
  });

  it('leaves the app its functions in Azure', () => {
    expect(start(twoMistakes, 'Production')).toEqual({ status: 0, lines: [''] });
  });
});
