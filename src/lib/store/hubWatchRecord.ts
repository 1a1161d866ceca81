import type { HubWatch } from '../hubWatch/decideLevel.ts';
import { readRecord, storeFormat } from './readRecord.ts';
import type { Row } from './rowStore.ts';

export function writeWatch(watch: HubWatch): string {
  return JSON.stringify({ v: storeFormat, ...watch });
}

/** null when it cannot be read: the hub is then looked at as for the first time. */
export function readWatch(row: Row): HubWatch | null {
  return readRecord(row, (value) => {
    const { drop, knownAtMs, samples, changedAtMs, level } = value as Partial<HubWatch>;
    if (!Array.isArray(samples)) return null;
    return {
      drop: drop ?? null,
      knownAtMs: knownAtMs ?? 0,
      samples,
      changedAtMs: changedAtMs ?? null,
      level: level ?? null,
    };
  });
}
