import { describe, expect, it } from 'vitest';
import { parseQuery } from '../../local/cloud/kql/syntax.ts';
import { installations, ofType, only, type Prediction, snapshot, valueAt } from './prediction.ts';
import { readProduct } from './product.ts';

const product = await readProduct();

type Tables = Parameters<typeof parseQuery>[1];

const columns = (text: string) =>
  text.split(', ').map((column) => {
    const [name, type] = column.split(':');
    return { name: name!, type: type! };
  });

/** The columns that our queries may use, of the tables as Azure Monitor documents them. */
const tables: Tables = {
  requests: columns('timestamp:datetime, name:string, success:bool, duration:real, itemCount:int'),
  traces: columns('timestamp:datetime, message:string, severityLevel:int, itemCount:int'),
  _LogOperation: columns(
    'TimeGenerated:datetime, Category:string, Operation:string, Level:string, Detail:string',
  ),
};

type Query = { readonly of: string; readonly text: string };

describe.each(installations)('the queries of %s', (name) => {
  const prediction = snapshot(name);

  it.each([...alertQueries(prediction), ...workbookQueries(prediction)])(
    '$of is valid, and asks for what the code has',
    ({ text }) => expect(faultsOf(text)).toEqual([]),
  );

  it('say that a function fails, whichever it is', () => {
    const rule = only(prediction, 'Microsoft.Insights/scheduledQueryRules', '-function-failures');
    const query = String(valueAt(rule, 'properties.criteria.allOf.0.query'));
    expect(query.trim().split(/\s*\n\s*/)).toEqual(['requests', '| where success == false']);
  });
});

it.each([
  ['traces | where mesage startswith "swept "', "Failed to resolve scalar expression named 'mesage'"],
  ['traces | wher true', 'Query could not be parsed'],
  ['traces | where message startswith "sweeped "', 'nothing logs "sweeped"'],
  [
    'traces | extend fields = parse_json(message) | where fields.oldestAgeMs > 1',
    'no log line has the field oldestAgeMs',
  ],
  ['traces | where message == "sweep.oldestDueHours"', 'there is no metric sweep.oldestDueHours'],
  ['requests | where name == "sweeper"', 'there is no function sweeper'],
  ['requests | where name in ("sweep", "ingest")', 'there is no function ingest'],
])('a query is refused: %s', (query, problem) => {
  expect(faultsOf(query).join('\n')).toContain(problem);
});

function alertQueries(prediction: Prediction): Query[] {
  return ofType(prediction, 'Microsoft.Insights/scheduledQueryRules').map((rule) => ({
    of: rule.name,
    text: String(valueAt(rule, 'properties.criteria.allOf.0.query')),
  }));
}

function workbookQueries(prediction: Prediction): Query[] {
  return ofType(prediction, 'Microsoft.Insights/workbooks').flatMap((workbook) => {
    const { items } = JSON.parse(String(valueAt(workbook, 'properties.serializedData'))) as {
      items: { name: string; content: { query?: string } }[];
    };
    return items.flatMap(({ name, content }) =>
      content.query ? [{ of: `workbook ${name}`, text: content.query }] : [],
    );
  });
}

/** What is wrong with a query. */
function faultsOf(query: string): string[] {
  try {
    parseQuery(query, tables);
    return unknownNames(query);
  } catch (error) {
    return [(error as Error).message];
  }
}

/** The functions, log lines, fields and metrics that a query asks for and the code does not have. */
function unknownNames(query: string): string[] {
  const problems: string[] = [];
  const lines = [...query.matchAll(/message startswith "(.+?) "/g)].map(([, line]) => line!);
  for (const line of lines) {
    if (!product.logLines.has(line)) problems.push(`nothing logs "${line}"`);
  }
  for (const [, metric] of query.matchAll(/"([a-z]+\.[a-zA-Z]+)"/g)) {
    const known = metric!.split('.').every((word) => product.words.has(word));
    if (!known) problems.push(`there is no metric ${metric}`);
  }
  for (const [, field] of query.matchAll(/(?:fields|point)\.(\w+)/g)) {
    if (!product.words.has(field!)) problems.push(`no log line has the field ${field}`);
  }
  const functions = [...query.matchAll(/\bname (?:==|in) ?\(?((?:"\w+",?\s*)+)/g)].flatMap(([, list]) =>
    [...list!.matchAll(/\w+/g)].map(([name]) => name),
  );
  for (const name of functions) {
    if (!product.functions.some((known) => known.name === name))
      problems.push(`there is no function ${name}`);
  }
  return problems;
}
