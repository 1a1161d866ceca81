import type { RoutedIncident } from '../../policy/routing.ts';
import type { Rules } from '../../policy/rules.ts';

/** A kind of place that the routes of two configurations tell apart, with an incident that happens there. */
export type Place = {
  readonly site: string;
  readonly hub: string;
  readonly devices: string;
  readonly incident: Omit<RoutedIncident, 'per' | 'severity'>;
};

// No hub, site or device has a name with such a character.
const other = '\u0000';

/** Reached by routes that name neither sites nor devices: said only where not every site is. */
const wholeHubs = 'hubs as a whole';

type Kind = { readonly words: string; readonly incident: Pick<RoutedIncident, 'siteId' | 'siteKind'> };

/** Every combination of sites, hubs and devices that a route of either names, and of those that none names. */
export function placesOf(before: Rules, after: Rules): Place[] {
  const matches = [...before.routes, ...after.routes].map(({ match }) => match);
  const sites = unique(matches.flatMap((match) => match.sites ?? []));
  const hubs = unique(matches.flatMap((match) => match.hubs ?? []).map((hub) => hub.toLowerCase()));
  const globs = unique(matches.flatMap((match) => match.devices ?? []));
  const kinds: readonly Kind[] = [
    ...sites.map((id) => ({ words: id, incident: { siteId: id, siteKind: 'site' as const } })),
    {
      words: sites.length === 0 ? 'sites' : 'every other site',
      incident: { siteId: other, siteKind: 'site' },
    },
    { words: 'devices without a site', incident: { siteId: other, siteKind: 'device' } },
    { words: wholeHubs, incident: { siteId: other, siteKind: 'hub' } },
  ];
  const devices = [
    ...globs.map((glob) => ({ words: glob, id: sampleOf(glob) })),
    { words: other, id: other },
  ];
  return kinds.flatMap(({ words: site, incident }) =>
    [...hubs, other].flatMap((hub) =>
      devices.map((device) => ({
        site,
        hub,
        devices: device.words,
        incident: { ...incident, hubName: hub, deviceIds: [device.id] },
      })),
    ),
  );
}

/** The places in as few phrases as name them all. */
export function placesInWords(places: readonly Place[], all: readonly Place[]): string[] {
  const bySites = groups(
    places,
    ({ hub, devices }) => JSON.stringify([hub, devices]),
    ({ site }) => site,
  );
  const byHubs = groups(
    bySites,
    ({ first, values }) => JSON.stringify([values, first.devices]),
    ({ first }) => first.hub,
  );
  const byDevices = groups(
    byHubs,
    ({ first, values }) => JSON.stringify([first.values, values]),
    ({ first }) => first.first.devices,
  );
  const words = (values: readonly string[], of: (place: Place) => string, named: (name: string) => string) =>
    values.length === new Set(all.map(of)).size ? null : values.map(named).join(', ');
  return byDevices.map(({ first, values }) => {
    const sites = sitesInWords(first.first.values, all);
    const hubs = words(
      first.values,
      ({ hub }) => hub,
      (name) => (name === other ? 'other hubs' : name),
    );
    const devices = words(
      values,
      (place) => place.devices,
      (name) => (name === other ? 'other devices' : name),
    );
    return `${sites}${hubs === null ? '' : ` on ${hubs}`}${devices === null ? '' : ` with ${devices}`}`;
  });
}

function sitesInWords(sites: readonly string[], all: readonly Place[]): string {
  const isSite = (name: string) => name !== wholeHubs;
  const every = new Set(all.map(({ site }) => site).filter(isSite));
  return sites.filter(isSite).length === every.size ? 'every site' : sites.join(', ');
}

type Group<Item> = { readonly first: Item; readonly values: readonly string[] };

function groups<Item>(
  items: readonly Item[],
  keyOf: (item: Item) => string,
  namedBy: (item: Item) => string,
): Group<Item>[] {
  return [...Map.groupBy(items, keyOf).values()].map((group) => ({
    first: group[0]!,
    values: unique(group.map(namedBy)),
  }));
}

function sampleOf(glob: string): string {
  return glob.replace(/\\\*|\*/g, (token) => (token === '*' ? other : '*'));
}

function unique(values: readonly string[]): string[] {
  return [...new Set(values)];
}
