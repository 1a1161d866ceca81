import { expect, it } from 'vitest';
import { createMetaRows } from '../../../src/lib/store/metaRows.ts';
import { createMemoryRows } from '../../support/memoryRows.ts';

const read = ({ n }: { readonly [field: string]: unknown }) => (typeof n === 'number' ? n : null);

it('what the installation remembers is written over what was read: of two instances one is faster', async () => {
  const meta = createMetaRows(createMemoryRows());
  expect(await meta.read('config', read)).toBeNull();
  const etag = await meta.write('config', { n: 1 }, null);
  expect(await meta.write('config', { n: 2 }, null)).toBeNull();
  expect(await meta.write('config', { n: 3 }, etag)).not.toBeNull();
  expect(await meta.write('config', { n: 4 }, etag)).toBeNull();
  expect(await meta.read('config', read)).toMatchObject({ value: 3 });
});

it('a record that cannot be read is nothing, to be replaced over its tag', async () => {
  const rows = createMemoryRows();
  const meta = createMetaRows(rows);
  await rows.commit('|meta', [{ kind: 'put', key: 'config', data: '{"n":"one"}' }]);
  const stored = await meta.read('config', read);
  expect(stored?.value).toBeNull();
  expect(await meta.write('config', { n: 1 }, stored?.etag ?? null)).not.toBeNull();
});
