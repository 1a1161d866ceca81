import { isShared, shownSetting, shownShared } from '../notify/channels/registry.ts';
import { generalFields } from './receiverSection.ts';

/** A mistake where it was found; `message` follows the value, unless it is about the key or there is no value. */
export type Finding = {
  readonly path: readonly PropertyKey[];
  readonly message: string;
  readonly aboutKey?: true;
};

/** A mistake as the operator reads it. */
export type Problem = {
  /** As `routes[0].to[1]`; for the file as a whole its name, with line and column where known. */
  readonly path: string;
  /** As the file has it, without secrets; null: there is none. */
  readonly value: string | null;
  /** What is wrong and what is accepted. */
  readonly message: string;
};

/** One line. */
export function formatProblem({ path, value, message }: Problem): string {
  return value === null ? `${path}: ${message}` : `${path}: ${value} ${message}`;
}

/** Thrown when the configuration cannot be used; the message has one line for each problem. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[]) {
    super(problems.map(formatProblem).join('\n'));
    this.problems = problems;
  }
}

/** The finding with its path written out and the value that the file (before settings were filled in) has there. */
export function toProblem({ path, message, aboutKey }: Finding, file: unknown, source: string): Problem {
  return {
    path: path.length === 0 ? source : formatPath(path),
    value: aboutKey ? null : shownValue(path, valueAt(file, path)),
    message,
  };
}

/** `['routes', 0, 'to']` as `routes[0].to`; keys that are no plain word in brackets and quotes. */
export function formatPath(path: readonly PropertyKey[]): string {
  return path
    .map((step, index) => {
      if (typeof step === 'number') return `[${step}]`;
      const key = String(step);
      if (!/^[\w-]+$/.test(key)) return `[${JSON.stringify(key)}]`;
      return index === 0 ? key : `.${key}`;
    })
    .join('');
}

function valueAt(file: unknown, path: readonly PropertyKey[]): unknown {
  let value = file;
  for (const step of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) return undefined;
    value = Reflect.get(value, step);
  }
  return value;
}

const longestShown = 80;

function shownValue(path: readonly PropertyKey[], value: unknown): string | null {
  if (value === undefined || value === null) return null;
  if (Array.isArray(value)) return value.length === 0 ? '[]' : 'a list';
  if (typeof value === 'object') return Object.keys(value).length === 0 ? '{}' : 'a map';
  if (typeof value !== 'string') return shownText(path, String(value)) === null ? '(hidden)' : String(value);
  if (/^\$\{\w+\}$/.test(value)) return JSON.stringify(value);
  const shown = shownText(path, value);
  if (shown === null) return '(hidden)';
  return JSON.stringify(shown.length > longestShown ? `${shown.slice(0, longestShown)}…` : shown);
}

/** Of what receivers hold or share, the general fields are shown, and of a channel's what may be. null: nothing. */
function shownText(path: readonly PropertyKey[], text: string): string | null {
  const [section, , part, field] = path;
  if (isShared(String(section)))
    return path.length > 2 ? shownShared(String(section), path.at(-1), text) : text;
  if (section !== 'receivers' || generalFields.includes(String(part))) return text;
  return shownSetting(String(part), String(field), text);
}
