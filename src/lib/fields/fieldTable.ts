import type { Rate } from './quantities.ts';

/**
 * A field of the configuration as its table has it: how it is written, what holds without it, and what it means.
 * Schema, defaults, units, checks, comparison and the page of the documentation follow from the table.
 */
export type Field =
  | (Described & { readonly kind: 'duration'; readonly default?: string; readonly longest?: string })
  | (Described & { readonly kind: 'percentage'; readonly default?: string })
  | (Described & { readonly kind: 'count'; readonly default?: number })
  | (Described & { readonly kind: 'rate'; readonly default?: string })
  | (Described & { readonly kind: 'yesNo'; readonly default: boolean })
  | (Described & { readonly kind: 'choice'; readonly values: readonly string[]; readonly default?: string })
  /** A map of fields, or `off`. */
  | (Described & { readonly kind: 'switchable'; readonly fields: FieldTable });

/** `says` is a sentence for whoever edits the file. */
type Described = { readonly says: string };

export type FieldTable = { readonly [name: string]: Field };

/**
 * What the fields of a table become: durations in milliseconds, named for their unit (`offlineAfterMs`), percentages from
 * 0 to 1. null: switched off, or left out where there is no default.
 */
export type Values<Table extends FieldTable> = {
  readonly [Name in keyof Table as Named<Name, Table[Name]>]: Value<Table[Name]> | Absent<Table[Name]>;
};

/** What is written of a table: every field may be left out. */
export type Given<Table extends FieldTable> = {
  readonly [Name in keyof Table as Named<Name, Table[Name]>]?: Table[Name] extends {
    readonly fields: infer Inner extends FieldTable;
  }
    ? Given<Inner> | null
    : Value<Table[Name]>;
};

type Named<Name, Of> = Of extends { readonly kind: 'duration' } ? `${Name & string}Ms` : Name;
type Value<Of> = Of extends { readonly values: readonly (infer Word)[] }
  ? Word
  : Of extends { readonly fields: infer Inner extends FieldTable }
    ? Values<Inner> | null
    : Of extends { readonly kind: 'rate' }
      ? Rate
      : Of extends { readonly kind: 'yesNo' }
        ? boolean
        : number;
type Absent<Of> = Of extends { readonly default: unknown } | { readonly fields: unknown } ? never : null;

/** What the schema and the documentation say of a field. */
export function descriptionOf(field: Field): string {
  return 'longest' in field ? `${field.says} At most ${field.longest}.` : field.says;
}

/** The names of all fields of one kind, those within others included. */
export function namesOfKind(table: FieldTable, kind: Field['kind']): readonly string[] {
  return Object.entries(table).flatMap(([name, field]) => [
    ...(field.kind === kind ? [name] : []),
    ...(field.kind === 'switchable' ? namesOfKind(field.fields, kind) : []),
  ]);
}
