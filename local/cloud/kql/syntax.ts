import { createRequire } from 'node:module';
import { KqlError } from './kqlError.ts';
import type { Column } from './value.ts';

/** A node of a parsed and type-checked query, free of the parser's own classes. */
export type KqlNode = {
  /** Microsoft's name of the syntax kind, as `FilterOperator`; `Token` for a token. */
  kind: string;
  /** The source text of a token or literal, else ''. */
  text: string;
  start: number;
  /** The scalar type that the analysis found, or '' where there is none. */
  type: string;
  /** The columns of a tabular or tuple-valued node, else empty. */
  columns: readonly Column[];
  /** The plain name of a reference or declaration, else ''. */
  name: string;
  /** The value of a string literal, escapes resolved. */
  literal: string;
  parts: Readonly<Record<string, KqlNode>>;
  items: readonly KqlNode[];
};

/** One child by its name in Microsoft's grammar; its absence is a mistake of this evaluator. */
export const part = (node: KqlNode, name: string): KqlNode => {
  const child = node.parts[name];
  if (child === undefined) throw new Error(`a ${node.kind} has no ${name}`);
  return child;
};

export const itemsOf = (node: KqlNode, name: string): readonly KqlNode[] => node.parts[name]?.items ?? [];

// The part of Microsoft's object model that is read here; its own declarations cover 1.7 MB.
type MsList<T> = { Count: number; getItem(index: number): T };
type MsColumn = { Name: string; Type: { Name: string } };
type MsElement = {
  Kind: number;
  IsToken: boolean;
  NameInParent: string | null;
  SimpleName?: string | null;
  LiteralValue?: unknown;
  ResultType?: { Name: string; Columns?: MsList<MsColumn> } | null;
  TextStart: number;
  ChildCount: number;
  GetChild(index: number): MsElement | null;
  toString(): string;
};
type MsDiagnostic = { Code: string; Severity: string; Message: string; Start: number };
type MsCode = { Syntax: MsElement; GetDiagnostics(): MsList<MsDiagnostic> };
type MsGlobals = { WithDatabase(database: object): MsGlobals };
type MsScope = {
  System: { Enum: { toString(type: object, value: number): string } };
  Kusto: {
    Language: {
      KustoCode: { ParseAndAnalyze(text: string, globals: MsGlobals): MsCode };
      GlobalState: { Default: MsGlobals };
      Syntax: { SyntaxKind: object };
      Symbols: {
        TableSymbol: { $ctor7: new (name: string, schema: string, description: string | null) => object };
        DatabaseSymbol: { ctor: new (name: string, tables: object[]) => object };
      };
    };
  };
};

/** Microsoft's parser sets globals; both files are loaded when the first query comes (170 ms, 240 MB). */
const loadLanguage = (): MsScope => {
  const require = createRequire(import.meta.url);
  require('@kusto/language-service-next/bridge.min.js');
  require('@kusto/language-service-next/Kusto.Language.Bridge.min.js');
  return globalThis as unknown as MsScope;
};
let language: MsScope | null = null;

const columnsOf = (list: MsList<MsColumn> | undefined): Column[] =>
  Array.from({ length: list?.Count ?? 0 }, (_, index) => {
    const column = list!.getItem(index);
    return { name: column.Name, type: column.Type.Name };
  });

const convert = (element: MsElement, kindName: (kind: number) => string): KqlNode => {
  const kind = element.IsToken ? 'Token' : kindName(element.Kind);
  const children = Array.from({ length: element.ChildCount }, (_, index) => element.GetChild(index)).filter(
    (child) => child !== null,
  );
  if (kind === 'SeparatedElement') return convert(children[0]!, kindName);
  const parts: Record<string, KqlNode> = {};
  if (kind !== 'List') {
    for (const child of children) parts[child.NameInParent ?? ''] = convert(child, kindName);
  }
  return {
    kind,
    text: element.IsToken || kind.endsWith('LiteralExpression') ? element.toString().trim() : '',
    start: element.TextStart,
    type: element.ResultType?.Name ?? '',
    columns: columnsOf(element.ResultType?.Columns),
    name: element.SimpleName ?? '',
    literal: typeof element.LiteralValue === 'string' ? element.LiteralValue : '',
    parts,
    items: kind === 'List' ? children.map((child) => convert(child, kindName)) : [],
  };
};

/** Microsoft's numbers below KS100, and KS176 (no such operator), are about the grammar. */
const isAboutSyntax = (code: string): boolean => /^KS0\d\d$/.test(code) || code === 'KS176';

const errorOf = (diagnostic: MsDiagnostic, query: string): KqlError => {
  const name = /name '([^']*)' does not refer/.exec(diagnostic.Message)?.[1];
  if (isAboutSyntax(diagnostic.Code)) {
    const token = /^\s*\S*/.exec(query.slice(diagnostic.Start))?.[0] ?? '';
    const message = `Query could not be parsed at '${token.trim()}': ${diagnostic.Message}`;
    return new KqlError('SyntaxError', 'SYN0002', message, diagnostic.Start);
  }
  if (name === undefined)
    return new KqlError('SemanticError', 'SEM0001', diagnostic.Message, diagnostic.Start);
  const what =
    diagnostic.Code === 'KS204' ? 'table or column' : diagnostic.Code === 'KS211' ? 'function' : 'scalar';
  const message = `Failed to resolve ${what} expression named '${name}'`;
  return new KqlError('SemanticError', 'SEM0100', message, diagnostic.Start);
};

/**
 * Parses a query and checks its names and types against the tables.
 * @throws KqlError for the first error that Microsoft's analysis finds.
 */
export const parseQuery = (query: string, tables: Readonly<Record<string, readonly Column[]>>): KqlNode => {
  language ??= loadLanguage();
  const { KustoCode, GlobalState, Symbols, Syntax } = language.Kusto.Language;
  const symbols = Object.entries(tables).map(([name, columns]) => {
    const schema = columns.map((column) => `['${column.name}']:${column.type}`).join(', ');
    return new Symbols.TableSymbol.$ctor7(name, `(${schema})`, null);
  });
  const globals = GlobalState.Default.WithDatabase(new Symbols.DatabaseSymbol.ctor('workspace', symbols));
  const code = KustoCode.ParseAndAnalyze(query, globals);
  const diagnostics = code.GetDiagnostics();
  const errors = Array.from({ length: diagnostics.Count }, (_, index) => diagnostics.getItem(index)).filter(
    (diagnostic) => diagnostic.Severity === 'Error',
  );
  if (errors.length > 0)
    throw errorOf(errors.find((error) => isAboutSyntax(error.Code)) ?? errors[0]!, query);
  const { System } = language;
  return convert(code.Syntax, (kind) => System.Enum.toString(Syntax.SyntaxKind, kind));
};
