import type { Cause } from '../diagnosis/diagnosis.ts';

export const severities = ['info', 'warning', 'critical'] as const;
export type Severity = (typeof severities)[number];

/** Whether a route follows the site as a whole or each of its devices. */
export type Per = 'site' | 'device';

/** When a device counts as flapping. Shares are 0 to 1. */
export type FlappingPolicy = { readonly windowMs: number; readonly startAt: number; readonly stopAt: number };

/** How long to wait before believing and before telling. All times are milliseconds, shares are 0 to 1. */
export type Policy = {
  readonly offlineAfterMs: number;
  readonly recoveredAfterMs: number;
  readonly groupWaitMs: number;
  readonly groupIntervalMs: number;
  readonly remindEveryMs: number;
  readonly siteDown: number;
  readonly lateEventGraceMs: number;
  /** null: switched off. */
  readonly flapping: FlappingPolicy | null;
  readonly diagnosisBudgetMs: number;
  /** null: worked out (design §5). */
  readonly severity: Severity | null;
};

/** A part of the fleet that differs from the general policy; `devices` are globs, `sites` are site ids. */
export type Override = {
  readonly devices: readonly string[] | null;
  readonly sites: readonly string[] | null;
  readonly policy: Partial<Policy>;
};

export type SiteConfig = {
  readonly id: string;
  readonly name: string;
  /** IANA name, for times in mails. */
  readonly timeZone: string;
  /** Globs on the device id. */
  readonly devices: readonly string[];
};

/** How often and how long a notice is tried. Milliseconds. */
export type Delivery = {
  readonly timeoutMs: number;
  readonly retryFirstMs: number;
  readonly retryMaxMs: number;
  readonly giveUpAfterMs: number;
};

export type EmailChannel = { readonly kind: 'email'; readonly to: readonly string[] };
export type WebhookChannel = {
  readonly kind: 'webhook';
  readonly url: string;
  /** `whsec_` + Base64; null: unsigned. */
  readonly secret: string | null;
};
export type Channel = EmailChannel | WebhookChannel;

export type Receiver = {
  readonly name: string;
  readonly channel: Channel;
  readonly fallback: string | null;
  readonly fallbackAfterMs: number;
  readonly delivery: Delivery;
};

/** A hub whose count of connected devices is watched. */
export type HubConfig = {
  /** ARM id, as the file has it. */
  readonly resourceId: string;
  readonly name: string;
  /** From this share of the expected level, 0 to 1, and from this many devices on, a drop is told. */
  readonly dropShare: number;
  readonly dropAtLeast: number;
};

/** null in a field of `match`: everything matches. */
export type Route = {
  readonly match: {
    readonly sites: readonly string[] | null;
    /** Globs on the device id. */
    readonly devices: readonly string[] | null;
    /** Hub names, compared without case. */
    readonly hubs: readonly string[] | null;
    readonly severity: readonly Severity[] | null;
  };
  readonly per: Per;
  readonly to: readonly string[];
  readonly final: boolean;
};

/** Words and steps that the operator of this installation added to the built-in catalogue of causes and codes. */
export type CatalogueOverrides = {
  readonly codes: Readonly<
    Record<string, { readonly name?: string; readonly meaning?: string; readonly steps?: readonly string[] }>
  >;
  readonly causes: Readonly<
    Partial<Record<Cause, { readonly meaning?: string; readonly steps?: readonly string[] }>>
  >;
};

/** The whole configuration, complete and checked: every default is filled in. */
export type Config = {
  readonly sites: readonly SiteConfig[];
  /** Has a named group `site`; null: none. */
  readonly sitePattern: RegExp | null;
  readonly hubs: readonly HubConfig[];
  readonly policy: Policy;
  readonly overrides: readonly Override[];
  readonly receivers: ReadonlyMap<string, Receiver>;
  readonly routes: readonly Route[];
  readonly delivery: Delivery;
  readonly catalogue: CatalogueOverrides;
  /** The receiver that is told about the responder itself; null: nobody. */
  readonly ops: string | null;
  /** Hex digest of everything that decides; changes when the file's meaning changes. */
  readonly hash: string;
};
