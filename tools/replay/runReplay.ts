import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { instant } from '../../src/lib/api/fields.ts';
import { openRecord, tableName } from '../../src/lib/app/createApp.ts';
import { siteOfKey } from '../../src/lib/app/places.ts';
import { type ReplayAsked, replayRecord, type SiteComparison } from '../../src/lib/app/replayRecord.ts';
import { type Env, readerOf, SettingError, storageAccess } from '../../src/lib/app/settings.ts';
import { formatProblem } from '../../src/lib/config/problem.ts';
import { clockOf } from '../../src/lib/notify/words/clock.ts';
import type { Rules } from '../../src/lib/policy/rules.ts';
import { createTableRows } from '../../src/lib/store/tableRows.ts';
import { storageFault } from '../blobAccess.ts';
import { loadWithStandIns } from '../config/loadWithStandIns.ts';
import { changeInWords } from './changeInWords.ts';

const usage = `Usage: npm run replay -- --from TIME [--until TIME] --config FILE [--hub NAME] [--site ID]

  Plays the recorded events of a time through the configuration that was in force and through another one, and
  prints which notices would have been more, fewer, earlier or later. Every notice counts as sent at once.

  --from, --until  instants like 2026-12-05T06:00:00+01:00 (default of --until: now)
  --config         the other configuration; settings that it takes and that are not set here are stood in for
  --hub, --site    one hub, one site (a device without a site is ~ID)
  --json           prints { from, until, before, after, same, changes }

The storage is the app's: AzureWebJobsStorage, or AzureWebJobsStorage__accountName with your identity.

Exit code 0: ok, 1: something is wrong, or nothing is on record.`;

type Asked = Omit<ReplayAsked, 'rules'> & { readonly file: string; readonly json: boolean };

/** Plays the record of the app's storage; answers the exit code. */
export async function runReplay(
  args: readonly string[],
  env: Env,
  print: (line: string) => void,
  nowMs = Date.now(),
): Promise<number> {
  const asked = readArguments(args, nowMs);
  if (typeof asked === 'string') {
    print(asked);
    return asked === usage ? 0 : 1;
  }
  const rules = await rulesIn(asked.file, env, print);
  if (rules === null) return 1;
  try {
    const rows = createTableRows(storageAccess(readerOf(env), 'table'), tableName);
    const compared: SiteComparison[] = [];
    for await (const one of replayRecord(openRecord(rows, rules), { ...asked, rules }, nowMs))
      compared.push(one);
    if (compared.length === 0) {
      print('nothing is on record of these sites');
      return 1;
    }
    if (asked.json) print(JSON.stringify(viewOf(compared, asked, rules), null, 2));
    else for (const line of inWords(compared, rules)) print(line);
    return 0;
  } catch (error) {
    print(error instanceof SettingError ? error.message : storageFault(error));
    return 1;
  }
}

async function rulesIn(file: string, env: Env, print: (line: string) => void): Promise<Rules | null> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    print(`${file}: cannot be read (${error.code})`);
    return null;
  });
  if (text === null) return null;
  const { result } = loadWithStandIns(text, file, env);
  if (result.ok) return result.config;
  for (const problem of result.problems) print(formatProblem(problem));
  return null;
}

const sum = (all: readonly SiteComparison[], of: 'before' | 'after' | 'same') =>
  all.reduce((total, { comparison }) => total + comparison[of], 0);

function viewOf(compared: readonly SiteComparison[], { fromMs, untilMs }: Asked, rules: Rules) {
  const iso = (atMs: number | null) => (atMs === null ? null : new Date(atMs).toISOString());
  return {
    from: iso(fromMs),
    until: iso(untilMs),
    before: sum(compared, 'before'),
    after: sum(compared, 'after'),
    same: sum(compared, 'same'),
    changes: compared.flatMap(({ key, comparison }) => {
      const site = siteOfKey(rules, key);
      return comparison.changes.map(({ wasMs, wouldBeMs, deviceCount, ...change }) => ({
        ...change,
        hub: key.hub,
        site: { id: site.id, name: site.name },
        devicesTruncated: deviceCount - change.devices.length,
        was: iso(wasMs),
        wouldBe: iso(wouldBeMs),
        sentence: changeInWords({ wasMs, wouldBeMs, deviceCount, ...change }, clockOf(site.timeZone)),
      }));
    }),
  };
}

function inWords(compared: readonly SiteComparison[], rules: Rules): string[] {
  const lines = compared.flatMap(({ key, comparison: { changes } }) => {
    if (changes.length === 0) return [];
    const site = siteOfKey(rules, key);
    const clock = clockOf(site.timeZone);
    const heading = `${site.name} (${key.hub}, ${site.timeZone}):`;
    return [heading, ...changes.map((change) => `  ${changeInWords(change, clock)}`)];
  });
  const count = (kind: string) =>
    compared.reduce(
      (n, { comparison }) => n + comparison.changes.filter((one) => one.kind === kind).length,
      0,
    );
  const counts = (['more', 'fewer', 'earlier', 'later'] as const).map((kind) => `${count(kind)} ${kind}`);
  return [
    ...lines,
    `${sum(compared, 'after')} notices instead of ${sum(compared, 'before')}: ${counts.join(', ')}, ${sum(compared, 'same')} the same.`,
  ];
}

/** What is asked, or what to print instead. */
function readArguments(args: readonly string[], nowMs: number): Asked | string {
  try {
    const text = { type: 'string' } as const;
    const { values } = parseArgs({
      args: [...args],
      options: {
        help: { type: 'boolean', short: 'h' },
        json: { type: 'boolean' },
        from: text,
        until: text,
        config: text,
        hub: text,
        site: text,
      },
    });
    if (values.help) return usage;
    const { from, until, config, hub, site } = values;
    if (!from || !config) return `name the time with --from and the configuration with --config\n\n${usage}`;
    const moments = [from, ...(until ? [until] : [])].map((written) => {
      const read = instant().safeParse(written);
      if (!read.success) throw new Error(`${written} ${read.error.issues[0]?.message}`);
      return read.data;
    });
    const [fromMs = 0, untilMs = nowMs] = moments;
    if (untilMs <= fromMs) return `--until is not after --from\n\n${usage}`;
    return {
      fromMs,
      untilMs: Math.min(untilMs, nowMs),
      hub: hub?.toLowerCase() ?? null,
      site: site === undefined ? null : siteNamed(site),
      file: config,
      json: values.json ?? false,
    };
  } catch (error) {
    return `${(error as Error).message}\n\n${usage}`;
  }
}

function siteNamed(text: string): ReplayAsked['site'] {
  return text.startsWith('~') ? { kind: 'device', id: text.slice(1) } : { kind: 'site', id: text };
}
