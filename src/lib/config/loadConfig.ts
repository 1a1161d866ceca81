import { readFile } from 'node:fs/promises';
import type { Rules } from '../policy/rules.ts';
import { buildConfig } from './buildConfig.ts';
import { crossCheck } from './crossCheck.ts';
import { parseYaml } from './parseYaml.ts';
import { fillSettings, type Settings } from './placeholders.ts';
import { ConfigError, type Finding, formatPath, type Problem, toProblem } from './problem.ts';
import { fileSchema } from './schema.ts';
import { schemaFindings } from './schemaFindings.ts';
import { fieldOf, textsOf } from './untyped.ts';

export type LoadOptions = {
  /** A local run: http, loopback and private addresses are accepted. */
  readonly development: boolean;
};

export type LoadResult =
  | { readonly ok: true; readonly config: Rules }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/** Reads and checks the whole text; `source` is its name in problems. Every problem is found in one run. */
export function loadConfig(
  text: string,
  source: string,
  settings: Settings,
  options: LoadOptions,
): LoadResult {
  const { file: written, problems: syntax } = parseYaml(text, source);
  if (written === undefined) return { ok: false, problems: syntax };
  if (written === null) return { ok: false, problems: [emptyFile(source)] };

  const filled = fillSettings(written, settings);
  const allowHosts = textsOf(fieldOf(filled.file, 'allowHosts')).map(([, host]) => host);
  const parsed = fileSchema({ ...options, allowHosts }).safeParse(filled.file);
  const shape = parsed.success ? [] : schemaFindings(parsed.error.issues);
  const findings = firstOfEachPath(filled.findings, shape, crossCheck(filled.file));
  const problems = [
    ...syntax,
    ...bySection(findings, written).map((finding) => toProblem(finding, written, source)),
  ];
  return problems.length === 0 && parsed.success
    ? { ok: true, config: buildConfig(parsed.data, written) }
    : { ok: false, problems };
}

/** @throws {ConfigError} when the file cannot be read or has mistakes. */
export async function loadConfigFile(path: string, settings: Settings, options: LoadOptions): Promise<Rules> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    const reason = error instanceof Error && 'code' in error ? String(error.code) : 'unknown fault';
    const message = `cannot be read (${reason}); point RESPONDER_CONFIG at the configuration file`;
    throw new ConfigError([{ path, value: null, message }]);
  }
  const result = loadConfig(text, path, settings, options);
  if (!result.ok) throw new ConfigError(result.problems);
  return result.config;
}

/** What one check found wrong is not reported by the checks after it. */
function firstOfEachPath(...checks: readonly (readonly Finding[])[]): readonly Finding[] {
  const paths = new Set<string>();
  return checks.flatMap((findings) => {
    const first = findings.filter(({ path }) => !paths.has(formatPath(path)));
    for (const { path } of first) paths.add(formatPath(path));
    return first;
  });
}

/** In the order in which the file has its sections; what is missing comes last. */
function bySection(findings: readonly Finding[], file: object): readonly Finding[] {
  const sections = Object.keys(file);
  const placeOf = ({ path: [section] }: Finding) => {
    const place = sections.indexOf(String(section));
    return place < 0 ? sections.length : place;
  };
  return findings.toSorted((left, right) => placeOf(left) - placeOf(right));
}

function emptyFile(source: string): Problem {
  return { path: source, value: null, message: 'is empty; it needs at least receivers and routes' };
}
