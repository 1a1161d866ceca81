import { beforeEach, describe, expect, it } from 'vitest';
import { keepVersion, openFileConfig, versionOfFile } from '../../../src/lib/app/fileVersion.ts';
import { isNewer } from '../../../src/lib/policy/rules.ts';
import { createMetaRows, type MetaRows } from '../../../src/lib/store/metaRows.ts';
import { configOf, osloConfig } from '../../support/configOf.ts';
import { start } from '../../support/events.ts';
import { createMemoryRows } from '../../support/memoryRows.ts';
import { offsetMs } from '../../support/offsetMs.ts';

let meta: MetaRows;
beforeEach(() => {
  meta = createMetaRows(createMemoryRows());
});
const at = (text: string) => start + offsetMs(text);

describe('the version of a file', () => {
  it('begins with the first start that brings it, and all who start with it have the same', async () => {
    const first = await versionOfFile(meta, 'a', at('0s'));
    expect(first).toEqual({ atMs: at('0s'), hash: 'a' });
    expect(await versionOfFile(meta, 'a', at('5m'))).toEqual(first);
    expect(await Promise.all([1, 2, 3].map(() => versionOfFile(meta, 'a', at('6m'))))).toEqual([
      first,
      first,
      first,
    ]);
  });

  it('of two that start at once with two files is one after the other', async () => {
    const [a, b] = await Promise.all([
      versionOfFile(meta, 'a', at('0s')),
      versionOfFile(meta, 'b', at('0s')),
    ]);
    expect(a?.atMs).not.toBe(b?.atMs);
  });

  it('that is rolled back to is the newest', async () => {
    const a = await versionOfFile(meta, 'a', at('0s'));
    const b = await versionOfFile(meta, 'b', at('1m'));
    const again = await versionOfFile(meta, 'a', at('2m'));
    expect([isNewer(b, a), isNewer(again, b)]).toEqual([true, true]);
  });

  it('grows although the clock of who brings it is behind', async () => {
    const a = await versionOfFile(meta, 'a', at('10m'));
    expect(isNewer(await versionOfFile(meta, 'b', at('9m')), a)).toBe(true);
  });

  it('is found again when the row that keeps it cannot be read', async () => {
    const rows = createMemoryRows();
    await rows.commit('|meta', [{ kind: 'put', key: 'rules', data: '{' }]);
    expect(await versionOfFile(createMetaRows(rows), 'a', at('0s'))).toEqual({ atMs: at('0s'), hash: 'a' });
  });
});

describe('an instance at work', () => {
  it.each([
    {
      rule: 'with the newest file has its version',
      mine: 'b',
      seen: '1m',
      now: '2m',
      has: { atMs: at('1m'), hash: 'b' },
    },
    {
      rule: 'with an older file waits for those who have the newest',
      mine: 'a',
      seen: '1m',
      now: '4m',
      has: { atMs: at('0s'), hash: 'a' },
    },
    {
      rule: 'with an older file is the newest once they are gone',
      mine: 'a',
      seen: '1m',
      now: '4m1s',
      has: { atMs: at('4m1s'), hash: 'a' },
    },
  ])('$rule', async ({ mine, seen, now, has }) => {
    const a = await versionOfFile(meta, 'a', at('0s'));
    const b = await versionOfFile(meta, 'b', at(seen));
    expect(await keepVersion(meta, mine === 'a' ? a : b, at(now))).toEqual(has);
  });

  it('keeps the newest alive by saying that it is at work', async () => {
    const a = await versionOfFile(meta, 'a', at('0s'));
    const b = await versionOfFile(meta, 'b', at('1m'));
    for (const minute of ['2m', '3m', '4m', '5m']) await keepVersion(meta, b, at(minute));
    expect(await keepVersion(meta, a, at('7m'))).toEqual(a);
  });

  it('begins anew where nothing is kept any more', async () => {
    expect(await keepVersion(meta, { atMs: at('0s'), hash: 'a' }, at('5m'))).toEqual({
      atMs: at('5m'),
      hash: 'a',
    });
  });
});

describe('the configuration of a file', () => {
  const config = configOf(osloConfig);
  const version = { atMs: at('0s'), hash: config.version.hash };

  it('is looked at no more often than every 15 seconds, and stays what it is', async () => {
    const source = await openFileConfig(meta, config, at('0s'));
    expect(source.status.config).toEqual({ ...config, version });
    const other = await versionOfFile(meta, 'b', at('1s'));
    // Nobody has been heard of the other file since, but the last look is too young.
    await source.refresh(at('14s'), 0);
    expect(source.status.config.version).toEqual(version);
    await source.refresh(at('5m'), 0);
    expect(isNewer(source.status.config.version, other)).toBe(true);
    expect(source.status.config).toEqual({ ...config, version: source.status.config.version });
  });

  it('stays in use while the storage cannot be read', async () => {
    const source = await openFileConfig(meta, config, at('0s'));
    const { status } = source;
    meta.read = () => Promise.reject(new Error('storage answered 503'));
    await source.refresh(at('5m'), 0);
    expect(source.status).toBe(status);
  });
});
