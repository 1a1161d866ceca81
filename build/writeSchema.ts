import { writeFile } from 'node:fs/promises';
import { jsonSchema } from '../src/lib/config/schema.ts';

await writeFile(
  new URL('../responder.config.schema.json', import.meta.url),
  `${JSON.stringify(jsonSchema(), null, 2)}\n`,
);
