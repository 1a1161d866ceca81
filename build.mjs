// One bundle for the Functions host. CommonJS, so that `require('@azure/functions-core')` reaches the module
// that the host supplies; `import()` inside it stays lazy, so an SDK costs nothing until it is first used.
import { rm } from 'node:fs/promises';
import { build } from 'esbuild';

await rm('dist', { recursive: true, force: true });
await build({
  entryPoints: ['src/main.ts'],
  outfile: 'dist/main.cjs',
  bundle: true,
  platform: 'node',
  // The worker runs on Node 20 and 22 too: older syntax, and what their libraries lack.
  target: 'node20',
  inject: ['core-js/actual/map/group-by.js', 'core-js/actual/url/parse.js'],
  format: 'cjs',
  sourcemap: true,
  sourcesContent: false,
  minifySyntax: true,
  minifyWhitespace: true,
  external: ['@azure/functions-core'],
  // @azure/storage-common asks for `import.meta.url`, which CommonJS does not have.
  define: { 'import.meta.url': 'bundleUrl' },
  banner: { js: "const bundleUrl = require('node:url').pathToFileURL(__filename).href;" },
  logLevel: 'warning',
});
