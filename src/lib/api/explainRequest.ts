import * as z from 'zod';
import { hubNameFault } from '../config/textFaults.ts';
import { section, text } from '../fields/fieldTypes.ts';
import { instant } from './fields.ts';

const orNull = <Schema extends z.ZodType>(schema: Schema) =>
  schema.nullish().transform((value): z.output<Schema> | null => value ?? null);

const id = (what: string) =>
  z
    .string({ error: `is missing; use the id of a ${what}` })
    .min(1, { error: `is empty; use the id of a ${what}` })
    .max(128, { error: `is too long; ids have at most 128 characters` });

/** The parameters of `GET /api/explain`. */
export const explainRequest = section({
  hub: text('use the name of a hub', hubNameFault).describe('Name of the hub.'),
  device: id('device').describe('Device id.'),
  module: orNull(id('module')).describe('Module id; without it the device itself is meant.'),
  at: orNull(instant()).describe('The moment that is asked about; now without it.'),
  receiver: orNull(z.string().min(1).max(200)).describe('One receiver, also when no route leads to it.'),
});
