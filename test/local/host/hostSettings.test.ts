import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readHostSettings, readLocalSettings } from '../../../local/host/hostSettings.ts';

let root: string;

beforeEach(() => {
  root = mkdtempSync(path.join(tmpdir(), 'host-settings-'));
});
afterEach(() => rmSync(root, { recursive: true }));

function write(file: string, content: unknown): void {
  writeFileSync(path.join(root, file), typeof content === 'string' ? content : JSON.stringify(content));
}

describe('host settings', () => {
  it('start from the defaults of the real host', () => {
    write('host.json', { version: '2.0' });
    expect(readHostSettings(root, {})).toEqual({
      functionTimeoutMs: 300_000,
      logLevels: {},
      routePrefix: 'api',
      eventHubBatchSize: 100,
      queues: {
        batchSize: 16,
        newBatchThreshold: 8,
        maxDequeueCount: 5,
        visibilityTimeoutMs: 0,
        messageEncoding: 'base64',
      },
    });
  });

  it('come from host.json, and application settings overrule it', () => {
    write('host.json', { functionTimeout: '1.00:00:30', extensions: { queues: { batchSize: 4 } } });
    const env = {
      AzureFunctionsJobHost__extensions__queues__visibilityTimeout: '00:01:02',
      AzureFunctionsJobHost__logging__logLevel__default: 'Warning',
    };
    const settings = readHostSettings(root, env);
    expect(settings.functionTimeoutMs).toBe(86_430_000);
    expect(settings.logLevels).toEqual({ default: 'Warning' });
    expect(settings.queues).toMatchObject({
      batchSize: 4,
      newBatchThreshold: 2,
      visibilityTimeoutMs: 62_000,
    });
  });

  it('name file, path and what is wrong', () => {
    write('host.json', { functionTimeout: 'soon', extensions: { queues: { batchSize: 64 } } });
    expect(() => readHostSettings(root, {})).toThrow(/host\.json: .*00:05:00.*functionTimeout.*batchSize/s);
    write('host.json', '{');
    expect(() => readHostSettings(root, {})).toThrow(/host\.json is not JSON/);
  });

  it('take the values of local.settings.json, if there is one', () => {
    expect(readLocalSettings(root)).toEqual({});
    write('local.settings.json', { Values: { A: 'x', B: 5 } });
    expect(readLocalSettings(root)).toEqual({ A: 'x', B: '5' });
  });
});
