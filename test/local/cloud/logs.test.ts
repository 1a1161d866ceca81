import { ManagedIdentityCredential } from '@azure/identity';
import { LogsQueryClient, LogsQueryResultStatus, type LogsTable } from '@azure/monitor-query';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { useCloud } from './cloud.ts';

const workspace = '11111111-2222-4333-8444-555555555555';
const hub = '/subscriptions/s1/resourceGroups/rg-fleet/providers/Microsoft.Devices/IotHubs/hub-fleet-01';
const minutesAgo = (minutes: number): string => new Date(Date.now() - minutes * 60_000).toISOString();
const row = (deviceId: string, minutes = 5, more: object = {}): object => ({
  TimeGenerated: minutesAgo(minutes),
  ResourceId: hub,
  OperationName: 'deviceDisconnect',
  Level: 'Error',
  ResultType: '404104',
  ResultDescription: 'DeviceConnectionClosedRemotely',
  properties_s: JSON.stringify({ deviceId, protocol: 'Mqtt' }),
  ...more,
});
const lastHour = { duration: 'PT1H' };

const all = 'AzureDiagnostics';

describe('the log analytics stand-in', () => {
  const local = useCloud();
  beforeEach(() => {
    vi.stubEnv('IDENTITY_ENDPOINT', `${local.cloud.url}/identity/token`);
    vi.stubEnv('IDENTITY_HEADER', 'any');
  });
  afterEach(() => vi.unstubAllEnvs());

  const client = (): LogsQueryClient =>
    new LogsQueryClient(new ManagedIdentityCredential(), {
      endpoint: local.cloud.logsUrl,
      tlsOptions: { ca: local.cloud.certificatePem },
      retryOptions: { maxRetries: 0 },
    } as ConstructorParameters<typeof LogsQueryClient>[1]);
  const ask = async (query: string, timespan = lastHour): Promise<LogsTable> => {
    const result = await client().queryWorkspace(workspace, query, timespan);
    if (result.status !== LogsQueryResultStatus.Success) throw new Error(result.status);
    return result.tables[0]!;
  };

  it('answers the real client, with times as dates and dynamics parsed', async () => {
    await local.send('POST', '/logs', [row("pump'017"), row('pump-018')]);
    const table = await ask(`AzureDiagnostics
      | where ResourceProvider =~ "microsoft.devices" and ResourceType =~ "iothubs" and Category == "Connections"
      | where Resource =~ "hub-fleet-01" and _ResourceId endswith "/iothubs/hub-fleet-01"
      | extend p = parse_json(properties_s)
      | where tostring(p.deviceId) in ("pump'017")
      | project TimeGenerated, ResultType, Device = tostring(p.deviceId), p`);
    expect(table.columnDescriptors.map(({ name, type }) => `${name}:${type}`)).toEqual([
      'TimeGenerated:datetime',
      'ResultType:string',
      'Device:string',
      'p:dynamic',
    ]);
    expect(table.rows).toEqual([
      [expect.any(Date), '404104', "pump'017", { deviceId: "pump'017", protocol: 'Mqtt' }],
    ]);
  });

  it('takes properties_s as an object and codes as numbers, as the text columns that they are', async () => {
    await local.send('POST', '/logs', [row('a', 5, { properties_s: { deviceId: 'x' }, ResultType: 401003 })]);
    const table = await ask('AzureDiagnostics | project properties_s, ResultType');
    expect(table.rows).toEqual([['{"deviceId":"x"}', '401003']]);
  });

  it('has no table until rows are put in, and none again after they are deleted', async () => {
    const noTable = {
      statusCode: 400,
      code: 'BadArgumentError',
      details: { error: { innerError: { code: 'SemanticError', innerError: { code: 'SEM0100' } } } },
    };
    await expect(ask('AzureDiagnostics | take 1')).rejects.toMatchObject(noTable);
    await local.send('POST', '/logs', [row('a')]);
    expect((await ask('AzureDiagnostics | take 1')).rows).toHaveLength(1);
    await local.send('DELETE', '/logs');
    await expect(ask('AzureDiagnostics | take 1')).rejects.toMatchObject(noTable);
  });

  it('applies the time span of the request beside that of the query', async () => {
    await local.send('POST', '/logs', [row('old', 90), row('new', 5)]);
    expect((await ask('AzureDiagnostics | count')).rows).toEqual([[1]]);
    expect((await ask('AzureDiagnostics | count', { duration: 'P1D' })).rows).toEqual([[2]]);
  });

  it('hides a row until its ingestion time', async () => {
    await local.send('POST', '/logs', [
      row('late', 5, { _ingestedAt: minutesAgo(-10) }),
      row('here', 5, { _ingestedAt: minutesAgo(2) }),
    ]);
    const query = 'AzureDiagnostics | project Device = tostring(parse_json(properties_s).deviceId)';
    expect((await ask(query)).rows).toEqual([['here']]);
  });

  it('answers a partial result as told: a resolved promise with tables and an error', async () => {
    await local.send('POST', '/logs', [row('a')]);
    await local.send('PUT', '/logs/behaviour', { partial: true });
    const result = await client().queryWorkspace(workspace, 'AzureDiagnostics', lastHour);
    expect(result).toMatchObject({
      status: LogsQueryResultStatus.PartialFailure,
      partialTables: [{ rows: [expect.any(Array)] }],
      partialError: { code: 'PartialError' },
    });
  });

  it.each([
    [429, 'ThrottledError'],
    [504, 'GatewayTimeout'],
    [403, 'InsufficientAccessError'],
    [500, 'InternalServerError'],
  ])('answers %d as told', async (statusCode, code) => {
    await local.send('PUT', '/logs/behaviour', { status: statusCode, delayMs: 0, partial: false });
    await expect(ask(all)).rejects.toMatchObject({ statusCode, code });
  });

  it('sends Retry-After with 429, as told or one second', async () => {
    const retryAfter = async (): Promise<unknown> =>
      ask(all).catch((error) => error.response.headers.get('retry-after'));
    await local.send('PUT', '/logs/behaviour', { status: 429 });
    expect(await retryAfter()).toBe('1');
    await local.send('PUT', '/logs/behaviour', { status: 429, retryAfterSeconds: 9 });
    expect(await retryAfter()).toBe('9');
  });

  it('gives up with 504 when the wait that the client allows is over', async () => {
    await local.send('POST', '/logs', [row('a')]);
    await local.send('PUT', '/logs/behaviour', { delayMs: 60_000 });
    const slow = client().queryWorkspace(workspace, all, lastHour, { serverTimeoutInSeconds: 1 });
    await expect(slow).rejects.toMatchObject({ statusCode: 504 });
    const [query] = await local.items<object>('/logs/queries');
    expect(query).toMatchObject({ query: all, timespan: 'PT1H', prefer: 'wait=1', status: 504 });
  });

  it('ends a query that the client aborts', async () => {
    await local.send('POST', '/logs', [row('a')]);
    await local.send('PUT', '/logs/behaviour', { delayMs: 60_000 });
    const aborted = client().queryWorkspace(workspace, all, lastHour, {
      abortSignal: AbortSignal.timeout(150),
    });
    await expect(aborted).rejects.toMatchObject({ name: 'AbortError' });
  });

  it('refuses tokens that it did not issue, and tokens for another service', async () => {
    const withToken = (token: string): Promise<unknown> =>
      new LogsQueryClient({ getToken: async () => ({ token, expiresOnTimestamp: Date.now() + 3_600_000 }) }, {
        endpoint: local.cloud.logsUrl,
        tlsOptions: { ca: local.cloud.certificatePem },
      } as ConstructorParameters<typeof LogsQueryClient>[1]).queryWorkspace(workspace, all, lastHour);
    await expect(withToken('a.b.c')).rejects.toMatchObject({
      statusCode: 401,
      code: 'AuthorizationRequiredError',
    });
    const other = await local.send(
      'GET',
      '/identity/token?api-version=2019-08-01&resource=https://communication.azure.com',
      undefined,
      { 'x-identity-header': 'any' },
    );
    const { access_token } = other.body as { access_token: string };
    await expect(withToken(access_token)).rejects.toMatchObject({
      statusCode: 403,
      code: 'InvalidTokenError',
    });
  });

  it.each([
    ['rows that are no array', {}, /array/],
    ['a row without a time', [row('a'), { Level: 'Error' }], /row \[1\]: TimeGenerated/],
    [
      'a time that is none',
      [row('a', 5, { TimeGenerated: 'soon' })],
      /TimeGenerated "soon" is not a datetime/,
    ],
    ['a column name that is none', [row('a', 5, { 'a b': 1 })], /'a b'/],
  ])('refuses %s and takes nothing', async (_case, rows, message) => {
    const answer = await local.send('POST', '/logs', rows);
    expect(answer).toMatchObject({
      status: 400,
      body: { error: { message: expect.stringMatching(message) } },
    });
    await expect(ask('AzureDiagnostics')).rejects.toMatchObject({ code: 'BadArgumentError' });
  });

  it('names what it does not evaluate', async () => {
    await local.send('POST', '/logs', [row('a')]);
    await expect(ask('AzureDiagnostics | search "x"')).rejects.toMatchObject({
      statusCode: 400,
      details: {
        error: { innerError: { innerError: { message: expect.stringContaining("operator 'search'") } } },
      },
    });
  });
});

describe('the token endpoint', () => {
  const local = useCloud();
  it.each([
    ['/identity/token?api-version=2019-08-01&resource=r', {}, 401],
    ['/identity/token?api-version=2019-08-01', { 'x-identity-header': 'h' }, 400],
    ['/identity/token?resource=r', { 'x-identity-header': 'h' }, 400],
  ])('refuses %s with %j', async (path, headers, status) => {
    expect((await local.send('GET', path, undefined, headers as Record<string, string>)).status).toBe(status);
  });
});
