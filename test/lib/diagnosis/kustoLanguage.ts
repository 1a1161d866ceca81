import { parseQuery } from '../../../local/cloud/kql/syntax.ts';

const column = (name: string, type = 'string') => ({ name, type });

/** The columns of the documented table that the queries name. */
export const azureDiagnostics = {
  AzureDiagnostics: [
    column('TimeGenerated', 'datetime'),
    ...[
      'ResourceId',
      '_ResourceId',
      'Category',
      'Resource',
      'ResourceType',
      'ResourceProvider',
      'OperationName',
    ].map((name) => column(name)),
    ...['Level', 'ResultType', 'ResultDescription', 'properties_s'].map((name) => column(name)),
    column('AdditionalFields', 'dynamic'),
  ],
};

/** @throws what Microsoft's language service finds wrong with the query. */
export function compile(query: string, tables: Parameters<typeof parseQuery>[1] = azureDiagnostics) {
  return parseQuery(query, tables);
}
