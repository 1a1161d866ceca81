import type { DeviceStory } from './deviceStory.ts';
import { type Elsewhere, isDown, isLostWith } from './elsewhere.ts';
import type { LogRow } from './logRow.ts';
import type { LossCluster } from './lossCluster.ts';

/** What those that fell have in common and those that stayed do not. */
export type Separator = {
  readonly trait: 'protocol' | 'client' | 'address' | 'name';
  readonly value: string;
  readonly fallen: number;
  readonly stayed: number;
};

export type Traits = { readonly protocol: string; readonly client: string; readonly address: string };

const leastFallen = 3;
const leastStayed = 2;
const nearlyAll = 0.9;
const nearlyNone = 0.1;

/** The traits of a device that stayed, from its newest rows. */
export function traitsOf(rows: readonly LogRow[]): Traits {
  const newest = (pick: (row: LogRow) => string) => rows.findLast((row) => pick(row) !== '');
  return {
    protocol: newest((row) => row.protocol)?.protocol ?? '',
    client: newest((row) => row.client)?.client ?? '',
    address: newest((row) => row.address)?.address ?? '',
  };
}

export function separatorsOf(
  fallen: readonly Traits[],
  stayed: readonly Traits[],
  fallenIds: readonly string[],
  stayedIds: readonly string[],
): Separator[] {
  const traits = (['protocol', 'client', 'address'] as const).flatMap((trait) => {
    const found = separatorBy(
      trait,
      fallen.map((each) => each[trait]),
      stayed.map((each) => each[trait]),
    );
    return found ? [found] : [];
  });
  const name = separatorByName(fallenIds, stayedIds);
  return name ? [...traits, name] : traits;
}

/**
 * What tells the fallen of at least two sites from those that stayed. Where no site has both, the place explains as much
 * as the trait, so a site with both is asked for.
 */
export function pooledSeparators(
  down: readonly Traits[],
  up: readonly Traits[],
  { whole, partial, untouched }: Elsewhere,
  cluster: LossCluster | null,
): Separator[] {
  const hit = [...whole, ...partial].flatMap(({ devices }) => devices);
  const single = untouched.flatMap(({ devices }) => devices);
  const lost = [...hit, ...single].filter((device) => isLostWith(device, cluster));
  const well = [...hit, ...single].filter((device) => !isDown(device));
  const sites = new Set(lost.map(({ site }) => site.id));
  if (sites.size === 0 || down.length === 0) return [];
  return (['protocol', 'client'] as const).flatMap((trait) => {
    const found = separatorBy(
      trait,
      [...down, ...lost.map(({ newest }) => newest)].map((each) => each[trait]),
      [...up, ...well.map(({ newest }) => newest)].map((each) => each[trait]),
    );
    const mixed = up.some((each) => each[trait] !== '') || well.some(({ site }) => sites.has(site.id));
    return found && mixed && down.every((each) => each[trait] === found.value || each[trait] === '')
      ? [found]
      : [];
  });
}

function separatorBy(
  trait: Separator['trait'],
  fallen: readonly string[],
  stayed: readonly string[],
): Separator | null {
  const down = fallen.filter((value) => value !== '');
  const up = stayed.filter((value) => value !== '');
  if (down.length < leastFallen || up.length < leastStayed || down.length < fallen.length / 2) return null;
  const [value, group] = [...Map.groupBy(down, (each) => each)].sort(
    ([, a], [, b]) => b.length - a.length,
  )[0]!;
  const same = up.filter((each) => each === value).length;
  if (group.length < nearlyAll * down.length || same > nearlyNone * up.length) return null;
  return { trait, value, fallen: group.length, stayed: up.length };
}

/** A beginning of the name, up to a separator, that nearly all that fell have and nearly none that stayed. */
function separatorByName(fallen: readonly string[], stayed: readonly string[]): Separator | null {
  if (fallen.length < 2 || stayed.length < leastStayed) return null;
  const stems = new Map<string, { fallen: number; stayed: number }>();
  for (const [ids, state] of [
    [fallen, 'fallen'],
    [stayed, 'stayed'],
  ] as const) {
    for (const stem of ids.flatMap(stemsOf)) {
      const count = stems.get(stem) ?? { fallen: 0, stayed: 0 };
      count[state]++;
      stems.set(stem, count);
    }
  }
  const best = [...stems]
    .filter(([, count]) => count.fallen >= Math.max(2, 0.8 * fallen.length))
    .filter(([, count]) => count.stayed <= nearlyNone * (count.fallen + count.stayed))
    .sort(([a, x], [b, y]) => y.fallen - x.fallen || a.length - b.length)[0];
  return best ? { trait: 'name', value: best[0], fallen: best[1].fallen, stayed: stayed.length } : null;
}

function stemsOf(deviceId: string): string[] {
  return [...deviceId.matchAll(/[-_.:+/]/g)].map(({ index }) => deviceId.slice(0, index + 1));
}

export function traitsOfStory({ protocol, client, address }: DeviceStory): Traits {
  return { protocol, client, address };
}
