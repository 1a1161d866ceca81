import { defineConfig } from 'vitest/config';

// Suites that take minutes; the script names the folder.
export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    testTimeout: 300_000,
    hookTimeout: 120_000,
    maxConcurrency: 2,
  },
});
