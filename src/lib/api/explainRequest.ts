import * as z from 'zod';
import { hubNameFault } from '../config/textFaults.ts';
import { section, text } from '../fields/fieldTypes.ts';
import { instant } from './fields.ts';
import { word } from './query.ts';

const id = (what: string) =>
  z
    .string({ error: `is missing; use the id of a ${what}` })
    .min(1, { error: `is empty; use the id of a ${what}` })
    .max(128, { error: `is too long; ids have at most 128 characters` });

/** The parameters of `GET /api/explain`. */
export const explainRequest = section({
  hub: text('use the name of a hub', hubNameFault).describe('Name of the hub.'),
  device: id('device').describe('Device id.'),
  module: id('module').optional().describe('Module id; without it the device itself is meant.'),
  at: instant().optional().describe('The moment that is asked about; now without it.'),
  receiver: word(200).optional().describe('One receiver, also when no route leads to it.'),
});
