import { parseArgs } from 'node:util';
import { tableName } from '../../src/lib/app/createApp.ts';
import { type Env, readerOf, SettingError, storageAccess } from '../../src/lib/app/settings.ts';
import { createLinkKeys, type LinkKeys } from '../../src/lib/store/linkKeys.ts';
import { createMetaRows } from '../../src/lib/store/metaRows.ts';
import { createTableRows } from '../../src/lib/store/tableRows.ts';
import { storageFault } from '../blobAccess.ts';

const usage = `Usage: npm run links -- list
       npm run links -- rotate

  list    names the keys that sign the links of notices, without what is secret of them
  rotate  makes a new key: every link that was sent before stops opening within a minute, and the
          next notice of each incident has a new one

The storage is the app's: AzureWebJobsStorage, or AzureWebJobsStorage__accountName with the identity
that you are signed in with, from the environment or local.settings.json. With an identity you need
the role Storage Table Data Contributor.

Exit code 0: ok, 1: the storage cannot be reached, 2: usage error.`;

type Print = (line: string) => void;

/** Runs one command; answers the exit code. */
export async function runLinks(args: readonly string[], env: Env, print: Print): Promise<number> {
  const command = readCommand(args);
  if (command !== 'list' && command !== 'rotate') {
    print(command);
    return command === usage ? 0 : 2;
  }
  try {
    const keys = createLinkKeys(
      createMetaRows(createTableRows(storageAccess(readerOf(env), 'table'), tableName)),
    );
    await actOn(keys, command, Date.now(), print);
    return 0;
  } catch (error) {
    print(error instanceof SettingError ? error.message : storageFault(error));
    return 1;
  }
}

/** Does what was asked with the keys of an installation. */
async function actOn(keys: LinkKeys, command: 'list' | 'rotate', nowMs: number, print: Print): Promise<void> {
  const ring = command === 'rotate' ? await keys.rotate(nowMs) : await keys.stored();
  if (ring === null) {
    print('There is no key yet: the first notice makes one.');
    return;
  }
  for (const [index, { kid, madeAtMs }] of ring.entries()) {
    const made = new Date(madeAtMs).toISOString();
    print(`${kid}  made ${made}  ${index === 0 ? 'signs links' : 'rotated away: its links have ended'}`);
  }
  if (command === 'rotate') print('Earlier links stop opening within a minute.');
}

/** The command, or what to print instead. */
function readCommand(args: readonly string[]): string {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { help: { type: 'boolean', short: 'h' } },
    });
    if (values.help) return usage;
    const [command = '', ...more] = positionals;
    if (more.length > 0) return `${more[0]} is one argument too many\n\n${usage}`;
    return command === 'list' || command === 'rotate' ? command : `use list or rotate\n\n${usage}`;
  } catch (error) {
    return `${(error as Error).message}\n\n${usage}`;
  }
}
