import { createHash } from 'node:crypto';
import type { Handle } from '../../../incident/handle.ts';

/**
 * The integration that has an open alert of an incident. PagerDuty applies an event to an alert only if it comes by the
 * key that opened it, and drops others with 202 (Events API v2, "Alert De-Duplication").
 */
export type Integration = {
  /** The application setting that held the key; null: it stood in the file. */
  readonly setting: string | null;
  /** Tells keys apart and reveals none. */
  readonly fingerprint: string;
};

/** More than one only when the key was changed and the one before was given away. */
const mostIntegrations = 16;

export function integrationOf(key: string, setting: string | null): Integration {
  const fingerprint = createHash('sha256').update(key).digest('base64url').slice(0, 16);
  return { setting, fingerprint };
}

/** The integrations that may have an open alert of the incident, the newest last. */
export function openIn(handle: Handle | null): readonly Integration[] {
  const written = handle?.opened;
  if (typeof written !== 'string') return [];
  return written.split(' ').flatMap((each) => {
    const [, setting = '', fingerprint] = /^(\w*)=([\w-]{16})$/.exec(each) ?? [];
    return fingerprint === undefined ? [] : [{ setting: setting === '' ? null : setting, fingerprint }];
  });
}

/** What is kept of them; null: none has one. */
export function handleOf(integrations: readonly Integration[]): Handle | null {
  if (integrations.length === 0) return null;
  const written = integrations
    .slice(-mostIntegrations)
    .map(({ setting, fingerprint }) => `${setting ?? ''}=${fingerprint}`);
  return { kind: 'pagerduty', opened: written.join(' ') };
}

/** The integrations with another one, once each. */
export function withIntegration(all: readonly Integration[], another: Integration): readonly Integration[] {
  return all.some(({ fingerprint }) => fingerprint === another.fingerprint) ? all : [...all, another];
}

/** The key of an integration among those that are still held; null: it was given away. */
export function keyOf(
  { setting, fingerprint }: Integration,
  held: readonly string[],
  read: (setting: string) => string | null,
): string | null {
  const fromSetting = setting === null ? null : read(setting);
  const candidates = fromSetting === null ? held : [...held, fromSetting];
  return candidates.find((key) => integrationOf(key, null).fingerprint === fingerprint) ?? null;
}
