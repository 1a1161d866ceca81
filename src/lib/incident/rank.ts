import type { Severity } from '../policy/policy.ts';

const rank: Record<Severity, number> = { info: 0, warning: 1, critical: 2 };

export function isWorse(severity: Severity, than: Severity): boolean {
  return rank[severity] > rank[than];
}

export function worse(a: Severity, b: Severity): Severity {
  return isWorse(a, b) ? a : b;
}
