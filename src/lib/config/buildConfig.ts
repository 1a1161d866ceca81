import { noControls } from '../control/control.ts';
import type { FlappingPolicy } from '../device/devicePolicy.ts';
import type { CatalogueOverrides } from '../diagnosis/catalogue/catalogueOverrides.ts';
import { type Defined, defaultsOf, definedFields, valuesOf } from '../fields/tableSection.ts';
import { changesInPlace, channelKinds, channelOf } from '../notify/channels/registry.ts';
import type { Override, Policy } from '../policy/policy.ts';
import { policyFields } from '../policy/policyFields.ts';
import { type Delivery, type Receiver, receiverFields } from '../policy/receiver.ts';
import type { Rules } from '../policy/rules.ts';
import { selfWatchFields } from '../policy/selfWatch.ts';
import { intervalsOf, routeOf, windowOf } from './buildRoutes.ts';
import { configHash } from './configHash.ts';
import type { ConfigFile } from './schema.ts';
import { entriesOf, fieldOf } from './untyped.ts';

/**
 * The checked file as rules; when its version began is for whoever knows where it came from.
 * @param written the file before application settings were filled in; null: it takes none
 */
export function buildConfig(file: ConfigFile, written: unknown = null): Rules {
  const delivery = withShortRetry(file.delivery);
  const intervals = intervalsOf(file.timeIntervals);
  const meaning = {
    sites: file.sites.map(({ id, name = id, timeZone, devices = [] }) => ({ id, name, timeZone, devices })),
    sitePattern: file.sitePattern === undefined ? null : new RegExp(file.sitePattern),
    hubs: file.hubs,
    policy: file.policy,
    overrides: file.overrides.map((override) => overrideOf(override, file.policy)),
    receivers: new Map(
      Object.entries(file.receivers).map(([name, receiver]) => [
        name,
        { ...receiverOf(name, receiver, file, delivery), ...settingNamesOf(written, name) },
      ]),
    ),
    routes: file.routes.map((route) => routeOf(route, intervals)),
    delivery,
    allowHosts: file.allowHosts,
    catalogue: catalogueOf(file.diagnosis.catalogue),
    historyDays: file.historyDays,
    ops: file.ops ?? null,
    maintenance: file.maintenance.map((window) => windowOf(window, intervals)),
    digests: file.digest,
    linksValidForMs: file.links.validForMs,
    access: file.access,
    selfWatch: {
      heartbeatUrl: file.selfWatch.heartbeatUrl ?? null,
      ...valuesOf(selfWatchFields, file.selfWatch),
    },
  };
  return { ...meaning, controls: noControls, version: { atMs: 0, hash: configHash(meaning) } };
}

const defaultFlapping: FlappingPolicy = defaultsOf(policyFields.flapping.fields);

/** What the override leaves open of flapping is as in the general policy, or by default where that has none. */
function overrideOf(written: ConfigFile['overrides'][number], general: Policy): Override {
  const { flapping, ...policy } = written.policy;
  return {
    devices: written.devices ?? null,
    sites: written.sites ?? null,
    policy:
      flapping === undefined
        ? policy
        : { ...policy, flapping: flapping && { ...(general.flapping ?? defaultFlapping), ...flapping } },
  };
}

function receiverOf(
  name: string,
  written: ConfigFile['receivers'][string],
  file: ConfigFile,
  general: Delivery,
): Receiver {
  const channel = channelOf(written, file);
  const own = valuesOf(receiverFields, written);
  return {
    name,
    channel,
    fallback: written.fallback ?? null,
    ...own,
    hearsAcknowledgements: own.tellAcknowledgements || changesInPlace(channel),
    delivery: withShortRetry({ ...general, ...written.delivery }),
  };
}

/** Which fields of a receiver's channel are an application setting and nothing else. */
function settingNamesOf(written: unknown, name: string): Pick<Receiver, 'settingNames'> {
  const receiver = fieldOf(fieldOf(written, 'receivers'), name);
  const channel = channelKinds.map(({ kind }) => fieldOf(receiver, kind)).find((each) => each !== undefined);
  const names = entriesOf(channel).flatMap(([field, text]) => {
    const setting = typeof text === 'string' ? /^\$\{(\w+)\}$/.exec(text)?.[1] : undefined;
    return setting === undefined ? [] : [[field, setting] as const];
  });
  return names.length === 0 ? {} : { settingNames: Object.fromEntries(names) };
}

/** The default of the first delay is not longer than a longest delay that was set. */
function withShortRetry(delivery: Delivery): Delivery {
  return { ...delivery, retryFirstMs: Math.min(delivery.retryFirstMs, delivery.retryMaxMs) };
}

function catalogueOf({ codes, causes }: ConfigFile['diagnosis']['catalogue']): CatalogueOverrides {
  return { codes: definedOfEach(codes), causes: definedOfEach(definedFields(causes)) };
}

function definedOfEach<Entry extends object>(
  entries: Readonly<Record<string, Entry>>,
): Record<string, Defined<Entry>> {
  return Object.fromEntries(Object.entries(entries).map(([key, entry]) => [key, definedFields(entry)]));
}
