import { afterAll, beforeAll, expect, it } from 'vitest';
import { type RunningAzurite, startAzurite } from '../../local/azurite.ts';
import type { Blobs } from '../../src/lib/store/blobs.ts';
import { createStorageBlobs } from '../../src/lib/store/storageBlobs.ts';

let azurite: RunningAzurite;
let blobs: Blobs;
const read = (name: string, etag: string | null = null) => blobs.read(name, etag, 10_000);

async function names(prefix: string): Promise<string[]> {
  const found: string[] = [];
  for await (const page of blobs.names(prefix)) found.push(...page);
  return found;
}

beforeAll(async () => {
  azurite = await startAzurite();
  blobs = createStorageBlobs(
    { kind: 'connectionString', connectionString: azurite.connectionString },
    'config',
  );
});
afterAll(() => azurite.stop());

it('a container or a blob that does not exist holds nothing', async () => {
  expect(await read('none')).toEqual({ kind: 'missing' });
  expect(await names('')).toEqual([]);
  await blobs.write('first', 'x', 'none');
  expect(await read('none')).toEqual({ kind: 'missing' });
});

it('a text comes back as it was, with its tag and time', async () => {
  const text = 'Zürich 🏭\r\n';
  const written = await blobs.write('north/a.yaml', text, null);
  const found = await read('north/a.yaml');
  expect(found).toMatchObject({ kind: 'found', text, etag: written.kind === 'written' ? written.etag : '' });
  expect(found.kind === 'found' && Math.abs(found.modifiedAtMs - Date.now())).toBeLessThan(60_000);
});

it('who knows the tag gets no text', async () => {
  const written = await blobs.write('b', '1', null);
  const etag = written.kind === 'written' ? written.etag : '';
  expect(await read('b', etag)).toEqual({ kind: 'same' });
  await blobs.write('b', '2', null);
  expect(await read('b', etag)).toMatchObject({ kind: 'found', text: '2' });
});

it('guards hold: no overwriting of what was changed, or of what should not be there', async () => {
  const first = await blobs.write('c', '1', 'none');
  const etag = first.kind === 'written' ? first.etag : '';
  expect(await blobs.write('c', '2', 'none')).toEqual({ kind: 'superseded' });
  expect(await blobs.write('c', '2', { etag })).toMatchObject({ kind: 'written' });
  expect(await blobs.write('c', '3', { etag })).toEqual({ kind: 'superseded' });
  expect(await read('c')).toMatchObject({ text: '2' });
});

it('removing spares what was changed', async () => {
  const first = await blobs.write('d', '1', null);
  const etag = first.kind === 'written' ? first.etag : '';
  await blobs.write('d', '2', null);
  await blobs.remove('d', etag);
  const found = await read('d');
  expect(found.kind).toBe('found');
  if (found.kind === 'found') await blobs.remove('d', found.etag);
  expect(await read('d')).toEqual({ kind: 'missing' });
  await blobs.remove('d', etag);
});

it('names are listed by prefix', async () => {
  for (const name of ['list/b', 'list/a', 'other']) await blobs.write(name, 'x', null);
  expect(await names('list/')).toEqual(['list/a', 'list/b']);
});
