import type { FlappingPolicy } from '../device/devicePolicy.ts';
import type { CatalogueOverrides } from '../diagnosis/catalogue/catalogueOverrides.ts';
import type { Override, Policy } from '../policy/policy.ts';
import type { Channel, Delivery, Receiver } from '../policy/receiver.ts';
import type { Rules } from '../policy/rules.ts';
import { configHash } from './configHash.ts';
import { defaults } from './defaults.ts';
import { parseDuration } from './duration.ts';
import { type Given, given } from './given.ts';
import type { ConfigFile } from './schema.ts';
import { parseShare } from './share.ts';
import { withUnits } from './withUnits.ts';

/** The checked file in the product's own terms; when its version began is for whoever knows where it came from. */
export function buildConfig(file: ConfigFile): Rules {
  const { flapping, severity = null, ...times } = withUnits(file.policy);
  const policy: Policy = { ...times, severity, flapping: flappingOf(flapping, defaultFlapping) };
  const delivery = deliveryOf(withUnits(file.delivery));
  const meaning = {
    sites: file.sites.map(({ id, name = id, timeZone, devices = [] }) => ({ id, name, timeZone, devices })),
    sitePattern: file.sitePattern === undefined ? null : new RegExp(file.sitePattern),
    hubs: file.hubs.map((hub) => ({ ...hub, name: hub.resourceId.split('/').at(-1)! })),
    policy,
    overrides: file.overrides.map((override) => overrideOf(override, policy.flapping ?? defaultFlapping)),
    receivers: new Map(
      Object.entries(file.receivers).map(([name, receiver]) => [name, receiverOf(name, receiver, delivery)]),
    ),
    routes: file.routes.map(
      ({ match: { sites = null, devices = null, hubs = null, severity = null }, ...route }) => ({
        match: { sites, devices, hubs, severity },
        ...route,
      }),
    ),
    delivery,
    catalogue: catalogueOf(file.diagnosis.catalogue),
    historyDays: file.historyDays,
    ops: file.ops ?? null,
  };
  return { ...meaning, version: { atMs: 0, hash: configHash(meaning) } };
}

const defaultFlapping: FlappingPolicy = {
  windowMs: parseDuration(defaults.flapping.window)!,
  startAt: parseShare(defaults.flapping.startAt)!,
  stopAt: parseShare(defaults.flapping.stopAt)!,
};

/** What the override leaves open of flapping is as in the general policy. */
function overrideOf(written: ConfigFile['overrides'][number], general: FlappingPolicy): Override {
  const { flapping, ...policy } = withUnits(written.policy);
  return {
    devices: written.devices ?? null,
    sites: written.sites ?? null,
    policy: flapping === undefined ? policy : { ...policy, flapping: flappingOf(flapping, general) },
  };
}

function flappingOf(
  written: ConfigFile['overrides'][number]['policy']['flapping'],
  general: FlappingPolicy,
): FlappingPolicy | null {
  return typeof written === 'object' ? { ...general, ...withUnits(written) } : null;
}

function receiverOf(name: string, written: ConfigFile['receivers'][string], general: Delivery): Receiver {
  return {
    name,
    channel: channelOf(written),
    fallback: written.fallback ?? null,
    fallbackAfterMs: written.fallbackAfter ?? parseDuration(defaults.fallbackAfter)!,
    delivery: deliveryOf({ ...general, ...withUnits(written.delivery ?? {}) }),
  };
}

/** The default of the first delay is not longer than a longest delay that was set. */
function deliveryOf(written: Delivery): Delivery {
  return { ...written, retryFirstMs: Math.min(written.retryFirstMs, written.retryMaxMs) };
}

function channelOf({ email, webhook }: ConfigFile['receivers'][string]): Channel {
  if (email) return { kind: 'email', to: email.to };
  if (webhook) return { kind: 'webhook', url: webhook.url, secret: webhook.secret ?? null };
  throw new Error('a receiver without a channel has passed the checks');
}

function catalogueOf({ codes, causes }: ConfigFile['diagnosis']['catalogue']): CatalogueOverrides {
  return { codes: givenOfEach(codes), causes: givenOfEach(given(causes)) };
}

function givenOfEach<Entry extends object>(
  entries: Readonly<Record<string, Entry>>,
): Record<string, Given<Entry>> {
  return Object.fromEntries(Object.entries(entries).map(([key, entry]) => [key, given(entry)]));
}
