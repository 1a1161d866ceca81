import { readdirSync, readFileSync } from 'node:fs';
import { z } from 'zod';
import { evaluateQuery } from '../../../local/cloud/kql/evaluate.ts';
import { createLogTable } from '../../../local/cloud/logTable.ts';
import { buildConfig } from '../../../src/lib/config/buildConfig.ts';
import { fileSchema } from '../../../src/lib/config/schema.ts';
import { codeEntry } from '../../../src/lib/diagnosis/catalogue/codes.ts';
import { createDiagnoser } from '../../../src/lib/diagnosis/diagnoser.ts';
import {
  causes,
  confidences,
  type Diagnosis,
  type DiagnosisRequest,
} from '../../../src/lib/diagnosis/diagnosis.ts';
import type { LogWorkspace } from '../../../src/lib/diagnosis/logs/logWorkspace.ts';
import { placeOf } from '../../../src/lib/directory/placeOf.ts';
import type { Rules } from '../../../src/lib/policy/rules.ts';

const folder = new URL('../../fixtures/situations/', import.meta.url);

const traits = {
  protocol: z.string().optional(),
  address: z.string().optional(),
  client: z.string().optional(),
};

/** `at` is relative to `now`, like `-5m30s`; `spread` is the time from the first device to the last. */
const rowSchema = z.strictObject({
  devices: z.array(z.string()),
  at: z.string(),
  spread: z.string().optional(),
  op: z.enum(['connect', 'disconnect']),
  code: z.string().optional(),
  module: z.string().optional(),
  repeat: z.strictObject({ every: z.string(), times: z.number() }).optional(),
  ...traits,
});

const situationSchema = z.strictObject({
  story: z.string(),
  now: z.string().default('2026-03-04T09:20:00Z'),
  /** Ids of configured sites, each with the devices `id-*`. */
  sites: z.array(z.string()).default([]),
  fallen: z.array(
    z.strictObject({
      devices: z.array(z.string()),
      lostAt: z.string().nullable(),
      spread: z.string().optional(),
      flapping: z.boolean().default(false),
    }),
  ),
  /** A module is `device/module`, here as in `fallen`. */
  unaffected: z.array(z.string()).default([]),
  defaults: z.strictObject(traits).default({}),
  rows: z.array(rowSchema).default([]),
  expected: z.strictObject({
    cause: z.enum(causes),
    acceptable: z.array(z.enum(causes)).default([]),
    /** Answers that would send people the wrong way. */
    dangerous: z.array(z.enum(causes)).default([]),
    /** How sure the right cause may be called; any, if left out. */
    confidence: z.array(z.enum(confidences)).default([...confidences]),
    /** Further causes of the same incident: each stands in `also`, or leads. */
    also: z.array(z.enum(causes)).default([]),
    status: z.enum(['available', 'pending']).default('available'),
    /** Instants of the loss by device, relative to `now`. */
    lostAt: z.record(z.string(), z.string()).default({}),
    /** Each is in some step. */
    steps: z.array(z.string()).default([]),
  }),
});
type Row = z.output<typeof rowSchema>;
export type Situation = z.output<typeof situationSchema> & { name: string };

/** `set` is a sub-folder of situations, like `independent-a`; without it, those along with which the rules were written. */
export function readSituations(set = ''): Situation[] {
  const from = new URL(set === '' ? '.' : `${set}/`, folder);
  return readdirSync(from)
    .filter((file) => file.endsWith('.json'))
    .sort()
    .map((file) => {
      const parsed: unknown = JSON.parse(readFileSync(new URL(file, from), 'utf8'));
      return { name: file.replace('.json', ''), ...situationSchema.parse(parsed) };
    });
}

/** A situation written in a test. */
export function situationOf(part: z.input<typeof situationSchema>): Situation {
  return { name: '', ...situationSchema.parse(part) };
}

/** Asks the real diagnoser, over logs that hold the situation's rows and evaluate the real queries. */
export async function diagnoseSituation(situation: Situation): Promise<Diagnosis> {
  const nowMs = Date.parse(situation.now);
  const diagnoser = createDiagnoser({
    workspace: workspaceOf(logRows(situation), nowMs),
    config: () => configOf(situation),
  });
  const [diagnosis] = await diagnoser.diagnose([requestOf(situation)], nowMs, 20_000);
  return diagnosis!;
}

export function workspaceOf(rows: Record<string, unknown>[], nowMs: number): LogWorkspace {
  const table = createLogTable();
  if (rows.length > 0) table.add(rows, nowMs);
  return {
    async ask({ query, fromMs, toMs }) {
      const span = `${new Date(fromMs).toISOString()}/${new Date(toMs).toISOString()}`;
      const read = table.read(nowMs, span);
      if (!read) return { kind: 'noTable' };
      const { columns, rows: cells } = evaluateQuery(query, { AzureDiagnostics: read }, nowMs);
      return {
        kind: 'rows',
        rows: cells.map((row) =>
          Object.fromEntries(
            columns.map(({ name, type }, index) => {
              const value = row[index];
              return [name, type === 'datetime' && typeof value === 'bigint' ? dateOf(value) : value];
            }),
          ),
        ),
      };
    },
  };
}

export function requestOf({ fallen, unaffected, ...situation }: Situation): DiagnosisRequest {
  const nowMs = Date.parse(situation.now);
  const devices = fallen.flatMap(({ devices, lostAt, spread, flapping }) =>
    spreadOver(devices, spread).map(({ id, delayMs }) => {
      return {
        ...identityOf(id),
        lostAtMs: lostAt === null ? null : nowMs + offsetMs(lostAt) + delayMs,
        flapping,
      };
    }),
  );
  return {
    hubName: 'hub-fleet-01',
    site: placeOf(configOf({ ...situation, fallen, unaffected }), devices[0]!.deviceId),
    devices,
    unaffected: unaffected.flatMap(expand).map(identityOf),
  };
}

function identityOf(id: string): { deviceId: string; moduleId: string | null } {
  const [deviceId = '', moduleId = null] = id.split('/');
  return { deviceId, moduleId };
}

const configs = new Map<string, Rules>();

export function configOf({ sites }: Pick<Situation, 'sites'> & Partial<Situation>): Rules {
  const key = sites.join();
  const known = configs.get(key);
  if (known) return known;
  const file = {
    receivers: {},
    routes: [],
    sites: sites.map((id) => ({ id, name: id, devices: [`${id}-*`] })),
  };
  const config = buildConfig(fileSchema({ development: true, allowHosts: [] }).parse(file));
  configs.set(key, config);
  return config;
}

/** The rows as AzureDiagnostics has them. */
export function logRows({ rows, defaults, now }: Situation): Record<string, unknown>[] {
  return rows.flatMap((row) =>
    spreadOver(row.devices, row.spread).flatMap(({ id, delayMs }) =>
      Array.from({ length: row.repeat?.times ?? 1 }, (_, time) => {
        const everyMs = row.repeat ? offsetMs(row.repeat.every) : 0;
        return logRow(
          { ...defaults, ...row },
          id,
          Date.parse(now) + offsetMs(row.at) + delayMs + time * everyMs,
        );
      }),
    ),
  );
}

function logRow(row: Row, deviceId: string, atMs: number): Record<string, unknown> {
  const { op, code = '', module, protocol = 'Mqtt', address = '203.0.113.XXX', client } = row;
  const sdkVersion = client ?? '.NET/1.41.3 (.NET 6.0.5; Linux; X64)';
  const properties = {
    deviceId,
    ...(module ? { moduleId: module } : {}),
    protocol,
    authType: '{"scope":"device","type":"sas","issuer":"iothub","acceptingIpFilterRule":null}',
    maskedIpAddress: address,
    ...(code ? { statusCode: code.slice(0, 3) } : { sdkVersion }),
    ...(client === undefined ? {} : { sdkVersion }),
  };
  const resourceId =
    '/SUBSCRIPTIONS/11111111-2222-3333-4444-555555555555/RESOURCEGROUPS/RG-FLEET/PROVIDERS/MICROSOFT.DEVICES/IOTHUBS/HUB-FLEET-01';
  return {
    TimeGenerated: new Date(atMs).toISOString(),
    ResourceId: resourceId,
    Category: 'Connections',
    OperationName: op === 'connect' ? 'deviceConnect' : 'deviceDisconnect',
    Level: code ? 'Error' : 'Information',
    ResultType: code,
    ResultDescription: code ? codeEntry(code).name : '',
    properties_s: JSON.stringify(properties),
  };
}

function spreadOver(patterns: readonly string[], spread = '0s'): { id: string; delayMs: number }[] {
  const ids = patterns.flatMap(expand);
  const totalMs = offsetMs(spread);
  return ids.map((id, index) => ({
    id,
    delayMs: ids.length < 2 ? 0 : Math.round((totalMs * index) / (ids.length - 1)),
  }));
}

/** `press-[01-03]` is press-01, press-02, press-03. */
function expand(pattern: string): string[] {
  const range = /\[(\d+)-(\d+)\]/.exec(pattern);
  if (!range) return [pattern];
  const [whole, first = '', last = ''] = range;
  return Array.from({ length: Number(last) - Number(first) + 1 }, (_, index) =>
    pattern.replace(whole, String(Number(first) + index).padStart(first.length, '0')),
  );
}

export function offsetMs(text: string): number {
  const sign = text.startsWith('-') ? -1 : 1;
  const units: Record<string, number> = { h: 3_600_000, m: 60_000, s: 1000 };
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)([hms])/g)];
  if (parts.length === 0) throw new Error(`'${text}' is not a time like -5m30s`);
  return sign * parts.reduce((sum, [, count, unit]) => sum + Number(count) * units[unit!]!, 0);
}

function dateOf(ticks: bigint): Date {
  return new Date(Number((ticks - 621_355_968_000_000_000n) / 10_000n));
}
