// The bundle for the Functions host: `main.cjs` and the parts that it loads when they are first used. CommonJS, so that
// `require('@azure/functions-core')` reaches the module that the host supplies.
import { mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { build, transform } from 'esbuild';

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

// What is behind an `import()` goes to files of its own, so that a start reads and compiles what it needs. esbuild cuts
// ES modules alone into such parts: each is made a CommonJS module in a second step, in which `import()` is `require`.
const { outputFiles } = await build({
  entryPoints: { main: 'src/main.ts' },
  outdir: 'dist',
  outExtension: { '.js': '.cjs' },
  chunkNames: 'part-[hash]',
  bundle: true,
  splitting: true,
  platform: 'node',
  target: 'node22',
  format: 'esm',
  sourcemap: 'inline',
  sourcesContent: false,
  minifySyntax: true,
  minifyWhitespace: true,
  external: ['@azure/functions-core'],
  // @azure/storage-common asks for `import.meta.url`, which CommonJS does not have.
  define: { 'import.meta.url': 'bundleUrl' },
  plugins: [rawText],
  logLevel: 'warning',
  write: false,
});
const modules = await Promise.all(outputFiles.map(asCommonJs));
// The parts first: whoever reads `main.cjs` meanwhile finds those that it names.
await publish(
  'dist',
  modules.flat().sort((a, b) => isMain(a) - isMain(b)),
);

function isMain(file) {
  return Number(path.basename(file.path).startsWith('main.'));
}

/** A module and its map. */
async function asCommonJs({ path: file, text }) {
  const name = path.basename(file);
  const url = "const bundleUrl = require('node:url').pathToFileURL(__filename).href;";
  const { code, map } = await transform(text, {
    format: 'cjs',
    platform: 'node',
    target: 'node22',
    supported: { 'dynamic-import': false },
    minifySyntax: true,
    minifyWhitespace: true,
    banner: text.includes('bundleUrl') ? url : '',
    sourcemap: 'external',
    sourcesContent: false,
    sourcefile: name,
  });
  return [
    { path: `${file}.map`, contents: Buffer.from(map) },
    { path: file, contents: Buffer.from(`${code}//# sourceMappingURL=${name}.map\n`) },
  ];
}

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
