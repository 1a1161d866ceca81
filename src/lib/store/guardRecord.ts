import { isNewer, type RulesVersion } from '../policy/rules.ts';
import { readRecord, storeFormat } from './readRecord.ts';
import type { Row } from './rowStore.ts';

/**
 * The row that serialises the evaluations of a place: every change of its ledger rewrites it. It notes by which rules
 * and in which format the last decision was made, so that nobody decides by older ones.
 */
export type Guard = {
  readonly hubName: string;
  readonly rules: RulesVersion;
  readonly format: number;
  /** The place can be found by the tag in its incidents' ids. */
  readonly placed: boolean;
  /** Grows with every write. */
  readonly count: number;
};

export function writeGuard(guard: Guard): string {
  return JSON.stringify({ v: storeFormat, ...guard });
}

/** null: it cannot be read. It is set aside like any such row, and the place has none. */
export function readGuard(row: Row): Guard | null {
  return readRecord(row, (value) => {
    const { hubName, rules, format, placed, count } = value as Partial<Guard>;
    if (typeof hubName !== 'string' || typeof rules?.hash !== 'string') return null;
    return { hubName, rules, format: format ?? storeFormat, placed: placed ?? false, count: count ?? 0 };
  });
}

/** Whether somebody has decided here by newer rules, or in a newer format, than these. */
export function isOutdated(guard: Guard | null, rules: RulesVersion): boolean {
  return guard !== null && (guard.format > storeFormat || isNewer(guard.rules, rules));
}
