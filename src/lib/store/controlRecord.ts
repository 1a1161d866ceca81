import type { OneTimeWindow, Silence } from '../control/control.ts';
import type { ControlMatch } from '../control/controlMatch.ts';
import type { Control } from '../control/stage.ts';
import { readRecord, storeFormat } from './readRecord.ts';
import type { Row } from './rowStore.ts';

/** A control, and the version with which it was written. */
export type StoredControl = { readonly control: Control; readonly version: number };

export function writeControl({ control, version }: StoredControl): string {
  return JSON.stringify({ v: storeFormat, version, ...control });
}

/** null: it cannot be read. */
export function readControl(row: Row): StoredControl | null {
  return readRecord(row, (value) => {
    const { version } = value as { version?: unknown };
    const control =
      value.kind === 'silence' ? readSilence(value) : value.kind === 'maintenance' ? readWindow(value) : null;
    return control && typeof version === 'number' ? { control, version } : null;
  });
}

type Fields = { readonly [field: string]: unknown };

function readSilence(value: Fields): Silence | null {
  const { reason = null } = value as Partial<Silence>;
  const common = readCommon(value);
  return common && { kind: 'silence', ...common, reason };
}

function readWindow(value: Fields): OneTimeWindow | null {
  const { name, returnGraceMs } = value as Partial<OneTimeWindow>;
  const common = readCommon(value);
  if (!common || typeof name !== 'string' || !isTime(returnGraceMs)) return null;
  return { kind: 'maintenance', ...common, name, returnGraceMs };
}

/** A match that names nothing would cover everything: it is none. */
function readCommon(value: Fields) {
  const { id, fromMs, untilMs, by, createdAtMs, takenBack } = value as Partial<Control>;
  const match = readMatch(value.match);
  if (typeof id !== 'string' || typeof by !== 'string' || match === null) return null;
  if (!isTime(fromMs) || !isTime(untilMs) || !isTime(createdAtMs)) return null;
  return { id, match, fromMs, untilMs, by, createdAtMs, ...(takenBack ? { takenBack } : {}) };
}

function readMatch(value: unknown): ControlMatch | null {
  const { hubs, sites, devices } = (value ?? {}) as Partial<Record<keyof ControlMatch, unknown>>;
  const match = { hubs: readNames(hubs), sites: readNames(sites), devices: readNames(devices) };
  return Object.values(match).some((names) => names !== null) ? match : null;
}

function readNames(value: unknown): readonly string[] | null {
  return Array.isArray(value) && value.length > 0 ? value.map(String) : null;
}

function isTime(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}
