import { defineConfig } from 'vitest/config';

// The tests of the pure core, for `npm run mutation`.
export default defineConfig({
  test: {
    include: [
      'test/lib/{device,site,diagnosis}/**/*.test.ts',
      'test/lib/notify/{retry,receiverGates,httpAnswer,summary}*.test.ts',
      'test/lib/notify/render*.test.ts',
      'test/peers/**/*.test.ts',
    ],
    testTimeout: 60_000,
  },
});
