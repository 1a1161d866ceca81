import { itemsOf, type KqlNode, part } from './syntax.ts';
import type { Column, Row, Table, Value } from './value.ts';

/** What a `let` bound: a value with its type, or rows. */
export type Binding = { scalar: Value; type: string } | { table: Table };

/** What is the same in every part of one query. */
export type QueryContext = {
  nowTicks: bigint;
  tables: Readonly<Record<string, Table>>;
  bindings: ReadonlyMap<string, Binding>;
  /** Rows that one operator may make; more and the query is refused, as a runaway is by the service. */
  maxRows: number;
  /** The rows that an operator without a source takes: those of a partition. */
  input?: Table;
  evaluateTable: (node: KqlNode, context: QueryContext) => Table;
  compileScalar: (node: KqlNode, scope: Scope) => Evaluate;
};

/** Where a scalar expression stands: the columns it sees and whether it runs once per group. */
export type Scope = { query: QueryContext; columns: readonly Column[]; aggregating: boolean };

/** An expression made ready: for a row, its index and all rows (in a group: the rows of the group). */
export type Evaluate = (row: Row, index: number, rows: readonly Row[]) => Value;

/** Compiles one expression in its scope. */
export const compile = (node: KqlNode, scope: Scope): Evaluate => scope.query.compileScalar(node, scope);

export const argumentsOf = (call: KqlNode): readonly KqlNode[] =>
  itemsOf(part(call, 'ArgumentList'), 'Expressions');

export const columnIndex = (columns: readonly Column[], name: string): number =>
  columns.findIndex((column) => column.name === name);
