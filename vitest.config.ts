import { defineConfig } from 'vitest/config';

// `npm test`: everything that needs no extra install and no long time. The slower suites have scripts of their own.
export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: [
      'test/e2e/**',
      'test/browser/**',
      'test/crash/**',
      'test/large/**',
      'test/scale/**',
      'test/simulation/seededBugs.test.ts',
      'test/infra/{compiler,powershell}.test.ts',
    ],
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
});
