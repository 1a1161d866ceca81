import { parseQuery } from '../cloud/kql/syntax.ts';
import { ofType, type Prediction, valueAt } from './prediction.ts';
import type { Product } from './product.ts';

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

/**
 * The queries of alerts and workbook are valid, and ask for functions and log lines that the code has; that of failures
 * asks for every function.
 */
export function checkQueries(prediction: Prediction, product: Product): string[] {
  return [...alertQueries(prediction), ...workbookQueries(prediction)].flatMap(({ of, text }) =>
    [
      ...faultsOf(text),
      ...unknownNames(text, product),
      ...(of.endsWith('-function-failures') ? forgotten(text, product) : []),
    ].map((fault) => `${of}: ${fault}`),
  );
}

const forgotten = (query: string, { functions }: Product): string[] =>
  functions
    .filter(({ name }) => !query.includes(`"${name}"`))
    .map(({ name }) => `nobody hears of failures of ${name}`);

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

function faultsOf(query: string): string[] {
  try {
    parseQuery(query, tables);
    return [];
  } catch (error) {
    return [(error as Error).message];
  }
}

function unknownNames(query: string, product: Product): string[] {
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
