import { execFile, execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { unzipSync } from 'fflate';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { acceptedBy, packageFiles, unexpectedIn } from '../../build/packageFiles.ts';
import { packageZip } from '../../build/packageZip.ts';
import { azdFiles, azdIgnores } from './azdIgnore.ts';

const root = path.resolve(import.meta.dirname, '../..');
const expected = ['dist/main.cjs', 'dist/main.cjs.map', 'host.json', 'package.json', 'responder.config.yaml'];

const funcignore = readFileSync(path.join(root, '.funcignore'), 'utf8');

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'responder-package-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A project with what is to go up, what is not, and some files more. */
function projectWith(more: readonly string[]): string {
  const project = mkdtempSync(path.join(folder, 'project-'));
  cpSync(path.join(root, '.funcignore'), path.join(project, '.funcignore'));
  const others = [
    'local.settings.json',
    '.env',
    'my.config.yaml',
    'azure.yaml',
    'src/main.ts',
    'infra/main.bicep',
  ];
  for (const file of [...expected, ...others, ...more]) {
    mkdirSync(path.dirname(path.join(project, file)), { recursive: true });
    writeFileSync(path.join(project, file), '');
  }
  return project;
}

describe('the package', () => {
  it('holds the bundle, its maps, the settings of the host and the configuration, and nothing else', () => {
    expect(unexpectedIn(packageFiles(root))).toBeNull();
    expect(unexpectedIn(expected)).toBeNull();
    expect(unexpectedIn([...expected, 'dist/part-A2.cjs', 'dist/other.cjs'])).toContain('dist/other.cjs');
    expect(unexpectedIn(expected.slice(1))).toContain('dist/main.cjs');
  });

  it('leaves new files, secrets and the tools out', () => {
    const project = projectWith(['node_modules/a/index.js', '.ci/run']);
    expect(packageFiles(project)).toEqual(expected);
  });

  it('is the same by the rules of git, which do not leave the folder node_modules out', () => {
    const project = projectWith(['node_modules/a/index.js', '.gitignore']);
    cpSync(path.join(root, '.funcignore'), path.join(project, '.gitignore'));
    const git = (...args: string[]) => execFileSync('git', args, { cwd: project, encoding: 'utf8' });
    git('init', '-q');
    expect(git('ls-files', '--others', '--exclude-standard').trim().split('\n').sort()).toEqual(expected);
    const leftOut = (file: string) => git('check-ignore', '--verbose', '--non-matching', file);
    expect(leftOut('node_modules')).toContain('!/node_module[s]/');
    expect(leftOut('node_modules/a')).toContain('/node_modules/*');
  });

  it('is the same for azd, which refuses a file that leaves the folder node_modules out', () => {
    const project = projectWith(['node_modules/a/index.js', 'node_modules/.bin/tsc']);
    expect(azdFiles(project, funcignore)).toEqual(expected);
    expect(azdIgnores(funcignore)('node_modules', true)).toBe(false);
  });

  it('is under 3 MB and the same bytes each time', () => {
    const zip = packageZip(root);
    expect(zip.length).toBeLessThan(3 * 1024 * 1024);
    expect(Buffer.from(packageZip(root)).equals(zip)).toBe(true);
  });

  it('loads on its own, in an empty folder, without any setting', async () => {
    const alone = path.join(folder, 'alone');
    for (const [file, content] of Object.entries(unzipSync(packageZip(root)))) {
      mkdirSync(path.dirname(path.join(alone, file)), { recursive: true });
      writeFileSync(path.join(alone, file), content);
    }
    expect(readdirSync(alone).sort()).toEqual(['dist', 'host.json', 'package.json', 'responder.config.yaml']);
    const script = path.join(root, 'build/packageFunctions.ts');
    const registered = async (env: NodeJS.ProcessEnv) => {
      const { stdout } = await promisify(execFile)(process.execPath, [script, alone], { cwd: alone, env });
      return (JSON.parse(stdout) as { name: string }[]).map(({ name }) => name).sort();
    };
    // Other sources of events than Event Grid are off, unless they are asked for.
    const all = namesInSources();
    const sources = ['receiveQueuedEvents', 'receiveStreamedEvents'];
    expect(await registered({})).toEqual(all.filter((name) => !sources.includes(name)));
    expect(await registered({ EVENT_SOURCE: 'eventHubs' })).toEqual(all);
  });
});

/** Every function that a file of src/functions registers or answers for. */
function namesInSources(): string[] {
  const folderOfFunctions = path.join(root, 'src/functions');
  return readdirSync(folderOfFunctions)
    .flatMap((file) => [
      ...readFileSync(path.join(folderOfFunctions, file), 'utf8').matchAll(
        /(?:functions\.(?:generic|storageQueue|timer)|^(?:lists|reads|statusPage|answers))(?:<\w+>)?\(\s*'(\w+)'/gm,
      ),
    ])
    .map(([, name]) => name!)
    .sort();
}

describe('the rules of Core Tools', () => {
  it.each([
    ['*.ts', 'main.ts', false, 'a star stands for a part of a name'],
    ['*.ts', 'src/main.ts', true, 'a pattern starts at the root, other than in git'],
    ['**/*.ts', 'src/main.ts', false, 'two stars stand for folders'],
    ['test', 'test/a.js', false, 'a folder is denied with all that is in it'],
    ['test', 'testing.js', true, 'a pattern ends at the end of a word'],
    ['test', 'test-data.json', false, 'and a dash ends a word'],
    ['a.b', 'axb', true, 'a dot is a dot'],
    ['/*\n!host.json', 'host.json', true, 'what is allowed wins'],
    ['!host.json\n/*', 'host.json', true, 'wherever it stands'],
    ['# host.json', 'host.json', true, 'a comment denies nothing'],
  ])('%j and %s: %s (%s)', (patterns, file, accepted) => {
    expect(acceptedBy(patterns)(file)).toBe(accepted);
  });
});

describe('the rules of azd', () => {
  it.each([
    ['/*', 'src', true, true, 'a star stands for a part'],
    ['/*\n!/dist/', 'dist', true, false, 'a later pattern wins'],
    ['/*\n!/dist/', 'dist/main.cjs', false, true, 'and for a whole path, other than in git'],
    ['/*\n!/dist/\n!/dist/**', 'dist/main.cjs', false, false, 'so that the content is named too'],
    ['!/dist/', 'dist', false, false, 'what no pattern matches is kept'],
    ['/dist/', 'dist', false, false, 'a slash at the end is for folders'],
    ['/a/*', 'a/b/c', false, false, 'in a path a star stands for a part'],
    ['/a/*', 'a/b', false, true, 'of it'],
    ['/b[u]ild/', 'build', true, true, 'brackets are a choice of letters'],
  ])('%j and %s (folder: %s): left out %s (%s)', (patterns, file, isFolder, ignored) => {
    expect(azdIgnores(patterns)(file, isFolder)).toBe(ignored);
  });
});
