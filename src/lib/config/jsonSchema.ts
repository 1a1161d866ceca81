import { z } from 'zod';
import { fileSchema } from './schema.ts';

/** The JSON Schema of the file, for editors. */
export function jsonSchema(): object {
  return {
    ...z.toJSONSchema(fileSchema({ development: false }), { io: 'input', target: 'draft-07' }),
    title: 'IoT Hub disconnect responder',
    description: 'Which devices belong where, when to believe that they are offline, and who is told.',
  };
}
