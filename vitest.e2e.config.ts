import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/e2e/**/*.test.ts'],
    testTimeout: 180_000,
    hookTimeout: 150_000,
    // The stories of a file share a host and mostly wait.
    maxConcurrency: 50,
    maxWorkers: 2,
  },
});
