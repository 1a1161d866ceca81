import { type Device, deviceKey } from '../device/device.ts';
import { newest } from '../device/newest.ts';
import type { SiteKey } from '../directory/placeKey.ts';
import type { TaggedDevice } from '../store/fleet.ts';
import { type App, mostAttempts } from './app.ts';

/**
 * Moves a device to the site that the rules give it now. It is merged there with what that site knows of it, over the
 * tag that was read, and leaves the old site only as it was merged. So it is at one of them at every moment, in any
 * order of any two instances. Its events stay with the site at which they were received. It is written there even when nothing is new: an instance with other rules that is about to
 * move it back must find another tag, or each would remove the row that the other one counts on. Answers false when the old site heard of it meanwhile: then it is moved by another look.
 *
 * @param etag of the device's row at the old site
 */
export async function moveDevice(
  app: App,
  from: SiteKey,
  to: SiteKey,
  device: Device,
  etag: string,
): Promise<boolean> {
  await app.knownSites.note(to);
  const here = (await app.fleet.devices(from, [device])).get(deviceKey(device));
  if (here?.etag !== etag) return false;
  await keepEvents(app, from, here);
  for (let attempt = 0; attempt < mostAttempts; attempt++) {
    const there = (await app.fleet.devices(to, [device])).get(deviceKey(device)) ?? null;
    const merged = there === null ? device : newest(there.record, device);
    if (there !== null) await keepEvents(app, to, there);
    const saved = await app.fleet.saveDevices(to, [{ device: merged, etag: there?.etag ?? null }]);
    if (saved === null) continue;
    return (await app.fleet.removeDevice(from, device, etag)) === 'saved';
  }
  return false;
}

/**
 * A record of events is of one site: with a move, and where two records are merged, another one begins. A device without
 * events leaves at least what it was.
 */
async function keepEvents(app: App, key: SiteKey, { record, recent }: TaggedDevice): Promise<void> {
  const events = recent ?? { run: app.now(), before: record, count: 0, packed: '' };
  await app.deviceEvents.keep(key, [{ device: record, hubName: record.hubName, events }]);
}
