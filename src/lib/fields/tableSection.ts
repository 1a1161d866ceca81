import * as z from 'zod';
import { descriptionOf, type Field, type FieldTable, type Given, type Values } from './fieldTable.ts';
import { count, duration, expects, oneOf, percentage, rate, section, yesNo } from './fieldTypes.ts';
import { parseDuration } from './quantities.ts';

/** The schema of a map with the fields of a table, each with its default. */
export function completeSection<Table extends FieldTable>(table: Table) {
  const shape: Readonly<Record<string, z.ZodType>> = completeShape(table);
  return section(shape).transform((written) => valuesOf(table, written));
}

/** The schema of a map in which every field of the table may be left out. */
export function partialSection<Table extends FieldTable>(table: Table) {
  const shape: Readonly<Record<string, z.ZodType>> = partialShape(table);
  return section(shape).transform((written) => givenOf(table, written));
}

/** The fields of a table for a map that has others beside them; `valuesOf` reads what is written. */
export function completeShape<Table extends FieldTable>(table: Table): Shape<Table> {
  return shapeOf(table, (field) => {
    const schema = schemaOf(field, completeShape);
    const filled = 'fields' in field ? {} : field.default;
    return filled === undefined ? schema.optional() : schema.prefault(filled);
  });
}

function partialShape<Table extends FieldTable>(table: Table): Shape<Table> {
  return shapeOf(table, (field) => schemaOf(field, partialShape).optional());
}

type Shape<Table> = { readonly [Name in keyof Table]: z.ZodType };

function shapeOf<Table extends FieldTable>(
  table: Table,
  schemaFor: (field: Field) => z.ZodType,
): Shape<Table> {
  return Object.fromEntries(
    Object.entries(table).map(([name, field]) => [name, schemaFor(field)]),
  ) as Shape<Table>;
}

function schemaOf(field: Field, shapeInside: (table: FieldTable) => Shape<FieldTable>): z.ZodType {
  switch (field.kind) {
    case 'duration':
      return duration(parseDuration(field.longest ?? '365d')).describe(descriptionOf(field));
    case 'percentage':
      return percentage().describe(descriptionOf(field));
    case 'count':
      return count().describe(descriptionOf(field));
    case 'rate':
      return rate().describe(descriptionOf(field));
    case 'yesNo':
      return yesNo().describe(descriptionOf(field));
    case 'choice':
      return oneOf(field.values).describe(descriptionOf(field));
    case 'switchable': {
      const names = Object.keys(field.fields);
      const accepted = `use off, or a map with ${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
      return z
        .union([z.literal('off'), z.literal(false), section(shapeInside(field.fields))], {
          error: expects('off or a map', accepted),
        })
        .describe(descriptionOf(field));
    }
    default:
      return field satisfies never;
  }
}

/** What holds of a table when nothing is written. */
export function defaultsOf<Table extends FieldTable>(table: Table): Values<Table> {
  return completeSection(table).parse({});
}

/** What the schema read of a table, in the product's own terms. */
export function valuesOf<Table extends FieldTable>(table: Table, written: Written): Values<Table> {
  const values = Object.entries(named(table, written, valuesOf));
  return Object.fromEntries(values.map(([name, value]) => [name, value ?? null])) as Values<Table>;
}

function givenOf<Table extends FieldTable>(table: Table, written: Written): Given<Table> {
  return definedFields(named(table, written, givenOf)) as Given<Table>;
}

type Written = Readonly<Record<string, unknown>>;

function named(
  table: FieldTable,
  written: Written,
  inside: (table: FieldTable, written: Written) => object,
): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(table).map(([name, field]) => {
      const value = written[name];
      if (field.kind === 'duration') return [`${name}Ms`, value];
      if (field.kind !== 'switchable' || value === undefined) return [name, value];
      return [name, typeof value === 'object' ? inside(field.fields, value as Written) : null];
    }),
  );
}

export type Defined<T> = { [Name in keyof T]: Exclude<T[Name], undefined> };

/** The fields that have a value. */
export function definedFields<T extends object>(fields: T): Defined<T> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Defined<T>;
}
