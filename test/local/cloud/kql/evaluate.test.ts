import { describe, expect, it } from 'vitest';
import { toText } from '../../../../local/cloud/kql/convert.ts';
import { evaluateQuery } from '../../../../local/cloud/kql/evaluate.ts';

const nowMs = Date.UTC(2026, 2, 4, 9, 20);
const rows = `let rows = datatable(device: string, code: string, at: datetime, n: long, p: dynamic) [
  "a", "404104", datetime(2026-03-04T09:00:00Z), 1, dynamic({"ip": "203.0.113.XXX", "tags": ["x", "y"]}),
  "b", "401003", datetime(2026-03-04T09:01:30.5Z), 2, dynamic({"ip": "198.51.100.XXX"}),
  "a", "",       datetime(2026-03-04T09:02:00Z), 3, dynamic({"ip": null, "inner": "{\\"type\\":\\"sas\\"}"})];
`;

/** A result as text: cells joined by `|`, one row a line. */
const run = (query: string): string[] => {
  const table = evaluateQuery(rows + query, {}, nowMs);
  return table.rows.map((row) =>
    row.map((value, index) => toText(value, table.columns[index]!.type)).join('|'),
  );
};
const columns = (query: string): string =>
  evaluateQuery(rows + query, {}, nowMs)
    .columns.map((column) => `${column.name}:${column.type}`)
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
    ['project-rename renames', 'rows | project-rename id = device | project id | take 1', ['a']],
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
      'union (rows | project n), (print n = 9, z = "z")',
      ['1|', '2|', '3|', '9|z'],
    ],
    [
      'an inner join pairs rows by equality',
      'rows | join kind=inner (rows | project device, m = n) on device | project n, m | sort by n asc, m asc',
      ['1|1', '1|3', '2|2', '3|1', '3|3'],
    ],
    [
      'a left outer join keeps rows without a partner',
      'rows | join kind=leftouter (print k = "b", w = 5) on $left.device == $right.k | project n, k, w',
      ['1||', '2|b|5', '3||'],
    ],
    [
      'a join is innerunique unless said',
      'rows | join (rows | take 1 | project device) on device | project n',
      ['1'],
    ],
    [
      'leftanti keeps what has no partner',
      'rows | join kind=leftanti (print device = "a") on device | project n',
      ['2'],
    ],
    [
      'lookup adds columns',
      'rows | lookup (print device = "b", w = 5) on device | project n, w',
      ['1|', '2|5', '3|'],
    ],
    [
      'mv-expand makes a row for each element',
      'rows | mv-expand t = p.tags to typeof(string) | project n, t',
      ['1|x', '1|y', '2|', '3|'],
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
      'row_number counts in order',
      'rows | sort by n desc | extend r = row_number() | project r, n',
      ['1|3', '2|2', '3|1'],
    ],
    [
      'prev and next see neighbours',
      'rows | sort by n asc | project prev(n), next(n, 1, -1)',
      ['|2', '1|3', '2|-1'],
    ],
    ['let binds values and rows', 'let least = 2; let some = rows | where n >= least; some | count', ['2']],
    ['toscalar takes the first cell', 'let most = toscalar(rows | summarize max(n)); print most', ['3']],
    ['range counts upwards', 'range i from 1 to 5 step 2', ['1', '3', '5']],
  ])('%s', (_fact, query, expected) => {
    expect(run(query)).toEqual(expected);
  });
});

describe('summarize', () => {
  it.each([
    ['count, countif, dcount', 'summarize count(), countif(n > 1), dcount(device)', ['3|2|2']],
    [
      'sum, avg, min, max',
      'summarize sum(n), avg(n), min(n), max(at)',
      ['6|2|1|2026-03-04T09:02:00.0000000Z'],
    ],
    ['maxif', 'summarize maxif(n, device == "b")', ['2']],
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
    ['"pump-07 down" has_any ("x", "down")', 'True'],
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
    ['tostring(dynamic({"a": [1, null]}))', '{"a":[1,null]}'],
    ['bin(7.5, 2)', '6'],
    ['column_ifexists("nothing", "else")', 'else'],
    ['tostring(parse_json(tostring(dynamic({"t": "{\\"type\\":\\"sas\\"}"}).t)).type)', 'sas'],
    ['@"a\\b"', 'a\\b'],
    ['"\\u0041\\"\\\\"', 'A"\\'],
  ])('%s is %s', (expression, expected) => {
    expect(run(`print ${expression}`)).toEqual([expected]);
  });

  it('compares what stands in a dynamic by the other side', () => {
    expect(run('rows | where p.ip == "203.0.113.XXX" and p.tags[0] == "x" | project n')).toEqual(['1']);
    expect(run('rows | where p.ip in ("198.51.100.XXX") | project n')).toEqual(['2']);
    expect(run('rows | where isempty(p.nothing) | count')).toEqual(['3']);
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
    ['rows | summarize stdev(n)', 'LOCAL0001', /function 'stdev'/],
    ['rows | extend h = hash(code)', 'LOCAL0001', /function 'hash'/],
    ['rows | join kind=fullouter (rows) on device', 'LOCAL0001', /join kind=fullouter/],
    ['let f = () { 1 }; print f()', 'LOCAL0001', /functions made by let/],
    ['rows | where code matches regex "("', 'SEM0420', /ill-formed/],
    ['range i from 1 to 65 step 1 | partition by i (take 1)', 'E_PARTITION_LIMIT', /64/],
    ['', 'SYN0001', /no tabular expression/],
  ])('%s', (query, code, message) => {
    expect(() => run(query)).toThrow(
      expect.objectContaining({ name: 'KqlError', code, message: expect.stringMatching(message) }),
    );
  });
});
