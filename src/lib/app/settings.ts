import type { SignIn } from '../access/principal.ts';
import { type ConfigLocation, parseConfigLocation } from '../config/configLocation.ts';
import { type EventSource, eventSourceOf, eventSources } from '../events/eventSource.ts';
import type { StorageAccess } from '../store/access.ts';

export type Env = Readonly<Record<string, string | undefined>>;

/** The application settings that the code reads, except those of the channels. */
export type AppSettings = {
  readonly config: ConfigLocation;
  readonly eventSource: EventSource;
  /** A local run: http and loopback receivers are accepted. */
  readonly development: boolean;
  readonly tables: StorageAccess;
  readonly queues: StorageAccess;
  /** null: no blob is needed, the configuration is a file. */
  readonly blobs: StorageAccess | null;
  /** null: diagnosis is not set up. */
  readonly logs: { readonly workspaceId: string; readonly endpoint: string | null } | null;
  /** Origin of the metrics API; null: the public cloud. */
  readonly metricsEndpoint: string | null;
  readonly publicUrl: string | null;
  readonly signIn: SignIn;
};

/** Reads a setting; null: it is missing or empty. */
export function readerOf(env: Env): (name: string) => string | null {
  return (name) => env[name]?.trim() || null;
}

/** Thrown when an application setting that nothing works without is missing or cannot be used. */
export class SettingError extends Error {
  override readonly name = 'SettingError';
}

/** @throws {SettingError} when no usable storage is named; {ConfigError} when `RESPONDER_CONFIG` names no blob */
export function readSettings(env: Env): AppSettings {
  const read = readerOf(env);
  const workspaceId = read('LOG_ANALYTICS_WORKSPACE_ID');
  const config = parseConfigLocation(read('RESPONDER_CONFIG') ?? 'responder.config.yaml');
  return {
    config,
    development: read('AZURE_FUNCTIONS_ENVIRONMENT') === 'Development',
    tables: storageAccess(read, 'table'),
    queues: storageAccess(read, 'queue'),
    blobs: config.kind === 'blob' ? storageAccess(read, 'blob') : null,
    logs:
      workspaceId === null || workspaceId === 'none'
        ? null
        : { workspaceId, endpoint: read('LOG_ANALYTICS_ENDPOINT') },
    metricsEndpoint: read('METRICS_ENDPOINT'),
    signIn: signInOf(read),
    publicUrl: read('PUBLIC_URL')?.replace(/\/+$/, '') ?? null,
    eventSource: readEventSource(read),
  };
}

function readEventSource(read: (name: string) => string | null): EventSource {
  const setting = read('EVENT_SOURCE');
  const source = eventSourceOf(setting);
  if (source === null)
    throw new SettingError(`EVENT_SOURCE is ${setting}: use one of ${eventSources.join(', ')}`);
  return source;
}

/** Azure: only where the infrastructure has switched authentication on. Locally everything is open, unless it is tried. */
function signInOf(read: (name: string) => string | null): SignIn {
  if (read('AZURE_FUNCTIONS_ENVIRONMENT') === 'Development') {
    return read('LOCAL_SIGN_IN') === 'on' ? 'platform' : 'open';
  }
  return read('SIGN_IN') === 'platform' ? 'platform' : 'off';
}

/** A connection string, or an account or endpoint with the app's identity (docs/platform.md#settings-of-connections). */
export function storageAccess(
  read: (name: string) => string | null,
  service: 'table' | 'queue' | 'blob',
): StorageAccess {
  const connectionString = read('AzureWebJobsStorage');
  if (connectionString !== null) {
    if (isConnectionString(connectionString)) return { kind: 'connectionString', connectionString };
    // Its value may be a key in the wrong place, so it is not told.
    throw new SettingError(
      'AzureWebJobsStorage is not a connection string: use UseDevelopmentStorage=true, or AccountName=…;AccountKey=… or SharedAccessSignature=… with the addresses of the services',
    );
  }
  const account = read('AzureWebJobsStorage__accountName');
  const endpoint =
    read(`AzureWebJobsStorage__${service}ServiceUri`) ??
    (account === null ? null : `https://${account}.${service}.core.windows.net`);
  if (endpoint !== null) {
    if (!URL.canParse(endpoint))
      throw new SettingError(
        `the address of ${service}s is ${endpoint}: use one like https://<account>.${service}.core.windows.net`,
      );
    return { kind: 'identity', endpoint, clientId: read('AzureWebJobsStorage__clientId') };
  }
  throw new SettingError(
    `no storage for ${service}s: set AzureWebJobsStorage to a connection string, or AzureWebJobsStorage__accountName or AzureWebJobsStorage__${service}ServiceUri for the app's identity`,
  );
}

function isConnectionString(text: string): boolean {
  const names = new Set(text.split(';').map((part) => part.split('=')[0]?.trim().toLowerCase()));
  return (
    names.has('usedevelopmentstorage') ||
    names.has('sharedaccesssignature') ||
    (names.has('accountname') && names.has('accountkey'))
  );
}
