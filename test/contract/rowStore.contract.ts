import { describe, expect, it } from 'vitest';
import { type RowStore, type RowWrite, transactionLimit } from '../../src/lib/store/rowStore.ts';

const hostile = [
  'a#b',
  'a?b',
  'a%b',
  'a%23b',
  'a/b',
  'a\\b',
  "x'y",
  "x''y",
  'a~b',
  'a~7eb',
  'a|b',
  'a b',
  ' a',
  'a ',
  'a"b',
  'a&b=c',
  'a+b',
  'a<b>',
  '$filter',
  '()*!,;@:-._=',
  'tab\tnew\nline\u0000\u001f\u007f\u0085',
  'blåbær',
  'ÅÄÖ',
  '東京',
  '🏭🔥',
  'e\u0301',
  'é',
  'Oslo-Press',
  'oslo-press',
  'OSLO-PRESS',
  '.',
  '..',
  '~',
  '|',
  'constructor',
  '__proto__',
];

/** What the product needs of a table. Each store must keep it; the table itself is the reference. */
export function rowStoreContract(open: () => RowStore): void {
  let partitions = 0;
  /** A fresh partition, so that no test sees another's rows. */
  const partition = () => `hub|site|test-${process.pid}-${partitions++}`;
  const put = (key: string, data = `data of ${key}`): RowWrite => ({ kind: 'put', key, data });
  const create = (key: string, data = '1'): RowWrite => ({ kind: 'create', key, data });

  async function tagOf(rows: RowStore, where: string, key: string): Promise<string> {
    return (await rows.get(where, key))?.etag ?? 'none';
  }

  describe('keys', () => {
    it('may hold any character, and stay apart', async () => {
      const [rows, where] = [open(), partition()];
      await rows.commit(
        where,
        hostile.map((key) => put(key)),
      );
      expect((await rows.range(where, '', '\u{10ffff}')).map((row) => row.key).sort()).toEqual(
        [...hostile].sort(),
      );
      for (const key of hostile) {
        expect(await rows.get(where, key)).toMatchObject({ key, data: `data of ${key}` });
      }
      const many = await rows.getMany(where, hostile.slice(0, 10));
      expect(many.map((row) => row.key).sort()).toEqual(hostile.slice(0, 10).sort());
    });

    it('of partitions may hold any character, and stay apart', async () => {
      const [rows, where] = [open(), partition()];
      for (const name of hostile.slice(0, 24)) await rows.commit(`${where}${name}`, [put('key', name)]);
      for (const name of hostile.slice(0, 24)) {
        expect((await rows.range(`${where}${name}`, 'a', 'z')).map((row) => row.data)).toEqual([name]);
      }
    });

    it('may be 1,000 characters long, and differ in the last', async () => {
      const [rows, where] = [open(), partition()];
      const [one, two] = [`${'#'.repeat(999)}1`, `${'#'.repeat(999)}2`];
      await rows.commit(where, [put(one), put(two)]);
      expect((await rows.get(where, one))?.data).toBe(`data of ${one}`);
      expect((await rows.getMany(where, [one, two])).map((row) => row.key).sort()).toEqual([one, two]);
      await rows.commit(`${where}${one}`, [put('a', 'of one')]);
      await rows.commit(`${where}${two}`, [put('a', 'of two')]);
      expect((await rows.get(`${where}${one}`, 'a'))?.data).toBe('of one');
    });

    it('are ordered, prefix by prefix', async () => {
      const [rows, where] = [open(), partition()];
      await rows.commit(
        where,
        ['r|b', 'd|b', 's|', 'd|a#', 'x|i|1', 'd|a', 'n|1', 'i|1'].map((key) => put(key)),
      );
      const keys = async (from: string, to: string) =>
        (await rows.range(where, from, to)).map((row) => row.key);
      expect(await keys('d|', 'x|')).toEqual(['d|a', 'd|a#', 'd|b', 'i|1', 'n|1', 'r|b', 's|']);
      expect(await keys('d|', 'd}')).toEqual(['d|a', 'd|a#', 'd|b']);
      expect(await keys('d|b', 'd}')).toEqual(['d|b']);
      expect(await keys('x|', 'x}')).toEqual(['x|i|1']);
    });
  });

  describe('one row', () => {
    it('that is missing is null', async () => {
      expect(await open().get(partition(), 'nothing')).toBeNull();
    });

    it('is created once', async () => {
      const [rows, where] = [open(), partition()];
      const first = await rows.commit(where, [create('a', 'first')]);
      expect(first).toMatchObject({ kind: 'saved' });
      expect(await rows.commit(where, [create('a', 'second')])).toEqual({ kind: 'superseded' });
      expect((await rows.get(where, 'a'))?.data).toBe('first');
    });

    it('has the tag that its write answered, another after each write', async () => {
      const [rows, where] = [open(), partition()];
      const tags = new Set<string>();
      for (const data of ['1', '1', '2']) {
        const result = await rows.commit(where, [put('a', data)]);
        const tag = result.kind === 'saved' ? result.etags.get('a') : undefined;
        expect(tag).toBe(await tagOf(rows, where, 'a'));
        tags.add(tag ?? '');
      }
      expect(tags.size).toBe(3);
    });

    it('is replaced only over the tag that was read', async () => {
      const [rows, where] = [open(), partition()];
      await rows.commit(where, [create('a')]);
      const etag = await tagOf(rows, where, 'a');
      const replace = (data: string): RowWrite => ({ kind: 'replace', key: 'a', data, etag });
      expect(await rows.commit(where, [replace('mine')])).toMatchObject({ kind: 'saved' });
      expect(await rows.commit(where, [replace('yours')])).toEqual({ kind: 'superseded' });
      expect((await rows.get(where, 'a'))?.data).toBe('mine');
    });

    it('that is gone is not replaced', async () => {
      const [rows, where] = [open(), partition()];
      await rows.commit(where, [create('a')]);
      const etag = await tagOf(rows, where, 'a');
      await rows.commit(where, [{ kind: 'remove', key: 'a', etag }]);
      const late: RowWrite = { kind: 'replace', key: 'a', data: '2', etag };
      expect(await rows.commit(where, [late])).toEqual({ kind: 'superseded' });
      expect(await rows.get(where, 'a')).toBeNull();
    });

    it('is removed only over the tag that was read', async () => {
      const [rows, where] = [open(), partition()];
      await rows.commit(where, [create('a')]);
      const etag = await tagOf(rows, where, 'a');
      await rows.commit(where, [put('a', 'newer')]);
      expect(await rows.commit(where, [{ kind: 'remove', key: 'a', etag }])).toEqual({ kind: 'superseded' });
      const newer = await tagOf(rows, where, 'a');
      expect(await rows.commit(where, [{ kind: 'remove', key: 'a', etag: newer }])).toMatchObject({
        kind: 'saved',
      });
      expect(await rows.commit(where, [{ kind: 'remove', key: 'a', etag: newer }])).toEqual({
        kind: 'superseded',
      });
    });

    it('may hold 300 KB of JSON, shrink again, and hold nothing', async () => {
      const [rows, where] = [open(), partition()];
      const long = JSON.stringify(
        Array.from({ length: 5_000 }, (_, index) => ({
          deviceId: `oslo-press-${index}`,
          at: index * 7_919,
          text: 'æ"\\🏭',
        })),
      );
      const noise = Array.from({ length: 300_000 }, (_, index) =>
        String.fromCharCode(33 + ((index * index) % 90)),
      ).join('');
      expect(Math.min(long.length, noise.length)).toBeGreaterThan(200_000);
      for (const data of [long, noise, 'short', '']) {
        await rows.commit(where, [put('a', data)]);
        expect((await rows.get(where, 'a'))?.data === data).toBe(true);
      }
    });
  });

  describe('a transaction', () => {
    it('writes all', async () => {
      const [rows, where] = [open(), partition()];
      await rows.commit(where, [create('a'), create('b')]);
      const etag = await tagOf(rows, where, 'a');
      const tag = await tagOf(rows, where, 'b');
      const result = await rows.commit(where, [
        { kind: 'replace', key: 'a', data: '2', etag },
        { kind: 'remove', key: 'b', etag: tag },
        create('c'),
        put('d', '4'),
      ]);
      expect(result.kind === 'saved' && [...result.etags.keys()].sort()).toEqual(['a', 'c', 'd']);
      const found = await rows.range(where, 'a', 'z');
      expect(found.map((row) => [row.key, row.data])).toEqual([
        ['a', '2'],
        ['c', '1'],
        ['d', '4'],
      ]);
      expect(result.kind === 'saved' && found.every((row) => result.etags.get(row.key) === row.etag)).toBe(
        true,
      );
    });

    it.each([
      { fault: 'a row that exists already', bad: create('there') },
      {
        fault: 'a tag that is not the row’s',
        bad: { kind: 'replace', key: 'there', data: '2', etag: 'W/"old"' },
      },
      { fault: 'a row that is gone', bad: { kind: 'replace', key: 'gone', data: '2', etag: 'W/"old"' } },
      { fault: 'a removal of what is gone', bad: { kind: 'remove', key: 'gone', etag: 'W/"old"' } },
    ] satisfies { fault: string; bad: RowWrite }[])('writes nothing for $fault', async ({ bad }) => {
      const [rows, where] = [open(), partition()];
      await rows.commit(where, [put('there', 'before')]);
      expect(await rows.commit(where, [put('a'), bad, put('z')])).toEqual({ kind: 'superseded' });
      expect((await rows.range(where, 'a', '~')).map((row) => row.data)).toEqual(['before']);
    });

    it('is won by one of those that race for it', async () => {
      const [rows, where] = [open(), partition()];
      await rows.commit(where, [create('s|', '0')]);
      const etag = await tagOf(rows, where, 's|');
      const results = await Promise.all(
        Array.from({ length: 8 }, (_, index) =>
          rows.commit(where, [
            { kind: 'replace', key: 's|', data: String(index), etag },
            put(`n|${index}`, 'won'),
          ]),
        ),
      );
      expect(results.filter((result) => result.kind === 'saved')).toHaveLength(1);
      expect(await rows.range(where, 'n|', 'n}')).toHaveLength(1);
    });

    it('takes 100 rows and no more', async () => {
      const [rows, where] = [open(), partition()];
      const writes = Array.from({ length: transactionLimit + 1 }, (_, index) => put(`d|${index}`));
      await expect(rows.commit(where, writes)).rejects.toThrow(RangeError);
      expect(await rows.commit(where, writes.slice(1))).toMatchObject({ kind: 'saved' });
      expect(await rows.range(where, 'd|', 'd}')).toHaveLength(100);
    });

    it('takes each row once, and at least one', async () => {
      const rows = open();
      await expect(rows.commit(partition(), [put('a'), put('a')])).rejects.toThrow(RangeError);
      await expect(rows.commit(partition(), [])).rejects.toThrow(RangeError);
    });
  });

  describe('many rows', () => {
    const where = `hub|site|many-${process.pid}`;
    const key = (index: number) => `d|device-${String(index).padStart(4, '0')}`;
    const count = 2_050;
    let filled = false;

    async function opened(): Promise<RowStore> {
      const rows = open();
      for (let from = 0; !filled && from < count; from += transactionLimit) {
        const part = Array.from({ length: Math.min(transactionLimit, count - from) }, (_, index) =>
          put(key(from + index)),
        );
        await rows.commit(where, part);
      }
      filled = true;
      return rows;
    }

    it('are read beyond a page of 1,000, in order', async () => {
      const found = await (await opened()).range(where, 'd|', 'd}');
      expect(found.map((row) => row.key)).toEqual(Array.from({ length: count }, (_, index) => key(index)));
    });

    it('are read page by page, each once', async () => {
      const rows = await opened();
      const seen: string[] = [];
      const sizes: number[] = [];
      for (let from: string | null = 'd|'; from !== null; ) {
        const page: Awaited<ReturnType<RowStore['page']>> = await rows.page(where, from, 'd}', 1_000);
        seen.push(...page.rows.map((row) => row.key));
        sizes.push(page.rows.length);
        from = page.next;
      }
      expect(sizes).toEqual([1_000, 1_000, 50]);
      expect(new Set(seen).size).toBe(count);
    });

    it('are named page by page by those who need no more than their keys', async () => {
      const rows = await opened();
      const [whole, named] = await Promise.all([
        rows.page(where, key(10), 'd}', 20),
        rows.page(where, key(10), 'd}', 20, 'keys'),
      ]);
      expect(named.rows.map((row) => row.key)).toEqual(whole.rows.map((row) => row.key));
      expect(named.next).toBe(whole.next);
    });

    it('end without a next page when the last one is full', async () => {
      const page = await (await opened()).page(where, key(50), 'd}', 2_000);
      expect([page.rows.length, page.next]).toEqual([2_000, null]);
    });

    it.each([0, 1, 5, 11, 13])('are read by %i keys, missing ones left out', async (wanted) => {
      const rows = await opened();
      const step = Math.max(1, Math.floor(count / Math.max(1, wanted)));
      const keys = Array.from({ length: wanted }, (_, index) => key(index * step));
      const missing = wanted > 1 && wanted < 12 ? ['d|nobody', 'd|#?%'] : [];
      const found = await rows.getMany(where, [...keys, ...missing]);
      expect(found.map((row) => row.key).sort()).toEqual(keys);
      expect((await rows.getMany(where, keys)).map((row) => row.key).sort()).toEqual(keys);
    });

    it('are not read by more keys than one query takes', async () => {
      const keys = Array.from({ length: 14 }, (_, index) => key(index));
      await expect(opened().then((rows) => rows.getMany(where, keys))).rejects.toThrow(
        'at most 13 keys, not 14',
      );
    });
  });
}
