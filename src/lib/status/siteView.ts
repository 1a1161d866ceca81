import type { Access } from '../access/access.ts';
import type { App } from '../app/app.ts';
import type { PhaseFilter } from '../app/lists/deviceItems.ts';
import { listDevices } from '../app/lists/devices.ts';
import { listIncidents } from '../app/lists/incidents.ts';
import { siteItem } from '../app/lists/siteItems.ts';
import { siteOfKey } from '../app/places.ts';
import { deviceKey } from '../device/device.ts';
import type { SiteKey } from '../directory/placeKey.ts';
import type { SaidCode } from '../pages/link/saidCodes.ts';
import { contactOf } from './contactOf.ts';
import { controlLines } from './controlLines.ts';
import { holdOf } from './holdOf.ts';
import type { Trail } from './paging.ts';
import type { Reading } from './shell.ts';
import { siteTokens } from './siteForms.ts';
import type { SiteView } from './sitePage.ts';

/** What is asked of the devices of a site. */
export type AskedDevices = {
  readonly q: string;
  readonly phase: PhaseFilter | null;
  readonly list: string;
  readonly trail: Trail;
};

const devicesOnPage = 50;
const incidentsOnPage = 20;
const notesOnPage = 10;

/** A site and what is to be seen of it; null: nothing is known of it. */
export async function siteViewOf(
  app: App,
  key: SiteKey,
  asked: AskedDevices,
  { sites: visible, name, mayAct }: Access,
  said: SaidCode | null,
  reading: Reading,
): Promise<SiteView | null> {
  const { nowMs } = reading;
  const [card] = await app.list.cardsOf([key]);
  if (!card) return null;
  const site = siteOfKey(app.rules, key);
  const { q, phase, trail } = asked;
  const filter = { hub: key.hub, site: key, visible };
  const [devices, incidents, controls, notes, hold] = await Promise.all([
    listDevices(
      app,
      { ...filter, q: q === '' ? null : q, phase },
      { limit: devicesOnPage, at: trail.at(-1) ?? null },
      nowMs,
    ),
    listIncidents(
      app,
      { ...filter, status: null, device: null, sinceMs: null, untilMs: null },
      { limit: incidentsOnPage, at: null },
    ),
    controlLines(app, key.hub, site, nowMs),
    app.fleet.notes(key),
    holdOf(app, key, card.known, nowMs),
  ]);
  const contact = await contactOf(app, key, devices.items, nowMs);
  return {
    reading,
    path: reading.paths.site(key.hub, key.kind === 'device' ? `~${key.id}` : key.id),
    item: siteItem(app.rules, card),
    site,
    devices: devices.items.map((item) => ({ item, contact: contact.get(deviceKey(item)) ?? [] })),
    ...asked,
    next: devices.next,
    incidents: incidents.items,
    controls,
    notes: notes.slice(-notesOnPage).toReversed(),
    hold,
    tokens: mayAct ? await siteTokens(app, { key, hub: card.hubName, name }, nowMs) : null,
    said,
  };
}
