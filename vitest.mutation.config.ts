import { defineConfig } from 'vitest/config';

// The quick tests of the pure core, for `npm run mutation`. Left out are those that ask over HTTP, draw mails or take
// ten seconds.
export default defineConfig({
  test: {
    include: [
      'test/lib/{device,incident}/*.test.ts',
      'test/lib/diagnosis/{answers,classify,explain,stories}.test.ts',
      'test/lib/notify/{words,delivery}/*.test.ts',
      'test/peers/*.test.ts',
    ],
    exclude: ['test/peers/icingaSuppression.test.ts'],
    testTimeout: 60_000,
  },
});
