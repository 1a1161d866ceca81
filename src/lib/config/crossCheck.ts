import { parseDuration, parsePercentage } from '../fields/quantities.ts';
import { channelKinds } from '../notify/channels/registry.ts';
import { policyFields } from '../policy/policyFields.ts';
import { deliveryFields } from '../policy/receiver.ts';
import { maintenanceFindings } from './maintenanceFindings.ts';
import type { Finding } from './problem.ts';
import { generalFields } from './receiverSection.ts';
import { referenceFindings } from './references.ts';
import { routeFindings } from './routeFindings.ts';
import { entriesOf, fieldOf, firstText, isMap, itemsOf } from './untyped.ts';

const siteFields = Object.entries(policyFields)
  .filter(([, { scope }]) => scope === 'site')
  .map(([name]) => name);
const channels = channelKinds.map(({ kind }) => kind);
const receiverFields = [...channels, ...generalFields];

/**
 * Mistakes that span several fields. Takes the file as it was read, so that they are found beside mistakes of shape;
 * what is not well-formed is passed over, because the schema names it.
 */
export function crossCheck(file: unknown): readonly Finding[] {
  return [
    ...referenceFindings(file),
    ...siteFindings(file),
    ...hubFindings(file),
    ...flappingFindings(['policy'], fieldOf(file, 'policy')),
    ...overrideFindings(file),
    ...receiverFindings(file),
    ...maintenanceFindings(file),
    ...routeFindings(file),
    ...retryFindings(['delivery'], fieldOf(file, 'delivery')),
  ];
}

function* siteFindings(file: unknown): Iterable<Finding> {
  const first = new Map<unknown, number>();
  for (const [index, site] of itemsOf(fieldOf(file, 'sites')).entries()) {
    const id = fieldOf(site, 'id');
    const earlier = first.get(id);
    if (id !== undefined && earlier !== undefined) {
      yield {
        path: ['sites', index, 'id'],
        message: `is already the id of sites[${earlier}]; each id must be unique`,
      };
    } else first.set(id, index);
    if (fieldOf(file, 'sitePattern') === undefined && isMap(site) && fieldOf(site, 'devices') === undefined) {
      const message = 'is missing; without devices or a sitePattern, no device belongs to this site';
      yield { path: ['sites', index, 'devices'], message };
    }
  }
}

function* hubFindings(file: unknown): Iterable<Finding> {
  const first = new Map<string, number>();
  for (const [index, hub] of itemsOf(fieldOf(file, 'hubs')).entries()) {
    const id = fieldOf(hub, 'resourceId');
    if (typeof id !== 'string') continue;
    const name = id.toLowerCase().split('/').at(-1)!;
    const earlier = first.get(name);
    if (earlier === undefined) first.set(name, index);
    else {
      const message = `names the hub of hubs[${earlier}] again; list each hub once`;
      yield { path: ['hubs', index, 'resourceId'], message };
    }
  }
}

function* overrideFindings(file: unknown): Iterable<Finding> {
  const general = fieldOf(fieldOf(file, 'policy'), 'flapping');
  for (const [index, override] of itemsOf(fieldOf(file, 'overrides')).entries()) {
    const [devices, sites] = [fieldOf(override, 'devices'), fieldOf(override, 'sites')];
    const policy = fieldOf(override, 'policy');
    if (isMap(override) && devices === undefined && sites === undefined) {
      yield {
        path: ['overrides', index],
        message: 'names neither devices nor sites; name at least one of them',
        aboutKey: true,
      };
    }
    for (const field of siteFields) {
      if (devices === undefined || fieldOf(policy, field) === undefined) continue;
      const message = 'applies to a whole site; set it in an override that names sites and no devices';
      yield { path: ['overrides', index, 'policy', field], message };
    }
    yield* flappingFindings(['overrides', index, 'policy'], policy, general);
  }
}

function* flappingFindings(
  path: readonly PropertyKey[],
  policy: unknown,
  general?: unknown,
): Iterable<Finding> {
  const flapping = fieldOf(policy, 'flapping');
  if (!isMap(flapping)) return;
  const written = (field: 'startAt' | 'stopAt') =>
    firstText(fieldOf(flapping, field), fieldOf(general, field), policyFields.flapping.fields[field].default);
  const [startAt, stopAt] = [parsePercentage(written('startAt')), parsePercentage(written('stopAt'))];
  if (startAt === undefined || stopAt === undefined || stopAt < startAt) return;
  const field = fieldOf(flapping, 'stopAt') === undefined ? 'startAt' : 'stopAt';
  const message = `stopAt (${written('stopAt')}) must be below startAt (${written('startAt')})`;
  yield { path: [...path, 'flapping', field], message, aboutKey: true };
}

function* receiverFindings(file: unknown): Iterable<Finding> {
  for (const [name, receiver] of entriesOf(fieldOf(file, 'receivers'))) {
    const path = ['receivers', name];
    if (isMap(receiver)) {
      const chosen = channels.filter((channel) => fieldOf(receiver, channel) !== undefined);
      const accepted = `use exactly one of ${channels.join(', ')}`;
      // A channel that is misspelled is named as such.
      const allKnown = Object.keys(receiver).every((field) => receiverFields.includes(field));
      if (chosen.length === 0 && allKnown)
        yield { path, message: `has no channel; ${accepted}`, aboutKey: true };
      if (chosen.length > 1)
        yield { path, message: `has ${chosen.join(' and ')}; ${accepted}`, aboutKey: true };
    }
    for (const { kind, shared } of channelKinds) {
      const settings = fieldOf(receiver, kind);
      const lack = settings === undefined ? null : shared?.lack(settings, fieldOf(file, kind));
      if (lack) yield { path: [...path, kind, lack.field], message: lack.message };
    }
    if (fieldOf(receiver, 'fallbackAfter') !== undefined && fieldOf(receiver, 'fallback') === undefined) {
      yield {
        path: [...path, 'fallbackAfter'],
        message: 'has no effect without a fallback; add fallback to this receiver',
      };
    }
    yield* retryFindings([...path, 'delivery'], fieldOf(receiver, 'delivery'), fieldOf(file, 'delivery'));
  }
}

/** A receiver's own delivery is completed by the general one; a first delay that nobody set adapts to the longest. */
function* retryFindings(
  path: readonly PropertyKey[],
  delivery: unknown,
  general?: unknown,
): Iterable<Finding> {
  const [ownFirst, ownMax] = [fieldOf(delivery, 'retryFirst'), fieldOf(delivery, 'retryMax')];
  if (ownFirst === undefined && ownMax === undefined) return;
  const first = firstText(ownFirst, fieldOf(general, 'retryFirst'));
  const max = firstText(ownMax, fieldOf(general, 'retryMax'), deliveryFields.retryMax.default);
  const [firstMs, maxMs] = [parseDuration(first), parseDuration(max)];
  if (firstMs === undefined || maxMs === undefined || firstMs <= maxMs) return;
  const message = `retryFirst (${first}) must not be longer than retryMax (${max})`;
  yield { path: [...path, ownFirst === undefined ? 'retryMax' : 'retryFirst'], message, aboutKey: true };
}
