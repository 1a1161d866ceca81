import { afterEach, describe, expect, it, vi } from 'vitest';
import { readRecord } from '../../../src/lib/store/readRecord.ts';

const said = vi.spyOn(console, 'error').mockImplementation(() => {});
afterEach(() => said.mockClear());

const number = ({ n }: { readonly [field: string]: unknown }) => (typeof n === 'number' ? n : null);

describe('a row of any kind', () => {
  it.for([
    ['not JSON', '{"n":'],
    ['no object', '7'],
    ['null', 'null'],
    ['another kind', '{"v":1,"m":7}'],
  ])('that holds %s is no record, and is reported once', ([what, data]) => {
    const row = { key: 'a row', data: data!, etag: `tag of ${what}` };
    expect([readRecord(row, number), readRecord(row, number)]).toEqual([null, null]);
    expect(said.mock.calls).toEqual([['row a row cannot be read']]);
  });

  it('is reported again when it has been written anew and still cannot be read', () => {
    for (const etag of ['first', 'second']) readRecord({ key: 'a row', data: '', etag }, number);
    expect(said).toHaveBeenCalledTimes(2);
  });

  it('that can be read is not reported', () => {
    expect(readRecord({ key: 'a row', data: '{"v":1,"n":7}', etag: 'good' }, number)).toBe(7);
    expect(said).not.toHaveBeenCalled();
  });
});
