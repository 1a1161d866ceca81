import { itemsOf, type KqlNode, part } from './syntax.ts';
import type { Column, Row, Table, Value } from './value.ts';

/** What a `let` bound: a value with its type, or rows. */
export type Binding = { scalar: Value; type: string } | { table: Table };

/** What is the same in every part of one query. */
export type QueryContext = {
  nowTicks: bigint;
  tables: Readonly<Record<string, Table>>;
  bindings: ReadonlyMap<string, Binding>;
  /** The rows that an operator without a source takes: those of a partition. */
  input?: Table;
  evaluateTable: (node: KqlNode, context: QueryContext) => Table;
  compileScalar: (node: KqlNode, scope: Scope) => Evaluate;
};

/** Where a scalar expression stands: the columns it sees and whether it runs once per group. */
export type Scope = { query: QueryContext; columns: readonly Column[]; aggregating: boolean };

/** An expression made ready: for a row, or for the rows of a group where it aggregates. */
export type Evaluate = (row: Row, group: readonly Row[]) => Value;

/** Compiles one expression in its scope. */
export const compile = (node: KqlNode, scope: Scope): Evaluate => scope.query.compileScalar(node, scope);

export const argumentsOf = (call: KqlNode): readonly KqlNode[] =>
  itemsOf(part(call, 'ArgumentList'), 'Expressions');

/** The value of an expression that depends on no row, such as the number of `take`. */
export const constant = (node: KqlNode, query: QueryContext): Value =>
  compile(node, { query, columns: [], aggregating: false })([], []);

export const columnIndex = (columns: readonly Column[], name: string): number =>
  columns.findIndex((column) => column.name === name);
