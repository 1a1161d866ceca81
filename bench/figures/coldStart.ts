import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { type BuildOptions, build, type PluginBuild } from 'esbuild';
import { startAzurite } from '../../local/azurite.ts';
import { eventGridEvent } from '../../test/support/events.ts';
import { type Figure, figure, type Part } from '../figure.ts';

const root = path.resolve(import.meta.dirname, '../..');
const program = path.join(import.meta.dirname, '../programs/coldStart.cjs');
const rounds = 7;

type Stretch = { readonly cpuMs: number; readonly wallMs: number; readonly files: readonly string[] };
type Run = {
  readonly functions: number;
  readonly start: Stretch;
  readonly rssMiB: number;
  readonly first: Stretch | null;
};

async function run(main: string, env: NodeJS.ProcessEnv, ...delivery: string[]): Promise<Run> {
  const options = { cwd: root, env: { PATH: process.env.PATH, ...env } };
  const { stdout } = await promisify(execFile)(process.execPath, [program, main, ...delivery], options);
  return JSON.parse(stdout);
}

/** The packages that have a part in loaded files of the bundle, by the maps beside these. */
function packagesIn(files: readonly string[]): Set<string> {
  const names = files.flatMap((file) => {
    const { sources } = JSON.parse(readFileSync(`${file}.map`, 'utf8')) as { sources: string[] };
    return sources.flatMap((source) => /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(source)?.[1] ?? []);
  });
  return new Set(names);
}

const median = (values: number[]) => values.sort((a, b) => a - b)[values.length >> 1]!;

/** What the first event of an instance has no use for. */
const notForEvents = [
  '@azure/storage-blob',
  '@azure/identity',
  '@azure/msal-node',
  '@azure/monitor-query',
  'apache-arrow',
  '@azure/communication-email',
  'nodemailer',
  'jose',
];

export const coldStart: Part = {
  title: 'Cold start, to all functions registered; median of fresh processes, one after the other',
  async measure() {
    const folder = mkdtempSync(path.join(tmpdir(), 'responder-cold-'));
    // Beside the packages, or they are not found.
    const beside = mkdtempSync(path.join(root, 'node_modules/.responder-cold-'));
    const azurite = await startAzurite();
    try {
      const raw = {
        name: 'raw text',
        setup(builder: PluginBuild) {
          builder.onResolve({ filter: /\?raw$/ }, ({ path: asked, resolveDir }) => {
            const file = createRequire(path.join(resolveDir, 'of.js')).resolve(asked.replace(/\?raw$/, ''));
            return { path: file, namespace: 'raw' };
          });
          builder.onLoad({ filter: /.*/, namespace: 'raw' }, ({ path: file }) => ({
            contents: readFileSync(file, 'utf8'),
            loader: 'text',
          }));
        },
      };
      const shared: BuildOptions = {
        entryPoints: ['src/main.ts'],
        bundle: true,
        platform: 'node',
        format: 'cjs',
        target: 'node22',
        absWorkingDir: root,
        plugins: [raw],
        logLevel: 'error',
      };
      const define = { 'import.meta.url': 'bundleUrl' };
      const banner = { js: "const bundleUrl = require('node:url').pathToFileURL(__filename).href;" };
      const one = path.join(folder, 'one.cjs');
      await build({
        ...shared,
        define,
        banner,
        outfile: one,
        minifySyntax: true,
        minifyWhitespace: true,
        external: ['@azure/functions-core'],
      });
      const unbundled = path.join(beside, 'main.cjs');
      await build({ ...shared, define, banner, outfile: unbundled, packages: 'external' });
      const bundle = path.join(root, 'dist/main.cjs');
      const cache = { NODE_COMPILE_CACHE: path.join(folder, 'cache') };
      const forms = [
        { what: 'the bundle in parts', main: bundle, env: {}, most: 150 },
        { what: 'the bundle in parts, compile cache', main: bundle, env: cache, most: null },
        { what: 'one file', main: one, env: {}, most: null },
        { what: 'packages not bundled', main: unbundled, env: {}, most: null },
      ] as const;
      const runs = new Map<string, Run[]>(forms.map(({ what }) => [what, []]));
      for (let round = 0; round <= rounds; round++) {
        for (const { what, main, env } of forms) {
          const result = await run(main, env);
          if (round > 0) runs.get(what)!.push(result);
        }
      }
      const figures: Figure[] = [];
      for (const { what, most } of forms) {
        const of = runs.get(what)!;
        figures.push(
          figure(`${what}: processor time`, median(of.map(({ start }) => start.cpuMs)), 'ms', most),
        );
        figures.push(figure(`${what}: wall`, median(of.map(({ start }) => start.wallMs)), 'ms'));
        figures.push(figure(`${what}: memory`, median(of.map(({ rssMiB }) => rssMiB)), 'MiB'));
        const bytes = of[0]!.start.files.reduce((sum, file) => sum + statSync(file).size, 0);
        figures.push(figure(`${what}: code read`, bytes / 1_000, 'kB'));
      }
      const delivery = path.join(folder, 'delivery.json');
      const loss = eventGridEvent({
        kind: 'DeviceDisconnected',
        deviceId: 'oslo-1',
        atMs: Date.now(),
        sequence: 1,
      });
      writeFileSync(delivery, JSON.stringify([loss]));
      const config = path.join(folder, 'responder.config.yaml');
      writeFileSync(
        config,
        'receivers: { ops: { email: { to: [ops@oslo.example] } } }\nroutes: [{ to: [ops] }]\n',
      );
      const env = {
        AzureWebJobsStorage: azurite.connectionString,
        RESPONDER_CONFIG: config,
        LOG_ANALYTICS_WORKSPACE_ID: 'none',
        COMMUNICATION_SERVICES_CONNECTION_STRING: 'endpoint=https://none.example/;accesskey=bm9uZQ==',
      };
      const { start, first } = await run(bundle, env, delivery);
      figures.push(figure('the first event: processor time', first!.cpuMs, 'ms'));
      const atStart = packagesIn(start.files);
      const atFirst = packagesIn(first!.files);
      const needless = notForEvents.filter((name) => atFirst.has(name));
      figures.push(figure('packages loaded at start', atStart.size, 'packages'));
      figures.push(figure('packages loaded by the first event', atFirst.size, 'packages'));
      figures.push(
        figure(
          `of these of no use to it${needless.length > 0 ? ` (${needless.join(', ')})` : ''}`,
          needless.length,
          'packages',
          0,
        ),
      );
      return figures;
    } finally {
      await azurite.stop();
      for (const made of [folder, beside]) rmSync(made, { recursive: true, force: true });
    }
  },
};
