import { TableClient } from '@azure/data-tables';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunningAzurite, startAzurite } from '../../local/azurite.ts';
import type { RowStore } from '../../src/lib/store/rowStore.ts';
import { createTableRows } from '../../src/lib/store/tableRows.ts';
import { rowStoreContract } from './rowStore.contract.ts';

let azurite: RunningAzurite;
let rows: RowStore;

beforeAll(async () => {
  azurite = await startAzurite();
  rows = createTableRows({ kind: 'connectionString', connectionString: azurite.connectionString }, 'Fleet');
});
afterAll(() => azurite.stop());

rowStoreContract(() => rows);

describe('in the table', () => {
  const client = () =>
    TableClient.fromConnectionString(azurite.connectionString, 'Fleet', { allowInsecureConnection: true });

  it('keys are legal: no characters that Azure forbids, at most 512', async () => {
    const where = `hub|site|${'#'.repeat(600)}`;
    await rows.commit(where, [{ kind: 'put', key: `d|/\\#?\u0001${'%'.repeat(600)}`, data: 'x' }]);
    for await (const { partitionKey, rowKey } of client().listEntities()) {
      // biome-ignore lint/suspicious/noControlCharactersInRegex: Azure forbids them in keys
      expect(`${partitionKey}${rowKey}`).not.toMatch(/[/\\#?\u0000-\u001f\u007f-\u009f]/);
      expect(Math.max(partitionKey?.length ?? 0, rowKey?.length ?? 0)).toBeLessThanOrEqual(512);
    }
  });

  it('short records are readable as they are, and long ones fit into properties', async () => {
    const where = 'hub|site|readable';
    await rows.commit(where, [{ kind: 'put', key: 'a', data: '{"phase":"online"}' }]);
    const entity = await client().getEntity<{ data: string }>('hub|site|readable', 'a');
    expect(entity.data).toBe('{"phase":"online"}');
    await rows.commit(where, [{ kind: 'put', key: 'b', data: 'x'.repeat(400_000) }]);
    const long = await client().getEntity<Record<string, unknown>>('hub|site|readable', 'b');
    const lengths = Object.values(long).map((value) => (typeof value === 'string' ? value.length : 0));
    expect(Math.max(...lengths)).toBeLessThanOrEqual(32 * 1024);
  });

  it('a table that was deleted is made again at the next start', async () => {
    const access = { kind: 'connectionString', connectionString: azurite.connectionString } as const;
    const other = createTableRows(access, 'Other');
    await other.commit('p', [{ kind: 'put', key: 'a', data: '1' }]);
    await TableClient.fromConnectionString(azurite.connectionString, 'Other', {
      allowInsecureConnection: true,
    }).deleteTable();
    await expect(other.commit('p', [{ kind: 'put', key: 'a', data: '2' }])).rejects.toThrow();
    expect(await other.commit('p', [{ kind: 'put', key: 'a', data: '3' }])).toMatchObject({ kind: 'saved' });
  });

  it('two that open a new table at once both can write', async () => {
    const access = { kind: 'connectionString', connectionString: azurite.connectionString } as const;
    const results = await Promise.all(
      ['a', 'b', 'c'].map((key) =>
        createTableRows(access, 'Raced').commit('p', [{ kind: 'create', key, data: '1' }]),
      ),
    );
    expect(results.map((result) => result.kind)).toEqual(['saved', 'saved', 'saved']);
  });
});

it('storage that is not there is an error, and works once it is', async () => {
  const nowhere = azurite.connectionString.replace(
    /TableEndpoint=[^;]+/,
    'TableEndpoint=http://127.0.0.1:9/devstoreaccount1',
  );
  const lost = createTableRows({ kind: 'connectionString', connectionString: nowhere }, 'Fleet');
  await expect(lost.get('p', 'a')).rejects.toThrow();
});
