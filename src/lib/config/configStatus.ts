import type { Rules } from '../policy/rules.ts';
import type { Problem } from './problem.ts';

/** A version of the configuration as it was stored. */
export type ConfigVersion = {
  /** The blob, as `RESPONDER_CONFIG` names it. */
  readonly source: string;
  readonly etag: string;
  readonly modifiedAtMs: number;
  readonly text: string;
};

/** A version that cannot be used. Its tag is `missing` when the blob is gone. */
export type RefusedVersion = { readonly etag: string; readonly problems: readonly Problem[] };

/** The configuration in use, and what stands in its way. */
export type ConfigStatus = {
  readonly config: Rules;
  /** What `config` was read from; null: a file, which does not change while the app runs. */
  readonly version: ConfigVersion | null;
  /** The newer version that was refused; null: `config` is the newest. */
  readonly refused: RefusedVersion | null;
  /** Why the last look had no answer; null: it had one. */
  readonly unread: Problem | null;
};

/** Where the configuration comes from, for as long as an instance runs. */
export interface ConfigSource {
  readonly status: ConfigStatus;
  /**
   * Looks again unless the last look is younger than `maxAgeMs`; those who ask meanwhile share one look. Never throws:
   * without an answer the configuration stays.
   */
  refresh(nowMs: number, maxAgeMs: number): Promise<void>;
}

/** The configuration of a file. */
export function fixedConfig(config: Rules): ConfigSource {
  return { status: { config, version: null, refused: null, unread: null }, refresh: async () => {} };
}
