import { deviceKey } from '../../device/device.ts';
import { formatPlaceKey, type SiteKey } from '../../directory/placeKey.ts';
import type { DeviceId } from '../../events/event.ts';
import type { DeviceItem, PhaseFilter } from '../../pages/deviceItem.ts';
import type { SiteCard } from '../../store/siteCard.ts';
import type { App } from '../app.ts';
import { eachAtMost } from '../eachAtMost.ts';
import { type DeviceContext, deviceItems, fitsFilter, inOrder } from './deviceItems.ts';
import { devicesByKey, membersInTrouble, openIncidents } from './devicesOfSite.ts';

/** A device and the place that it is of. */
export type Placed = DeviceId & { readonly place: string };

const sitesAtOnce = 8;

const inOrderOfPlaces = (a: Placed, b: Placed) =>
  a.deviceId === b.deviceId && a.moduleId === b.moduleId
    ? a.place < b.place
      ? -1
      : a.place > b.place
        ? 1
        : 0
    : inOrder(a, b);

/** What the open incidents of some sites tell of, by id over all of them. */
export async function devicesInTrouble(
  app: App,
  sites: readonly { readonly key: SiteKey; readonly card: SiteCard }[],
  {
    phase,
    limit,
    after,
  }: { readonly phase: PhaseFilter; readonly limit: number; readonly after: Placed | null },
  nowMs: number,
): Promise<{ readonly items: readonly DeviceItem[]; readonly goesOn: Placed | null }> {
  const contexts = new Map<string, DeviceContext>();
  const members: Placed[] = [];
  await eachAtMost(sitesAtOnce, sites, async ({ key, card }) => {
    const place = formatPlaceKey(key);
    const incidents = await openIncidents(app, key, card);
    contexts.set(place, { rules: app.rules, key, incidents, nowMs });
    for (const { deviceId, moduleId } of membersInTrouble(incidents))
      members.push({ deviceId, moduleId, place });
  });
  const ordered = members
    .sort(inOrderOfPlaces)
    .filter((member) => after === null || inOrderOfPlaces(member, after) > 0);
  const found: { readonly item: DeviceItem; readonly at: Placed }[] = [];
  for (let start = 0; start < ordered.length && found.length <= limit; start += limit) {
    const wave = ordered.slice(start, start + limit);
    const items = new Map<string, DeviceItem>();
    await eachAtMost(sitesAtOnce, [...Map.groupBy(wave, ({ place }) => place)], async ([place, own]) => {
      const context = contexts.get(place)!;
      const devices = await devicesByKey(app, context.key, own);
      for (const item of deviceItems(context, devices)) items.set(`${place}\n${deviceKey(item)}`, item);
    });
    for (const at of wave) {
      const item = items.get(`${at.place}\n${deviceKey(at)}`);
      if (item && fitsFilter(item, null, phase)) found.push({ item, at });
    }
  }
  return {
    items: found.slice(0, limit).map(({ item }) => item),
    goesOn: found.length > limit ? found[limit - 1]!.at : null,
  };
}
