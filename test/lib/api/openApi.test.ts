import { Validator } from '@seriousme/openapi-schema-validator';
import { describe, expect, it } from 'vitest';
import { calls } from '../../../src/lib/api/calls.ts';
import { openApi } from '../../../src/lib/api/openApi.ts';

type Operation = {
  readonly parameters: readonly { readonly name: string; readonly in: string }[];
  readonly responses: Readonly<Record<string, { readonly content?: Readonly<Record<string, unknown>> }>>;
};

const document = openApi('0.1.0', 'https://responder.example') as {
  readonly openapi: string;
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, unknown>> };
};

/** Every call of the design. */
const contract = [
  'get /api/sites',
  'get /api/sites/{hub}/{site}',
  'get /api/devices',
  'get /api/devices/{hub}/{deviceId}',
  'get /api/incidents',
  'get /api/incidents/{incidentId}',
  'get /api/incidents/{incidentId}/timeline',
  'get /api/incidents/{incidentId}/devices',
  'get /api/incidents/{incidentId}/notes',
  'post /api/incidents/{incidentId}/notes',
  'post /api/incidents/{incidentId}/acknowledge',
  'delete /api/incidents/{incidentId}/acknowledge',
  'get /api/notices',
  'get /api/silences',
  'post /api/silences',
  'delete /api/silences/{silenceId}',
  'get /api/maintenance',
  'post /api/maintenance',
  'delete /api/maintenance/{windowId}',
  'get /api/explain',
  'get /api/routes',
  'get /api/receivers',
  'get /api/responder',
  'get /api/report',
  'get /api/health',
];

describe('the description of the API', () => {
  it('is valid OpenAPI 3.1', async () => {
    const { valid, errors } = await new Validator().validate(structuredClone(document));
    expect(errors).toBeUndefined();
    expect(valid).toBe(true);
    expect(document.openapi).toMatch(/^3\.1\./);
  });

  it('names every call, and no other', () => {
    const named = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method} ${path}`),
    );
    expect(named.sort()).toEqual([...contract].sort());
    expect(named).toHaveLength(Object.keys(calls).length);
  });

  it('has a schema for each answer, problem details included, and leads nowhere', () => {
    const names = new Set(Object.keys(document.components.schemas));
    const text = JSON.stringify(document);
    for (const [, name] of text.matchAll(/"\$ref":"#\/components\/schemas\/([^"]+)"/g))
      expect(names).toContain(name);
    expect(text).not.toContain('$defs');
    for (const operation of Object.values(document.paths).flatMap((methods) => Object.values(methods))) {
      for (const [status, answer] of Object.entries(operation.responses)) {
        if (status === '304') continue;
        const media = Number(status) < 400 ? 'application/json' : 'application/problem+json';
        expect(Object.keys(answer.content ?? {})).toContain(media);
      }
    }
  });

  it('names the parameters of each path', () => {
    for (const [path, methods] of Object.entries(document.paths)) {
      const wanted = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
      for (const { parameters } of Object.values(methods)) {
        expect(parameters.filter((one) => one.in === 'path').map(({ name }) => name)).toEqual(wanted);
      }
    }
  });
});
