import { parseArgs } from 'node:util';
import type { Env } from '../../src/lib/app/settings.ts';
import type { explanationView } from '../../src/lib/pages/explanationView.ts';
import { appOptions, callApi, type RunningApp, runningApp } from '../api/callApi.ts';

const usage = `Usage: npm run explain -- --hub NAME --device ID [--module ID] [--at TIME] [--receiver NAME]

  What was known of a device at a moment, which rule decided, who was told, who was not, and why.

  --at        an instant like 2026-12-05T06:00:00+01:00 (default: now)
  --receiver  one receiver, also when no route leads to it

${appOptions}
  --json      prints what the app answers

Exit code 0: ok, 1: no event of the device is known, or something is wrong: a parameter, or the app could not be reached.`;

type Answer = ReturnType<typeof explanationView>;
type Asked = { readonly path: string; readonly app: RunningApp; readonly json: boolean };

/** Asks a running app; answers the exit code. */
export async function runExplain(
  args: readonly string[],
  env: Env,
  print: (line: string) => void,
): Promise<number> {
  const asked = readArguments(args, env);
  if (typeof asked === 'string') {
    print(asked);
    return asked === usage ? 0 : 1;
  }
  const answer = await callApi(asked.app, 'GET', asked.path);
  if (!answer.ok) {
    for (const line of answer.because) print(line);
    return 1;
  }
  const explained = answer.value as Answer;
  if (asked.json) print(JSON.stringify(explained, null, 2));
  else for (const line of inWords(explained)) print(line);
  return explained.outcome === 'neverSeen' ? 1 : 0;
}

function inWords({ outcome, site, sentences, looked, after, rules }: Answer): string[] {
  const lines = [`${outcome}${site ? `, at ${site.name}` : ''} (rules ${rules.version})`, ...sentences];
  if (looked.length > 0)
    lines.push('', 'Looked at:', ...looked.map((one) => `  ${one.rule}: ${one.sentence}`));
  if (after.length > 0) lines.push('', 'Since then:', ...after.map((sentence) => `  ${sentence}`));
  return lines;
}

/** What is asked, or what to print instead. */
function readArguments(args: readonly string[], env: Env): Asked | string {
  try {
    const text = { type: 'string' } as const;
    const { values } = parseArgs({
      args: [...args],
      options: {
        help: { type: 'boolean', short: 'h' },
        json: { type: 'boolean' },
        url: text,
        key: text,
        hub: text,
        device: text,
        module: text,
        at: text,
        receiver: text,
      },
    });
    if (values.help) return usage;
    const app = runningApp(values.url, values.key, env);
    if (typeof app === 'string') return app;
    const { hub, device, module, at, receiver } = values;
    if (!hub || !device) return `name the hub with --hub and the device with --device\n\n${usage}`;
    const query = new URLSearchParams();
    // What is wrong with them the app says.
    for (const [name, value] of Object.entries({ hub, device, module, at, receiver }))
      if (value !== undefined) query.set(name, value);
    return { path: `/api/explain?${query}`, app, json: values.json ?? false };
  } catch (error) {
    return `${(error as Error).message}\n\n${usage}`;
  }
}
