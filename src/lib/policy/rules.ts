import type { Controls } from '../control/control.ts';
import type { PlannedWindow } from '../control/plannedWindow.ts';
import type { CatalogueOverrides } from '../diagnosis/catalogue/catalogueOverrides.ts';
import type { Directory } from '../directory/directory.ts';
import type { AccessLimit } from './accessLimit.ts';
import type { HubConfig } from './hubConfig.ts';
import type { Override, Policy } from './policy.ts';
import type { Delivery, Receiver } from './receiver.ts';
import type { Route } from './route.ts';
import type { SelfWatchRules } from './selfWatch.ts';
import type { ShiftDigest } from './shiftDigest.ts';

/**
 * Which rules: those of the configuration, ordered by the time of the change (milliseconds since 1970) and then by hash,
 * and the controls, which are counted. Both only grow.
 */
export type RulesVersion = {
  readonly atMs: number;
  readonly hash: string;
  /** `Controls.version`; absent: 0. */
  readonly controls?: number;
};

/** Whether something of a version is later than of another one. Each may be newer than the other. */
export function isNewer(version: RulesVersion, than: RulesVersion): boolean {
  return isLaterFile(version, than) || (version.controls ?? 0) > (than.controls ?? 0);
}

/** The later of either part: whoever has it is outdated by neither. */
export function newestOf(a: RulesVersion, b: RulesVersion): RulesVersion {
  const { atMs, hash } = isLaterFile(b, a) ? b : a;
  const controls = Math.max(a.controls ?? 0, b.controls ?? 0);
  return controls === 0 ? { atMs, hash } : { atMs, hash, controls };
}

function isLaterFile(version: RulesVersion, than: RulesVersion): boolean {
  return version.atMs > than.atMs || (version.atMs === than.atMs && version.hash > than.hash);
}

/** All that decides beside the events, complete and checked: every default of the configuration is filled in. */
export type Rules = Directory & {
  readonly hubs: readonly HubConfig[];
  readonly policy: Policy;
  readonly overrides: readonly Override[];
  readonly receivers: ReadonlyMap<string, Receiver>;
  readonly routes: readonly Route[];
  /** Planned work of the configuration. */
  readonly maintenance: readonly PlannedWindow[];
  /** Who is told at the change of shift how sites stand. */
  readonly digests: readonly ShiftDigest[];
  /** What people have set while the app runs. */
  readonly controls: Controls;
  /** How long the link of a notice opens after its incident has ended. Milliseconds. */
  readonly linksValidForMs: number;
  readonly delivery: Delivery;
  /** Names and addresses inside a private network that outgoing calls may reach all the same. */
  readonly allowHosts: readonly string[];
  readonly catalogue: CatalogueOverrides;
  /** For how many days what is over is kept. */
  readonly historyDays: number;
  /** The receiver that is told about the responder itself; null: nobody. */
  readonly ops: string | null;
  readonly selfWatch: SelfWatchRules;
  /** Roles and groups that see some sites alone. */
  readonly access: readonly AccessLimit[];
  /** `hash` is a hex digest of everything that decides; it changes when the file's meaning changes. */
  readonly version: RulesVersion;
};
