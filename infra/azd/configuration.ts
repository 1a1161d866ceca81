import { readFile } from 'node:fs/promises';
import type { Env } from '../../src/lib/app/settings.ts';
import { formatProblem } from '../../src/lib/config/problem.ts';
import { loadWithStandIns } from '../../tools/config/loadWithStandIns.ts';
import { given, listOf, toSet } from './answers.ts';

/** Settings that the templates give every app, and a configuration may take too. */
const always = [
  'COMMUNICATION_SERVICES_ENDPOINT',
  'EMAIL_SENDER',
  'LOG_ANALYTICS_WORKSPACE_ID',
  'PUBLIC_URL',
];

/** The configuration that postprovision uploads. */
export const configFileOf = (env: Env): string =>
  given(env, 'RESPONDER_CONFIG_FILE') ?? 'responder.config.yaml';

/** What would keep the app from getting ready with the configuration: its mistakes, and settings that nobody gives. */
export async function configurationProblems(env: Env): Promise<string[]> {
  const file = configFileOf(env);
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => error);
  if (text instanceof Error) return [`RESPONDER_CONFIG_FILE: ${file} cannot be read (${text.code})`];
  const { result, unset } = loadWithStandIns(text, file, {});
  if (!result.ok) return result.problems.map((problem) => `${file}: ${formatProblem(problem)}`);
  const settings = listOf(env.RECEIVER_SETTINGS);
  const missing = unset.filter((name) => !settings.includes(name) && !always.includes(name));
  return missing.length === 0
    ? []
    : [
        `${file} takes ${missing.join(' and ')}, which RECEIVER_SETTINGS does not name: the app would not get ready. Take the receiver out, or set it:\n  ${toSet('RECEIVER_SETTINGS', [...settings, ...missing].join(','))}`,
      ];
}
