import { execFile } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { tableName } from '../../src/lib/app/createApp.ts';
import { readSettings } from '../../src/lib/app/settings.ts';
import { eventTypes } from '../../src/lib/events/parseEvents.ts';
import { openChannels } from '../../src/lib/notify/channels/registry.ts';
import { queueNames } from '../../src/lib/store/queues.ts';

/** What the code says of itself, and the infrastructure has to agree with. */
export type Product = {
  readonly functions: readonly RegisteredFunction[];
  readonly queues: readonly string[];
  readonly table: string;
  readonly eventTypes: readonly string[];
  /** Names of the application settings that the code reads. */
  readonly settings: ReadonlySet<string>;
  /** The messages that it logs. */
  readonly logLines: ReadonlySet<string>;
  /** Every word of its sources: a field of a log line is one of them. */
  readonly words: ReadonlySet<string>;
};

export type RegisteredFunction = {
  readonly name: string;
  readonly trigger: { readonly type: string; readonly queueName?: string };
};

const root = path.resolve(import.meta.dirname, '../..');

/** Reads the product: its functions from the built bundle, the rest from the sources. */
export async function readProduct(env: Readonly<Record<string, string>> = {}): Promise<Product> {
  const script = path.join(root, 'build/packageFunctions.ts');
  const { stdout } = await promisify(execFile)(process.execPath, [script, root], {
    env: { ...process.env, ...env },
  });
  const text = sources();
  return {
    functions: JSON.parse(stdout) as RegisteredFunction[],
    queues: Object.values(queueNames),
    table: tableName,
    eventTypes: Object.keys(eventTypes),
    settings: new Set([...namesAskedFor(), ...groups(text, /process\.env\.(\w+)/g)]),
    logLines: new Set([
      ...groups(text, /\blog\.(?:info|warn|error)\(\s*'([^']+)'/g),
      // What became of an event is logged under the reason of its transition.
      ...groups(text, /\breason: '([^']+)'/g),
    ]),
    words: new Set(groups(text, /(\w+)/g)),
  };
}

/** Every name that `readSettings` and the channels ask for, in an environment where all is set, none, and all but a connection string. */
function namesAskedFor(): Set<string> {
  const asked = new Set<string>();
  const worlds = [
    () => 'set',
    () => undefined,
    (name: string) => (name === 'AzureWebJobsStorage' ? undefined : 'set'),
    (name: string) => (name.endsWith('Uri') || name === 'AzureWebJobsStorage' ? undefined : 'set'),
  ];
  for (const answer of worlds) {
    const env = new Proxy<Record<string, string | undefined>>(
      {},
      {
        get: (_, name) => {
          asked.add(String(name));
          return answer(String(name));
        },
      },
    );
    openChannels({
      setting: (name) => env[name] ?? null,
      addresses: () => ({ development: false, allowHosts: [] }),
    });
    try {
      readSettings(env);
    } catch {
      // Without any storage there is an error; the names were asked for all the same.
    }
  }
  return asked;
}

function sources(): string {
  return globSync('src/**/*.ts', { cwd: root })
    .map((file) => readFileSync(path.join(root, file), 'utf8'))
    .join('\n');
}

const groups = (text: string, pattern: RegExp) => [...text.matchAll(pattern)].map(([, group]) => group!);
