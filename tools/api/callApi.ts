import type { ProblemDetails } from '../../src/lib/api/problemDetails.ts';
import type { Env } from '../../src/lib/app/settings.ts';
import { formatProblem } from '../../src/lib/config/problem.ts';

/** A running app: its address, and a function key where one is needed. */
export type RunningApp = { readonly url: URL; readonly key: string | null };

type ApiAnswer =
  | { readonly ok: true; readonly value: unknown }
  /** Lines to print. */
  | { readonly ok: false; readonly because: readonly string[] };

const timeoutMs = 30_000;

/** The options that every command at a running app has, and what stands in for them. */
export const appOptions = `  --url   the app, like https://func-fleet.azurewebsites.net (default RESPONDER_URL, else the local one)
  --key   a function key of the app (default RESPONDER_KEY; locally none is needed)`;

/**
 * The app that is meant: by the option, the settings, or else the local one.
 * @returns what is wrong with the address: over http, which only loopback may use, the key could be read on the way
 */
export function runningApp(url: string | undefined, key: string | undefined, env: Env): RunningApp | string {
  const address = url ?? env.RESPONDER_URL ?? `http://localhost:${env.PORT ?? '7071'}`;
  const parsed = URL.parse(address);
  const local = parsed?.protocol === 'http:' && ['localhost', '127.0.0.1', '[::1]'].includes(parsed.hostname);
  if (!parsed || (parsed.protocol !== 'https:' && !local))
    return `${address} is not an address of the app; use one that begins with https://`;
  return { url: parsed, key: (key ?? env.RESPONDER_KEY) || null };
}

/** One call; what the app refuses is told as it says it. @param path as `/api/silences` */
export async function callApi(
  { url, key }: RunningApp,
  method: 'GET' | 'POST' | 'DELETE',
  path: string,
  body?: object,
): Promise<ApiAnswer> {
  let answer: Response;
  let text: string;
  try {
    answer = await fetch(new URL(path, url), {
      method,
      headers: {
        ...(body ? { 'content-type': 'application/json' } : {}),
        ...(key === null ? {} : { 'x-functions-key': key }),
      },
      ...(body ? { body: JSON.stringify(body) } : {}),
      redirect: 'error',
      signal: AbortSignal.timeout(timeoutMs),
    });
    text = await answer.text();
  } catch (error) {
    const { cause, message } = error as Error & { cause?: { code?: string } };
    return refused(`${url.origin} could not be reached (${cause?.code ?? message})`);
  }
  const content = parsed(text);
  if (answer.ok) return { ok: true, value: content };
  const { detail, errors = [] } = (content ?? {}) as Partial<ProblemDetails>;
  if (errors.length > 0) return { ok: false, because: errors.map(formatProblem) };
  if (detail !== undefined) return refused(detail);
  const hint = answer.status === 401 ? ': give it a function key with --key or RESPONDER_KEY' : '';
  return refused(`the app answered ${answer.status}${hint}`);
}

function refused(line: string): ApiAnswer {
  return { ok: false, because: [line] };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
