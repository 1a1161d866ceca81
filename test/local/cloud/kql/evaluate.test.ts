import { describe, expect, it } from 'vitest';
import { toText } from '../../../../local/cloud/kql/convert.ts';
import { evaluateQuery } from '../../../../local/cloud/kql/evaluate.ts';
import { parseDatetime } from '../../../../local/cloud/kql/time.ts';
import type { Table } from '../../../../local/cloud/kql/value.ts';

const nowMs = Date.UTC(2026, 2, 4, 9, 20);
const column = (name: string, type: string) => ({ name, type });
const time = (text: string) => parseDatetime(`2026-03-04T${text}Z`);

const tables: Record<string, Table> = {
  one: { columns: [column('n', 'long')], rows: [[1]] },
  rows: {
    columns: [
      column('device', 'string'),
      column('code', 'string'),
      column('at', 'datetime'),
      column('n', 'long'),
      column('p', 'dynamic'),
    ],
    rows: [
      ['a', '404104', time('09:00:00'), 1, { ip: '203.0.113.XXX', tags: ['x', 'y'] }],
      ['b', '401003', time('09:01:30.5'), 2, { ip: '198.51.100.XXX' }],
      ['a', '', time('09:02:00'), 3, { ip: null, inner: '{"type":"sas"}' }],
    ],
  },
  many: {
    columns: [column('i', 'long')],
    rows: Array.from({ length: 65 }, (_, index) => [index]),
  },
};

/** A result as text: cells joined by `|`, one row a line. */
const run = (query: string): string[] => {
  const table = evaluateQuery(query, tables, nowMs);
  return table.rows.map((row) =>
    row.map((value, index) => toText(value, table.columns[index]!.type)).join('|'),
  );
};
const columns = (query: string): string =>
  evaluateQuery(query, tables, nowMs)
    .columns.map(({ name, type }) => `${name}:${type}`)
    .join(' ');

describe('operators', () => {
  it.each([
    [
      'where keeps rows for which the test is true, not null',
      'rows | where tolong(code) > 401003 | project n',
      ['1'],
    ],
    ['extend adds and replaces columns', 'rows | extend n = n * 10, m = n | project n, m | take 1', ['10|1']],
    ['project-away takes wildcards', 'rows | project-away c*, at, p | take 1', ['a|1']],
    ['sort is descending unless said', 'rows | sort by n | project n', ['3', '2', '1']],
    [
      'sort goes by the next key among equals',
      'rows | order by device asc, n desc | project n',
      ['3', '1', '2'],
    ],
    [
      'nulls come last when descending',
      'rows | extend k = tolong(code) | sort by k | project n',
      ['1', '2', '3'],
    ],
    [
      'nulls come first when said',
      'rows | extend k = tolong(code) | sort by k nulls first | project n',
      ['3', '1', '2'],
    ],
    ['top sorts and cuts', 'rows | top 1 by at asc | project n', ['1']],
    ['count counts', 'rows | count', ['3']],
    ['distinct keeps the first of equals', 'rows | distinct device', ['a', 'b']],
    [
      'union lines columns up by name',
      'union (rows | project n), (one | project n = 9, z = "z")',
      ['1|', '2|', '3|', '9|z'],
    ],
    [
      'partition runs a subquery on each part',
      'rows | partition hint.strategy=native by device (top 1 by at desc) | project n',
      ['3', '2'],
    ],
    [
      'partition takes a chain of operators',
      'rows | partition by device (order by n desc | take 1 | project n)',
      ['3', '2'],
    ],
    [
      'let binds values and rows',
      'let least = 2; let some = rows | where n >= least; some | summarize count()',
      ['2'],
    ],
  ])('%s', (_fact, query, expected) => {
    expect(run(query)).toEqual(expected);
  });
});

describe('summarize', () => {
  it.each([
    ['count, countif, dcount', 'summarize count(), countif(n > 1), dcount(device)', ['3|2|2']],
    ['sum, min, max', 'summarize sum(n), min(n), max(at)', ['6|1|2026-03-04T09:02:00.0000000Z']],
    ['maxif, minif', 'summarize maxif(n, device == "b"), minif(n, device == "a")', ['2|1']],
    ['make_set_if', 'summarize make_set_if(code, n > 1)', ['["401003",""]']],
    [
      'make_set drops repeats, make_list does not',
      'summarize make_set(device), make_list(device)',
      ['["a","b"]|["a","b","a"]'],
    ],
    ['make_set is bounded', 'summarize make_set(n, 2)', ['[1,2]']],
    [
      'arg_max with columns',
      'summarize arg_max(at, n, code) by device',
      ['a|2026-03-04T09:02:00.0000000Z|3|', 'b|2026-03-04T09:01:30.5000000Z|2|401003'],
    ],
    [
      'arg_min with a star',
      'summarize arg_min(n, *) by device | project device, n, code',
      ['a|1|404104', 'b|2|401003'],
    ],
    ['take_any', 'summarize take_any(code) by device', ['a|404104', 'b|401003']],
    [
      'bins of time',
      'summarize count() by bin(at, 1m)',
      ['2026-03-04T09:00:00.0000000Z|1', '2026-03-04T09:01:00.0000000Z|1', '2026-03-04T09:02:00.0000000Z|1'],
    ],
    ['arithmetic on aggregates', 'summarize span = max(at) - min(at), half = sum(n) / 2', ['00:02:00|3']],
    ['by without aggregates', 'summarize by device', ['a', 'b']],
    ['nothing, without by, is one row', 'where n > 9 | summarize count(), max(n)', ['0|']],
    ['nothing, with by, is no row', 'where n > 9 | summarize count() by device', []],
  ])('%s', (_what, query, expected) => {
    expect(run(`rows | ${query}`)).toEqual(expected);
  });

  it("names its columns as Microsoft's analysis does", () => {
    expect(
      columns('rows | summarize count(), max(at), arg_max(n, device), make_set(code) by bin(at, 1m)'),
    ).toBe('at:datetime count_:long max_at:datetime n:long device:string set_code:dynamic');
  });
});

describe('expressions', () => {
  it.each([
    ['"Abc" == "abc"', 'False'],
    ['"Abc" =~ "abc"', 'True'],
    ['"Abc" !~ "abc"', 'False'],
    ['"pump-07 down" has "PUMP"', 'True'],
    ['"pump07 down" has "pump"', 'False'],
    ['"pump-07" contains "MP-0"', 'True'],
    ['"pump-07" !contains_cs "MP"', 'True'],
    ['"pump" startswith "PU"', 'True'],
    ['"pump" endswith_cs "MP"', 'False'],
    ['"oslo-1" matches regex "^OSLO-[0-9]$"', 'False'],
    ['"oslo-1" matches regex "(?i)^OSLO-[0-9]$"', 'True'],
    ['"b" in ("a", "b")', 'True'],
    ['"B" in~ ("a", "b")', 'True'],
    ['"a" !in (dynamic(["a"]))', 'False'],
    ['3 between (1 .. 3)', 'True'],
    ['now() between (datetime(2026-03-04T09:00:00Z) .. 20m)', 'True'],
    ['ago(1h)', '2026-03-04T08:20:00.0000000Z'],
    ['datetime(2026-03-04) + 1.5h', '2026-03-04T01:30:00.0000000Z'],
    ['(now() - ago(90s)) / 1m', '1.5'],
    ['7 / 2', '3'],
    ['7.0 / 2', '3.5'],
    ['todatetime("2026-03-04T10:00:00+01:00")', '2026-03-04T09:00:00.0000000Z'],
    ['todatetime("2026-02-30")', ''],
    ['tolong("12") + toint("3")', '15'],
    ['tolong("1.5")', ''],
    ['isnull(tolong("x"))', 'True'],
    ['isempty("") and isnotempty("x")', 'True'],
    ['coalesce("", "b")', 'b'],
    ['iff(1 > 2, "a", "b")', 'b'],
    ['case(false, "a", true, "b", "c")', 'b'],
    ['strcat("a", 1, "-", true)', 'a1-True'],
    ['split("a,b,c", ",")[1]', 'b'],
    ['strlen("å😀")', '2'],
    ['tolower("ÅB")', 'åb'],
    ['extract("([a-z]+)-([0-9]+)", 2, "oslo-17")', '17'],
    ['extract("x", 0, "y")', ''],
    ['parse_json("{\\"a\\": {\\"b\\": [1, 2]}}").a.b[-1]', '2'],
    ['parse_json("{\\"a b\\": 1}")["a b"]', '1'],
    ['parse_json("not json")', 'not json'],
    ['tostring(dynamic([1, "a"]))', '[1,"a"]'],
    ['substring("oslo-17", 5)', '17'],
    ['replace_regex("oslo-17", "([a-z]+)-([0-9]+)", @"\\2 \\1")', '17 oslo'],
    ['replace_string("a$b", "$", "$$")', 'a$$b'],
    ['indexof("oslo-17", "-")', '4'],
    ['countof("aaaa", "aa")', '3'],
    ['countof("ababa", "aba", "regex")', '1'],
    ['hash("a", 8) == hash("a", 8) and hash("a", 8) between (0 .. 7)', 'True'],
    ['hash("a") == hash("b")', 'False'],
    ['datetime_diff("day", datetime(2017-10-29), datetime(2017-09-30T23:59:00Z))', '29'],
    ['datetime_diff("Minute", datetime(2017-10-30T23:05:01Z), datetime(2017-10-30T23:00:59Z))', '5'],
    ['datetime_diff("second", ago(10s), now())', '-10'],
    ['bin(7.5, 2)', '6'],
    ['column_ifexists("nothing", "else")', 'else'],
    ['@"a\\b"', 'a\\b'],
    ['"\\u0041\\"\\\\"', 'A"\\'],
  ])('%s is %s', (expression, expected) => {
    expect(run(`one | project x = ${expression}`)).toEqual([expected]);
  });

  it('compares what stands in a dynamic by the other side', () => {
    expect(run('rows | where p.ip == "203.0.113.XXX" and p.tags[0] == "x" | project n')).toEqual(['1']);
    expect(run('rows | where p.ip in ("198.51.100.XXX") | project n')).toEqual(['2']);
    expect(run('rows | where isempty(p.nothing) | summarize count()')).toEqual(['3']);
    expect(
      run('rows | extend inner = parse_json(tostring(p.inner)) | where inner.type == "sas" | project n'),
    ).toEqual(['3']);
  });
});

describe('what it refuses', () => {
  it.each([
    ['Nothing | take 1', 'SEM0100', /table or column expression named 'Nothing'/],
    ['rows | where wrong == 1', 'SEM0100', /named 'wrong'/],
    ['rows | wher n == 1', 'SYN0002', /at 'wher'/],
    ['rows | where n ==', 'SYN0002', /Missing expression/],
    ['rows | where code == 404104', 'SEM0064', /types string and long/],
    ['rows | where code in (404104)', 'SEM0025', /long among values of type string/],
    ['rows | where p.a == p.b', 'SEM0064', /dynamic and dynamic/],
    ['rows | extend x = nosuch(1)', 'SEM0100', /function expression named 'nosuch'/],
    ['rows | search "x"', 'LOCAL0001', /operator 'search'/],
    ['rows | join kind=inner (rows) on device', 'LOCAL0001', /operator 'join'/],
    ['rows | mv-expand p', 'LOCAL0001', /operator 'mv-expand'/],
    ['print 1', 'LOCAL0001', /'print' as a source of rows/],
    ['range i from 1 to 5 step 2', 'LOCAL0001', /'range' as a source of rows/],
    ['datatable(a: string)["x"]', 'LOCAL0001', /'datatable' as a source of rows/],
    ['rows | summarize avg(n)', 'LOCAL0001', /function 'avg'/],
    ['rows | summarize count(), stdev(n)', 'LOCAL0001', /function 'stdev'/],
    ['rows | extend r = round(n)', 'LOCAL0001', /function 'round'/],
    ['rows | extend r = n % 2', 'LOCAL0001', /'ModuloExpression'/],
    ['rows | where at > ago(1day)', 'LOCAL0001', /literal 1day/],
    ['rows | extend d = datetime_diff("month", at, at)', 'LOCAL0001', /datetime_diff\(\) by month/],
    ['rows | where code has_any ("x")', 'LOCAL0001', /'HasAnyExpression'/],
    ['let most = toscalar(rows | summarize max(n)); rows | where n == most', 'LOCAL0001', /'ToScalar/],
    ['let f = () { 1 }; one | project f()', 'LOCAL0001', /functions made by let/],
    ['rows | where code matches regex "("', 'SEM0420', /ill-formed/],
    ['many | partition by i (take 1)', 'E_PARTITION_LIMIT', /64/],
    ['', 'SYN0001', /no tabular expression/],
  ])('%s', (query, code, message) => {
    expect(() => run(query)).toThrow(
      expect.objectContaining({ name: 'KqlError', code, message: expect.stringMatching(message) }),
    );
  });
});
