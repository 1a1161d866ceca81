import { parseArgs } from 'node:util';
import type { silenceView } from '../../src/lib/api/views.ts';
import type { Env } from '../../src/lib/app/settings.ts';
import { clockOf } from '../../src/lib/notify/words/clock.ts';
import { appOptions, callApi, type RunningApp, runningApp } from '../api/callApi.ts';

const usage = `Usage: npm run silences -- list [--ended]
       npm run silences -- add  [--site ID]… [--device GLOB]… [--hub NAME]… --for TIME --by NAME [--reason TEXT]
       npm run silences -- end  ID --by NAME

  list    what is silenced now, by whom, why and until when; with --ended what was
  add     silences what fits every kind of name given, from now on, for a time like 30m, 2h or 7d
  end     takes a silence back: what is then true and untold is told at once

${appOptions}
  --json  prints what the app answers

Exit code 0: ok, 1: the app refused or could not be reached, 2: usage error.`;

type Print = (line: string) => void;
type Silence = ReturnType<typeof silenceView>;

type Command =
  | { readonly kind: 'list'; readonly ended: boolean }
  | { readonly kind: 'add'; readonly body: object }
  | { readonly kind: 'end'; readonly id: string; readonly by: string };

type Asked = { readonly command: Command; readonly app: RunningApp; readonly json: boolean };

/** Runs one command; answers the exit code. */
export async function runSilences(args: readonly string[], env: Env, print: Print): Promise<number> {
  const asked = readArguments(args, env);
  if (typeof asked === 'string') {
    print(asked);
    return asked === usage ? 0 : 2;
  }
  const { command, app, json } = asked;
  const answer = await call(app, command);
  if (!answer.ok) {
    for (const line of answer.because) print(line);
    return 1;
  }
  if (json) print(JSON.stringify(answer.value, null, 2));
  else for (const line of inWords(command, answer.value)) print(line);
  return 0;
}

function call(app: RunningApp, command: Command) {
  switch (command.kind) {
    case 'list':
      return callApi(app, 'GET', `/api/silences${command.ended ? '?status=ended' : ''}`);
    case 'add':
      return callApi(app, 'POST', '/api/silences', command.body);
    case 'end': {
      const { id, by } = command;
      return callApi(app, 'DELETE', `/api/silences/${encodeURIComponent(id)}`, { by });
    }
    default:
      return command satisfies never;
  }
}

function inWords(command: Command, value: unknown): readonly string[] {
  if (command.kind === 'add') return [`silenced ${lineOf(value as Silence)}`];
  if (command.kind === 'end') return [`taken back ${lineOf(value as Silence)}`];
  const { items } = value as { readonly items: readonly Silence[] };
  if (items.length === 0) return [command.ended ? 'no silence has ended' : 'nothing is silenced'];
  return items.map(lineOf);
}

/** Times are those of whoever reads them. */
function lineOf({ id, match, until, by, reason, takenBack }: Silence): string {
  const { timeZone } = new Intl.DateTimeFormat().resolvedOptions();
  const names = [
    ...match.hubs.map((hub) => `hub ${hub}`),
    ...match.sites.map((site) => `site ${site}`),
    ...match.devices.map((device) => `device ${device}`),
  ];
  const end = clockOf(timeZone).instant(Date.parse(until));
  const back = takenBack ? `, taken back by ${takenBack.by}` : '';
  return `${id}: ${names.join(', ')} until ${end} (${timeZone}), by ${by}${reason ? `: ${reason}` : ''}${back}`;
}

/** What is asked, or what to print instead. */
function readArguments(args: readonly string[], env: Env): Asked | string {
  try {
    const text = { type: 'string' } as const;
    const texts = { type: 'string', multiple: true } as const;
    const flag = { type: 'boolean' } as const;
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        help: { type: 'boolean', short: 'h' },
        json: flag,
        ended: flag,
        url: text,
        key: text,
        by: text,
        for: text,
        reason: text,
        site: texts,
        device: texts,
        hub: texts,
      },
    });
    if (values.help) return usage;
    const app = runningApp(values.url, values.key, env);
    if (typeof app === 'string') return app;
    const command = commandOf(positionals, values);
    return typeof command === 'string'
      ? `${command}\n\n${usage}`
      : { command, app, json: values.json ?? false };
  } catch (error) {
    return `${(error as Error).message}\n\n${usage}`;
  }
}

type Options = {
  readonly ended?: boolean;
  readonly by?: string;
  readonly for?: string;
  readonly reason?: string;
  readonly site?: readonly string[];
  readonly device?: readonly string[];
  readonly hub?: readonly string[];
};

function commandOf([name = '', id, ...more]: readonly string[], options: Options): Command | string {
  if (more.length > 0) return `${more[0]} is one argument too many`;
  switch (name) {
    case 'list':
      return id === undefined
        ? { kind: 'list', ended: options.ended ?? false }
        : `${id} is one argument too many`;
    case 'add': {
      if (id !== undefined)
        return `${id} is one argument too many; name what to silence with --site, --device or --hub`;
      const { site = [], device = [], hub = [], for: lasting, by, reason } = options;
      const match = { hubs: hub, sites: site, devices: device };
      // What is missing or wrong the app says.
      return { kind: 'add', body: { match, for: lasting, by, ...(reason ? { reason } : {}) } };
    }
    case 'end':
      if (id === undefined) return 'end needs the id of a silence, as list shows it';
      if (options.by === undefined) return 'end needs --by, who takes it back';
      return { kind: 'end', id, by: options.by };
    default:
      return `${name || 'no command'}: use list, add or end`;
  }
}
