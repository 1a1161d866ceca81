import { isVisible, listSites, siteItem } from '../lib/app/lists/siteItems.ts';
import { siteNamed } from '../lib/pages/paths.ts';
import { lists, missing, notAllowed, Refusal, reads } from './read.ts';

lists('listSites', async ({ app, query: { q = null, hub = null }, visible }, part) => {
  const { items, next } = await listSites(app, { q, hub, visible }, part);
  return { items: items.map((card) => siteItem(app.rules, card)), next };
});

reads('getSite', async ({ app, params: { hub = '', site = '' }, visible }) => {
  const key = { ...siteNamed(app.rules, site), hub: hub.toLowerCase() };
  if (!isVisible(visible, key)) return new Refusal(notAllowed);
  const [card] = await app.list.cardsOf([key]);
  return card ? siteItem(app.rules, card) : missing('there is no site of this name at this hub');
});
