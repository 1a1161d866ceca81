import type { Member, Traits } from '../stories/members.ts';
import { thresholds } from '../thresholds.ts';

export type Trait = keyof Traits;

/** What the devices that fell have in common, and how well it tells them from those that stayed. */
export type Shared = {
  readonly trait: Trait | 'name';
  readonly value: string;
  /** Fell and have it. */
  readonly hits: readonly Member[];
  /** Have it and did not fall. */
  readonly exceptions: readonly Member[];
  /** Fell without it. */
  readonly leftovers: readonly Member[];
  /** Did not fall, and are known not to have it. */
  readonly contrast: readonly Member[];
};

/**
 * The value of a trait that nearly all that fell here share, over some devices; null: there is none, or nobody to compare
 * with. What everybody shares is no reason, so it takes devices that stayed and are known to differ.
 */
export function sharedTrait(trait: Trait, members: readonly Member[]): Shared | null {
  const fell = members.filter((member) => member.fell && member.own);
  const known = fell.filter(({ traits }) => traits[trait] !== '');
  if (known.length === 0 || known.length < fell.length / 2) return null;
  const values = [...Map.groupBy(known, ({ traits }) => traits[trait])].sort(
    ([a, x], [b, y]) => y.length - x.length || (a < b ? -1 : 1),
  );
  const [value, group] = values[0]!;
  if (group.length < thresholds.sharedTrait * known.length) return null;
  return split(trait, value, members, ({ traits }) =>
    traits[trait] === '' ? null : traits[trait] === value,
  );
}

/** A beginning of the device id up to a separator, shared by nearly all that fell here. */
export function sharedName(members: readonly Member[]): Shared | null {
  const own = members.filter((member) => member.own);
  const fell = own.filter((member) => member.fell);
  if (fell.length < 2) return null;
  const counts = new Map<string, { fell: number; all: number }>();
  for (const member of own) {
    for (const stem of stemsOf(member.deviceId)) {
      const count = counts.get(stem) ?? { fell: 0, all: 0 };
      counts.set(stem, { fell: count.fell + (member.fell ? 1 : 0), all: count.all + 1 });
    }
  }
  const best = [...counts]
    .filter(
      ([, count]) => count.fell >= Math.max(2, thresholds.wholeSite * fell.length) && count.all < own.length,
    )
    .sort(([a, x], [b, y]) => x.all - x.fell - (y.all - y.fell) || y.fell - x.fell || a.length - b.length)[0];
  if (!best) return null;
  const [value] = best;
  return split('name', value, own, ({ deviceId }) => deviceId.startsWith(value));
}

function split(
  trait: Shared['trait'],
  value: string,
  members: readonly Member[],
  has: (member: Member) => boolean | null,
): Shared | null {
  const hits = members.filter((member) => member.fell && has(member) === true);
  const leftovers = members.filter((member) => member.fell && has(member) === false);
  const exceptions = members.filter((member) => !member.fell && has(member) === true);
  const contrast = members.filter((member) => !member.fell && has(member) === false);
  if (contrast.length < thresholds.leastContrast) return null;
  return { trait, value, hits, exceptions, leftovers, contrast };
}

/** What the exceptions and leftovers of a shared trait cost, in nats. */
export function costOf({ exceptions, leftovers }: Pick<Shared, 'exceptions' | 'leftovers'>): number {
  const { exception, counterexample, leftover } = thresholds.costs;
  const since = exceptions.filter(({ connectedSince }) => connectedSince).length;
  return (
    tapered(since) * counterexample +
    tapered(exceptions.length - since) * exception +
    tapered(leftovers.length) * leftover
  );
}

/** The first few count in full, further ones less: they are hardly independent of each other. */
function tapered(count: number): number {
  return count <= 3 ? count : 3 + Math.log(count / 3);
}

/** How surprising it is that just these of all devices of the site fell, if nothing tells them apart; nats. */
export function surpriseOfChoice(all: number, chosen: number): number {
  let nats = 0;
  for (let index = 0; index < Math.min(chosen, all - chosen); index++) {
    nats += Math.log((all - index) / (index + 1));
  }
  return nats;
}

function stemsOf(deviceId: string): string[] {
  return [...deviceId.matchAll(/[-_.:+/]/g)].map(({ index }) => deviceId.slice(0, index + 1));
}

/** Sites with devices that fell and devices that stayed: only there a trait can be told from the place. */
export function isMixed(members: readonly Member[]): boolean {
  return [...Map.groupBy(members, ({ site }) => site).values()].some(
    (group) => group.some(({ fell }) => fell) && group.some(({ fell }) => !fell),
  );
}

export const traitWords: Readonly<Record<Shared['trait'], string>> = {
  protocol: 'protocol',
  address: 'address',
  program: 'client program',
  client: 'client version',
  firmware: 'firmware',
  name: 'name',
};
