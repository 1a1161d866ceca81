import { parseArgs } from 'node:util';
import { runCommand } from '../../infra/azd/command.ts';
import type { Env } from '../../src/lib/app/settings.ts';
import { appOptions } from '../api/callApi.ts';
import { inLines } from './finding.ts';
import { findingsOf } from './findings.ts';
import { type Asked, readFacts } from './readFacts.ts';

const usage = `Usage: npm run doctor [-- --send-test] [--json] [--url ADDRESS] [--key KEY]

  Looks at everything that the responder needs, and says of each "ok", or what is wrong and how to mend it.

  --send-test  sends each receiver a notice marked as a test
  --json       prints the findings as JSON
${appOptions}

Settings come from the environment or local.settings.json, so run it with those of the app. Storage and
logs are tried with the identity that you are signed in with. What only Azure knows is asked by az, under
the names of docs/deploy.md#names-for-the-commands.

Exit code 0: nothing is wrong, 1: something is, 2: usage error.`;

type Print = (line: string) => void;

/** Looks, prints, and answers the exit code. */
export async function runDoctor(
  args: readonly string[],
  env: Env,
  print: Print,
  command = runCommand,
): Promise<number> {
  const asked = readArguments(args);
  if (typeof asked === 'string') {
    print(asked);
    return asked === usage ? 0 : 2;
  }
  const findings = findingsOf(await readFacts(asked, env, command));
  const wrong = findings.filter(({ state }) => state === 'wrong').length;
  if (asked.json) print(JSON.stringify({ ok: wrong === 0, findings }, null, 2));
  else {
    for (const line of findings.flatMap(inLines)) print(line);
    print(wrong === 0 ? 'Nothing is wrong.' : `${wrong} of ${findings.length} are wrong.`);
  }
  return wrong === 0 ? 0 : 1;
}

/** What is asked, or what to print instead. */
function readArguments(args: readonly string[]): (Asked & { readonly json: boolean }) | string {
  try {
    const text = { type: 'string' } as const;
    const flag = { type: 'boolean', default: false } as const;
    const { values } = parseArgs({
      args: [...args],
      options: { help: { type: 'boolean', short: 'h' }, 'send-test': flag, json: flag, url: text, key: text },
    });
    if (values.help) return usage;
    return { sendTest: values['send-test'], json: values.json, url: values.url, key: values.key };
  } catch (error) {
    return `${(error as Error).message}\n\n${usage}`;
  }
}
