import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { startAzurite } from '../../local/azurite.ts';
import { Installation } from './installation.ts';

let installation: Installation;

beforeAll(async () => {
  installation = await Installation.create();
  await promisify(execFile)('npm', ['run', 'build'], { cwd: installation.folder });
});

afterAll(() => installation?.remove());

/** What a worker with these settings found. */
async function work(age: 'new' | 'old', env: Record<string, string>): Promise<Record<string, unknown>> {
  const { stdout, stderr } = await promisify(execFile)(
    process.execPath,
    [path.join(import.meta.dirname, 'bareWorker.ts'), installation.folder, age],
    { cwd: '/', env },
  );
  expect(stderr).toBe('');
  return JSON.parse(stdout) as Record<string, unknown>;
}

describe('the bundle', () => {
  it('loads without a single setting, and each invocation says what is missing', async () => {
    const found = await work('new', {});
    expect(found.functions).toEqual(
      expect.arrayContaining(['deliverNotice', 'evaluateSite', 'health', 'receiveConnectionEvent', 'sweep']),
    );
    expect(found.health).toBe('503');
    expect(found.event).toMatch(/AzureWebJobsStorage/);
  });

  it.each(['new', 'old'] as const)('works in Node.js, %s', async (age) => {
    const azurite = await startAzurite();
    onTestFinished(() => azurite.stop());
    const config = path.join(installation.folder, 'worker.config.yaml');
    writeFileSync(
      config,
      'receivers: { ops: { webhook: { url: "https://hooks.example.com/x" } } }\nroutes: [{ to: [ops] }]\n',
    );
    const found = await work(age, {
      AzureWebJobsStorage: azurite.connectionString,
      RESPONDER_CONFIG: config,
    });
    expect(found).toMatchObject({
      health: '200',
      event: 'done',
      evaluation: 'done',
      sweep: 'done',
      incidents: '200',
    });
  });
});
