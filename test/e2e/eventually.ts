import { vi } from 'vitest';

/** Repeats an assertion until it holds; after the time, its failure is the test's. */
export async function eventually(assertion: () => unknown, withinMs = 50_000): Promise<void> {
  await vi.waitFor(assertion, { timeout: withinMs, interval: 100 });
}
