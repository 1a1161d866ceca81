import { deviceWithModules, listDevices } from '../lib/app/lists/devices.ts';
import { troublePhases } from '../lib/app/lists/devicesOfSite.ts';
import { isVisible } from '../lib/app/lists/siteItems.ts';
import { siteKeyOf } from '../lib/directory/placeKey.ts';
import { placeOf } from '../lib/directory/placeOf.ts';
import { deviceNamed, siteNamed } from '../lib/pages/paths.ts';
import { lists, missing, mistaken, notAllowed, Refusal, reads } from './read.ts';

lists('listDevices', async ({ app, query, nowMs, visible }, part) => {
  const { hub = null, q = null, phase = null } = query;
  const site = query.site === undefined ? null : siteNamed(app.rules, query.site);
  if (site === null && q === null) {
    if (phase === null)
      return mistaken('site', null, 'is missing; use a site, a whole device id as q, or a phase');
    if (!troublePhases.includes(phase)) {
      const accepted = `is not accepted without a site; use one of ${troublePhases.join(', ')}`;
      return mistaken('phase', phase, accepted);
    }
  }
  return listDevices(app, { hub, site, q, phase, visible }, part, nowMs);
});

reads('getDevice', async ({ app, params: { hub = '', deviceId: name = '' }, query, nowMs, visible }) => {
  const deviceId = deviceNamed(name);
  const key = siteKeyOf(hub, placeOf(app.rules, deviceId));
  if (!isVisible(visible, key)) return new Refusal(notAllowed);
  const items = await deviceWithModules(app, key, deviceId, nowMs);
  const wanted = query.module ?? null;
  return (
    items.find(({ moduleId }) => moduleId === wanted) ??
    missing('there is no device of this name at this hub')
  );
});
