import { defineConfig } from 'vitest/config';

/** The core, and stories that bring their own rows: nothing of a process outlives a test, so its files share one. */
const pure = [
  'test/lib/{access,control,device,diagnosis,directory,events,explain,fields,incident,link,policy,replay,status,store}/**/*.test.ts',
  'test/{proofs,peers,model,scenarios}/**/*.test.ts',
];

// `npm test`: everything that needs no extra install and no long time. The slower suites have scripts of their own.
const slower = [
  'test/e2e/**',
  'test/browser/**',
  'test/crash/**',
  'test/large/**',
  'test/scale/**',
  'test/simulation/seededBugs.test.ts',
  'test/infra/{compiler,powershell}.test.ts',
];

export default defineConfig({
  test: {
    testTimeout: 30_000,
    hookTimeout: 60_000,
    maxWorkers: 2,
    projects: [
      { extends: true, test: { name: 'pure', include: pure, isolate: false } },
      {
        extends: true,
        test: { name: 'all others', include: ['test/**/*.test.ts'], exclude: [...pure, ...slower] },
      },
    ],
  },
});
