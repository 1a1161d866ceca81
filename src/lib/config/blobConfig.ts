import type { Rules } from '../policy/rules.ts';
import type { Blobs } from '../store/blobs.ts';
import type { ConfigSource, ConfigStatus, ConfigVersion, RefusedVersion } from './configStatus.ts';
import type { LoadResult } from './loadConfig.ts';
import { ConfigError, type Problem } from './problem.ts';

/** A start waits for the blob longer than the work of a running app. */
const startTimeoutMs = 15_000;
const lookTimeoutMs = 3_000;

const missingTag = 'missing';

export type BlobConfigOptions = {
  readonly blobs: Blobs;
  readonly name: string;
  /** The blob as `RESPONDER_CONFIG` names it, for problems. */
  readonly source: string;
  readonly load: (text: string) => LoadResult;
  /** The last version that was in use, which outlives a restart; null: there is none. */
  readonly lastGood: () => Promise<ConfigVersion | null>;
};

/**
 * The configuration in a blob. A new version that is valid takes the place of the old one; a broken one is refused.
 * At the start a version that is broken, missing or out of reach gives way to the last good one.
 * @throws {ConfigError} when there is no version that can be used
 */
export async function openBlobConfig(options: BlobConfigOptions, nowMs: number): Promise<ConfigSource> {
  const first = await read(options, null, startTimeoutMs);
  let status: ConfigStatus;
  if (first.kind === 'good') status = { ...first.used, refused: null, unread: null };
  else {
    const refused = first.kind === 'refused' ? first.refused : null;
    const unread = first.kind === 'noAnswer' ? first.problem : null;
    const used = await fromLastGood(options, refused?.problems ?? (unread ? [unread] : []));
    status = { ...used, refused, unread };
  }
  let lookedAtMs = nowMs;
  let looking: Promise<void> | null = null;

  async function look(): Promise<void> {
    const knownEtag = (status.refused ?? status.version)?.etag ?? null;
    const answer = await read(options, knownEtag, lookTimeoutMs);
    switch (answer.kind) {
      case 'good':
        status = { ...answer.used, refused: null, unread: null };
        break;
      case 'refused':
        status = { ...status, refused: answer.refused, unread: null };
        break;
      case 'noAnswer':
        status = { ...status, unread: answer.problem };
        break;
      case 'same':
        if (status.unread !== null) status = { ...status, unread: null };
        break;
      default:
        answer satisfies never;
    }
  }

  return {
    get status() {
      return status;
    },
    async refresh(atMs, maxAgeMs) {
      if (looking === null && atMs - lookedAtMs >= maxAgeMs) {
        lookedAtMs = atMs;
        looking = look().finally(() => {
          looking = null;
        });
      }
      await looking;
    },
  };
}

type Used = Pick<ConfigStatus, 'config' | 'version'>;

type Read =
  | { readonly kind: 'good'; readonly used: Used }
  | { readonly kind: 'refused'; readonly refused: RefusedVersion }
  | { readonly kind: 'same' }
  | { readonly kind: 'noAnswer'; readonly problem: Problem };

async function read(options: BlobConfigOptions, knownEtag: string | null, timeoutMs: number): Promise<Read> {
  const { blobs, name, source, load } = options;
  try {
    const answer = await blobs.read(name, knownEtag === missingTag ? null : knownEtag, timeoutMs);
    if (answer.kind === 'same') return answer;
    if (answer.kind === 'missing') {
      const message = 'does not exist; upload it, or point RESPONDER_CONFIG at the right blob';
      return {
        kind: 'refused',
        refused: { etag: missingTag, problems: [{ path: source, value: null, message }] },
      };
    }
    const { text, etag, modifiedAtMs } = answer;
    const result = load(text);
    return result.ok
      ? { kind: 'good', used: usedFrom({ source, etag, modifiedAtMs, text }, result.config) }
      : { kind: 'refused', refused: { etag, problems: result.problems } };
  } catch (error) {
    return { kind: 'noAnswer', problem: { path: source, value: null, message: faultInWords(error) } };
  }
}

/** The copy is checked like any version: settings that it takes may be gone by now. */
async function fromLastGood(options: BlobConfigOptions, problems: readonly Problem[]): Promise<Used> {
  const version = await options.lastGood();
  const result = version && options.load(version.text);
  if (!version || !result?.ok) throw new ConfigError(problems);
  return usedFrom(version, result.config);
}

/** A version of the blob begins with the blob's own time, which every instance reads alike. */
function usedFrom(version: ConfigVersion, config: Rules): Used {
  const { hash } = config.version;
  return { config: { ...config, version: { atMs: version.modifiedAtMs, hash } }, version };
}

function faultInWords(error: unknown): string {
  const { statusCode, code, name } = (error ?? {}) as { statusCode?: number; code?: string; name?: string };
  const why = [statusCode, code ?? name].filter((part) => part !== undefined).join(' ') || 'unknown fault';
  const hint = statusCode === 403 ? "; the app's identity needs a role on the storage account" : '';
  return `cannot be read (${why})${hint}`;
}
