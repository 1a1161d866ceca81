// One bundle for the Functions host. CommonJS, so that `require('@azure/functions-core')` reaches the module
// that the host supplies; `import()` inside it stays lazy, so an SDK costs nothing until it is first used.
import { mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { build } from 'esbuild';

/** `…?raw` is the text of a file, as vitest has it too: what browsers get lies in the bundle. */
const rawText = {
  name: 'raw text',
  setup(builder) {
    builder.onResolve({ filter: /\?raw$/ }, async ({ path: asked, ...from }) => {
      const options = { importer: from.importer, resolveDir: from.resolveDir, kind: from.kind };
      const { path: found, errors } = await builder.resolve(asked.replace(/\?raw$/, ''), options);
      return { path: found, errors, pluginData: 'raw' };
    });
    builder.onLoad({ filter: /.*/ }, async ({ path: file, pluginData }) =>
      pluginData === 'raw' ? { contents: await readFile(file, 'utf8'), loader: 'text' } : undefined,
    );
  },
};

const { outputFiles } = await build({
  entryPoints: ['src/main.ts'],
  outfile: 'dist/main.cjs',
  bundle: true,
  platform: 'node',
  target: 'node22',
  format: 'cjs',
  sourcemap: true,
  sourcesContent: false,
  minifySyntax: true,
  minifyWhitespace: true,
  external: ['@azure/functions-core'],
  // @azure/storage-common asks for `import.meta.url`, which CommonJS does not have.
  define: { 'import.meta.url': 'bundleUrl' },
  banner: { js: "const bundleUrl = require('node:url').pathToFileURL(__filename).href;" },
  plugins: [rawText],
  logLevel: 'warning',
  write: false,
});
await publish('dist', outputFiles);

/**
 * Makes `folder` hold these files and no others. Hosts and tests may read it and other builds write it meanwhile, so a
 * file is replaced as a whole, and only when its content is another.
 */
async function publish(folder, files) {
  await mkdir(folder, { recursive: true });
  const news = await mkdtemp(path.resolve('.dist-'));
  try {
    for (const { path: file, contents } of files) {
      if (await holds(file, contents)) continue;
      const whole = path.join(news, path.basename(file));
      await writeFile(whole, contents);
      await rename(whole, file);
    }
  } finally {
    await rm(news, { recursive: true, force: true });
  }
  const names = files.map((file) => path.basename(file.path));
  for (const name of await readdir(folder))
    if (!names.includes(name)) await rm(path.join(folder, name), { recursive: true, force: true });
}

async function holds(file, contents) {
  const there = await readFile(file).catch(() => null);
  return there?.equals(contents) === true;
}
