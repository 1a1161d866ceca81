import * as z from 'zod';
import { problem } from './answers.ts';
import type { Call } from './call.ts';
import { calls } from './calls.ts';
import { problemType } from './problemDetails.ts';

type Json = { readonly [key: string]: unknown };

const problemWords: Readonly<Record<number, string>> = {
  400: 'A parameter or the body has mistakes.',
  403: 'It may not be done by whoever asks.',
  404: 'There is no such thing.',
  409: 'It is over, or somebody else was faster.',
  415: 'The body is not JSON.',
  503: 'The storage does not answer, or the responder is not ready.',
};

/** The API as OpenAPI 3.1, from the schemas that check its requests and those of its answers. */
export function openApi(version: string, address: string): Json {
  const components = new Map<string, Json>();
  const paths: Record<string, Record<string, Json>> = {};
  for (const [name, call] of Object.entries<Call>(calls)) {
    const path = `/${call.route}`;
    paths[path] = { ...paths[path], [call.method]: operation(name, call, components) };
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'IoT Hub disconnect responder',
      version,
      description:
        'What is true of sites and devices, what happened, who was told, and what people do about it. Lists go on at `nextLink`; a GET answers 304 to `If-None-Match` with its `ETag`, and HEAD wherever it is answered.',
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: address }],
    security: [{ functionKey: [] }, { functionKeyInQuery: [] }],
    paths,
    components: {
      schemas: Object.fromEntries([...components].sort(([a], [b]) => (a < b ? -1 : 1))),
      securitySchemes: {
        functionKey: { type: 'apiKey', in: 'header', name: 'x-functions-key' },
        functionKeyInQuery: { type: 'apiKey', in: 'query', name: 'code' },
      },
    },
  };
}

function operation(name: string, call: Call, components: Map<string, Json>): Json {
  const answer = schemaOf(call.answer, 'output', components);
  const content = {
    'application/json': { schema: answer },
    ...(call.alsoAs === undefined ? {} : { [call.alsoAs]: { schema: { type: 'string' } } }),
  };
  const problemSchema = schemaOf(problem, 'output', components);
  const problems = call.problems.map((status) => [
    status,
    { description: problemWords[status], content: { [problemType]: { schema: problemSchema } } },
  ]);
  const conditional = call.method === 'get' && call.open === undefined;
  return {
    operationId: name,
    summary: call.summary,
    ...(call.open ? { security: [] } : {}),
    parameters: [...pathParameters(call), ...queryParameters(call)],
    ...(call.body === undefined
      ? {}
      : {
          requestBody: {
            required: call.bodyIsOptional !== true,
            content: { 'application/json': { schema: schemaOf(call.body, 'input', components) } },
          },
        }),
    responses: {
      [call.status]: {
        description: call.status === 201 ? 'Done.' : 'As it is now.',
        ...(conditional
          ? { headers: { ETag: { description: 'Of the content.', schema: { type: 'string' } } } }
          : {}),
        content,
      },
      ...(conditional ? { 304: { description: 'As `If-None-Match` has it.' } } : {}),
      ...Object.fromEntries(problems),
    },
  };
}

function pathParameters({ path = {} }: Call): Json[] {
  return Object.entries(path).map(([name, description]) => ({
    name,
    in: 'path',
    required: true,
    description,
    schema: { type: 'string' },
  }));
}

function queryParameters({ query = {} }: Call): Json[] {
  return Object.entries(query).map(([name, schema]) => {
    const { description, ...rest } = plain(schema, 'input');
    return {
      name,
      in: 'query',
      required: !schema.isOptional(),
      ...(description === undefined ? {} : { description }),
      schema: rest,
    };
  });
}

/** A schema in place, with those that have a name moved to the components. */
function schemaOf(schema: z.ZodType, io: 'input' | 'output', components: Map<string, Json>): Json {
  const { $defs = {}, ...rest } = plain(schema, io) as Json & { readonly $defs?: Record<string, Json> };
  for (const [id, definition] of Object.entries($defs)) components.set(id, moved(definition));
  return moved(rest);
}

function plain(schema: z.ZodType, io: 'input' | 'output'): Json {
  const { $schema: _schema, ...rest } = z.toJSONSchema(schema, { io, target: 'draft-2020-12' }) as Json;
  return rest;
}

/** The same with its names where the document has them. */
function moved({ id: _id, ...schema }: Json): Json {
  const text = JSON.stringify(schema).replaceAll('"#/$defs/', '"#/components/schemas/');
  return JSON.parse(text) as Json;
}
