import type { CatalogueOverrides } from '../diagnosis/catalogue/catalogueOverrides.ts';
import type { Directory } from '../directory/directory.ts';
import type { HubConfig } from './hubConfig.ts';
import type { Override, Policy } from './policy.ts';
import type { Delivery, Receiver } from './receiver.ts';
import type { Route } from './route.ts';
import type { SelfWatchRules } from './selfWatch.ts';

/**
 * Which rules: versions are ordered by the time of the change, then by hash, and only grow. Milliseconds since 1970.
 */
export type RulesVersion = { readonly atMs: number; readonly hash: string };

/** Whether a version is later than another one. */
export function isNewer(version: RulesVersion, than: RulesVersion): boolean {
  return version.atMs > than.atMs || (version.atMs === than.atMs && version.hash > than.hash);
}

/** All that decides beside the events, complete and checked: every default of the configuration is filled in. */
export type Rules = Directory & {
  readonly hubs: readonly HubConfig[];
  readonly policy: Policy;
  readonly overrides: readonly Override[];
  readonly receivers: ReadonlyMap<string, Receiver>;
  readonly routes: readonly Route[];
  readonly delivery: Delivery;
  /** Names and addresses inside a private network that outgoing calls may reach all the same. */
  readonly allowHosts: readonly string[];
  readonly catalogue: CatalogueOverrides;
  /** For how many days what is over is kept. */
  readonly historyDays: number;
  /** The receiver that is told about the responder itself; null: nobody. */
  readonly ops: string | null;
  readonly selfWatch: SelfWatchRules;
  /** `hash` is a hex digest of everything that decides; it changes when the file's meaning changes. */
  readonly version: RulesVersion;
};
