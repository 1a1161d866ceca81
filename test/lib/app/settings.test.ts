import { describe, expect, it } from 'vitest';
import { readSettings } from '../../../src/lib/app/settings.ts';

const storage = { AzureWebJobsStorage: 'UseDevelopmentStorage=true' };

it('have defaults for everything but the storage', () => {
  expect(readSettings(storage)).toMatchObject({
    development: false,
    tables: { kind: 'connectionString', connectionString: 'UseDevelopmentStorage=true' },
    queues: { kind: 'connectionString', connectionString: 'UseDevelopmentStorage=true' },
    logs: null,
    publicUrl: null,
  });
});

describe('storage', () => {
  it('is reached by account name with the app’s identity', () => {
    const settings = readSettings({
      AzureWebJobsStorage__accountName: 'fleet',
      AzureWebJobsStorage__clientId: 'id',
    });
    expect(settings.tables).toEqual({
      kind: 'identity',
      endpoint: 'https://fleet.table.core.windows.net',
      clientId: 'id',
    });
    expect(settings.queues).toMatchObject({ endpoint: 'https://fleet.queue.core.windows.net' });
  });

  it('is reached by service addresses where they are given', () => {
    const settings = readSettings({
      AzureWebJobsStorage__tableServiceUri: 'https://t.example',
      AzureWebJobsStorage__queueServiceUri: 'https://q.example',
    });
    expect([settings.tables, settings.queues]).toEqual([
      { kind: 'identity', endpoint: 'https://t.example', clientId: null },
      { kind: 'identity', endpoint: 'https://q.example', clientId: null },
    ]);
  });

  it.each([{}, { AzureWebJobsStorage: ' ' }])(
    'that nobody names (%j) is an error that says what to set',
    (env) => {
      expect(() => readSettings(env)).toThrow(/AzureWebJobsStorage to a connection string/);
    },
  );
});

it.each([
  'UseDevelopmentStorage=true',
  'DefaultEndpointsProtocol=https;AccountName=fleet;AccountKey=c2VjcmV0;EndpointSuffix=core.windows.net',
  'BlobEndpoint=https://b.example;TableEndpoint=https://t.example;SharedAccessSignature=sv=2024',
])('takes the connection string %s', (AzureWebJobsStorage) => {
  expect(readSettings({ AzureWebJobsStorage }).tables).toMatchObject({ kind: 'connectionString' });
});

it.each(['nonsense', 'fleet', 'c2VjcmV0a2V5', 'AccountName=fleet', 'AccountKey=c2VjcmV0a2V5'])(
  'refuses %s as a connection string, and does not tell it',
  (AzureWebJobsStorage) => {
    const refusal = () => readSettings({ AzureWebJobsStorage });
    expect(refusal).toThrow(/^AzureWebJobsStorage is not a connection string: use /);
    expect(refusal).not.toThrow('c2VjcmV0a2V5');
  },
);

it('refuses an address that is none', () => {
  expect(() => readSettings({ AzureWebJobsStorage__tableServiceUri: 'fleet' })).toThrow(
    'the address of tables is fleet: use one like https://<account>.table.core.windows.net',
  );
});

it.each([
  { set: undefined, logs: null },
  { set: 'none', logs: null },
  { set: '', logs: null },
  { set: 'guid', logs: { workspaceId: 'guid', endpoint: null } },
])('LOG_ANALYTICS_WORKSPACE_ID=$set', ({ set, logs }) => {
  expect(readSettings({ ...storage, LOG_ANALYTICS_WORKSPACE_ID: set }).logs).toEqual(logs);
});

it('PUBLIC_URL loses its last slashes', () => {
  expect(readSettings({ ...storage, PUBLIC_URL: 'https://responder.example//' }).publicUrl).toBe(
    'https://responder.example',
  );
});
