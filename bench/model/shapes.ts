import { seeded } from '../../local/seeded.ts';

/** What a fleet goes through: its sites and its events in their order of time. */
export type Shape = {
  /** Devices of each site. */
  readonly sites: readonly number[];
  readonly events: readonly FleetEvent[];
  /** Whether all who were lost come back. */
  readonly returns: boolean;
  /** Sites of which somebody must be told, once that they are down and once that they are back. */
  readonly lost: number;
  /** How long after its start all is over. */
  readonly endsMs: number;
};

/** At most so many connections a second: `max(100, 12 a unit)` on S1 (IoT Hub's quotas). */
export const connectsOfS1 = 100;

export type FleetEvent = {
  readonly atMs: number;
  readonly site: number;
  readonly device: number;
  readonly connected: boolean;
};

/** The hub notices a silent client after 1.5 times its keep-alive, and reports once a minute: 30 to 450 s, 60 s more. */
const [soonestMs, latestMs] = [30_000, 510_000];

/** How long a fleet is gone before its first device comes back. */
const goneMs = 30 * 60_000;

/** How long it goes on after the last event, so that holds end and everybody is told. */
const restMs = 30 * 60_000;

/**
 * Every device of these sites is lost, and they come back in any order, as many a second as the hub lets in.
 * @param connects null: nobody comes back
 */
export function lostFleet(sites: readonly number[], connects: number | null, spreadMs = latestMs): Shape {
  const random = seeded(16);
  const devices = sites.flatMap((count, site) =>
    Array.from({ length: count }, (_, device) => ({ site, device })),
  );
  const losses = devices.map((one) => ({
    ...one,
    atMs: Math.round(Math.min(soonestMs, spreadMs) + random() * Math.max(0, spreadMs - soonestMs)),
    connected: false,
  }));
  losses.sort((a, b) => a.atMs - b.atMs);
  const returning = connects === null ? [] : shuffled(devices, random);
  const returns = returning.map((one, index) => ({
    ...one,
    atMs: Math.round(latestMs + goneMs + (index * 1_000) / connects!),
    connected: true,
  }));
  const events = losses.concat(returns);
  const endsMs = events.at(-1)!.atMs + (connects === null ? restMs / 3 : restMs);
  return { sites, events, returns: connects !== null, lost: sites.length, endsMs };
}

/** One device of a fleet that changes ten times a second for ten minutes, and ends connected. */
export function restlessDevice(sites: readonly number[]): Shape {
  const events = Array.from({ length: 6_000 }, (_, index) => ({
    atMs: index * 100,
    site: 0,
    device: 0,
    connected: index % 2 === 1,
  }));
  return { sites, events, returns: true, lost: 1, endsMs: 600_000 + 4 * restMs };
}

/** An ordinary day in an hour: blips everywhere, token renewals, three sites lost, a restless device. */
export function mixedFleet(sites: readonly number[]): Shape {
  const random = seeded(17);
  const down = 3;
  const restless = down;
  const blips = Array.from({ length: Math.round(sites.length * 40) }, () => {
    const site = down + 1 + Math.floor(random() * (sites.length - down - 1));
    const device = Math.floor(random() * sites[site]!);
    const atMs = Math.round(random() * 3_600_000);
    return { site, device, atMs };
  });
  const seen = new Set<string>();
  const events: FleetEvent[] = blips.flatMap(({ site, device, atMs }) => {
    // A device has one blip at most: two might look like flapping.
    const name = `${site} ${device}`;
    if (seen.has(name)) return [];
    seen.add(name);
    return [
      { site, device, atMs, connected: false },
      { site, device, atMs: atMs + 1_000 + Math.floor(random() * 200_000), connected: true },
    ];
  });
  for (let site = 0; site < down; site++) {
    for (let device = 0; device < sites[site]!; device++) {
      events.push({ site, device, atMs: 600_000 + Math.floor(random() * 60_000), connected: false });
      events.push({ site, device, atMs: 2_400_000 + Math.floor(random() * 60_000), connected: true });
    }
  }
  for (let index = 0; index < 1_200; index++)
    events.push({ site: restless, device: 0, atMs: 600_000 + index * 500, connected: index % 2 === 1 });
  events.sort((a, b) => a.atMs - b.atMs);
  return { sites, events, returns: true, lost: down + 1, endsMs: 3_600_000 + 4 * restMs };
}

function shuffled<Item>(items: readonly Item[], random: () => number): Item[] {
  const all = [...items];
  for (let last = all.length - 1; last > 0; last--) {
    const other = Math.floor(random() * (last + 1));
    [all[last], all[other]] = [all[other]!, all[last]!];
  }
  return all;
}
