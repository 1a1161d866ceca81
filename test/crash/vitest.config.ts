import { defineConfig } from 'vitest/config';

/** Minutes long, so beside the other tests: `npm run test:crash`. */
export default defineConfig({
  test: { include: ['test/crash/*.test.ts'], testTimeout: 300_000, hookTimeout: 60_000, maxWorkers: 3 },
});
