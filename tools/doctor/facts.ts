import type { LogAnswer } from '../../src/lib/diagnosis/logs/logWorkspace.ts';

/** What went wrong with one call. */
export type Trouble = {
  /** The HTTP status; null: there was no answer. */
  readonly status: number | null;
  readonly says: string;
  /** Nobody is signed in on this machine. */
  readonly signedOut: boolean;
};

/** What became of writing, reading and deleting one thing: the first trouble; null: none. */
export type Probe = { readonly did: 'write' | 'read' | 'delete'; readonly trouble: Trouble } | null;

export type QueueFacts = {
  readonly name: string;
  /** Messages in it, those that are due later too; null: there is no such queue yet. */
  readonly waiting: number | null;
  readonly setAside: number;
};

/** The parts that need storage; the reason why there are none: no storage is named. */
export type StorageFacts = {
  readonly table: Probe;
  readonly queue: Probe;
  /** null: the configuration is a file. */
  readonly blob: { readonly trouble: Trouble | null } | null;
  readonly queues: readonly QueueFacts[] | Trouble;
  /** Storage's clock, to the second, and when it was asked by this machine's. null: storage did not answer. */
  readonly clock: {
    readonly storageAtMs: number;
    readonly fromMs: number;
    readonly untilMs: number;
  } | null;
  /** When the sweep ran last; null: never, or it is not known. */
  readonly sweptAtMs: number | null;
  /** Receivers that cannot be told, by name. */
  readonly failing: ReadonlyMap<string, { readonly sinceMs: number; readonly error: string }>;
};

/** What `GET /api/responder` says, as far as it is looked at. Every part may be missing. */
export type ResponderAnswer = {
  readonly code?: { readonly version?: string };
  readonly rules?: { readonly hash?: string; readonly since?: string | null };
  readonly configuration?: { readonly problems?: readonly string[] };
  readonly hubs?: readonly { readonly hub: string; readonly lastEvent: string }[];
};

export type AppFacts = {
  readonly url: string;
  /** Of `GET /api/health`; null: no answer. */
  readonly health: number | null;
  /** What it says of itself; else why it does not. */
  readonly responder: ResponderAnswer | { readonly because: string };
};

export type AzureFacts = {
  /** How many instances of the function that takes the events are always ready; else why that is not known. */
  readonly alwaysReady: number | { readonly because: string };
  readonly subscription:
    | {
        readonly state: string;
        readonly destination: string;
        readonly types: readonly string[];
      }
    | { readonly because: string };
  readonly mailDomain:
    | {
        /** Domains that are linked to the mail service, with those of their records that are not verified. */
        readonly linked: readonly { readonly domain: string; readonly unverified: readonly string[] }[];
      }
    | { readonly because: string };
};

/** All that is looked at. Times are milliseconds. */
export type Facts = {
  readonly nowMs: number;
  /** A local run. */
  readonly development: boolean;
  readonly settings: {
    /** Why the settings cannot be used; null: they can. */
    readonly fault: string | null;
    readonly publicUrl: string | null;
    readonly mailService: boolean;
    readonly sender: string | null;
  };
  readonly configuration: { readonly source: string } & (
    | {
        readonly problems: null;
        readonly hash: string;
        readonly receivers: readonly {
          readonly name: string;
          readonly kind: string;
          readonly usesAcs: boolean;
        }[];
      }
    | { readonly problems: readonly string[] }
  );
  readonly storage: StorageFacts | null;
  /** null: no workspace is named. */
  readonly logs: LogAnswer | null;
  /** What became of a test at each receiver, null: it arrived. Left out: none was asked for. */
  readonly tests?: ReadonlyMap<string, string | null>;
  readonly app: AppFacts | null;
  /** Why Azure could not be asked, where it could not. */
  readonly azure: AzureFacts | { readonly because: string };
  readonly versions: { readonly code: string; readonly node: string };
};
