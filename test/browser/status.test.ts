import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { diagnosticRow } from '../../local/scenarios/iotHub.ts';
import { eventually } from '../e2e/eventually.ts';
import { type Stage, setStage, shortPolicy } from '../e2e/stage.ts';
import { signedIn } from '../support/signedIn.ts';
import { launch, Phone, violations } from './phone.ts';

// A name that would act, or turn the text around it, if it were not kept apart.
const hostile = '<img src=x onerror=alert(1)> \\u202Etnalp "&\' plant';

const config = `
policy: { ${shortPolicy} }
sites:
  - { id: oslo, name: Oslo plant, timeZone: Europe/Oslo, devices: ["oslo-*"] }
  - { id: odd, name: "${hostile.replaceAll('"', '\\"')}", timeZone: Europe/Oslo, devices: ["odd-*"] }
receivers:
  operators: { email: { to: ["ops@plant.example"] } }
routes:
  - { match: {}, per: site, to: [operators] }
access: [{ role: oslo-shift, sites: [oslo] }, { role: odd-shift, sites: [odd] }]
`;

/** People sign in here, as they do in Azure; whoever is not said to be another is this one. */
const kari = { extraHTTPHeaders: signedIn('Kari Nordmann', 'operator') };

let browser: Browser;
let stage: Stage;
let phone: Phone;
let ours: string[];
let incident: string;

const idsOf = (site: string, count: number) =>
  Array.from({ length: count }, (_, index) => `${site}-${index}`);
const open = (path: string) => phone.open(`${stage.product.url}${path}`);
const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true });
/** What the page says of a press; the element beside it says when the page is old. */
const said = (page: Page) => page.locator('main .said').innerText();
/** A press is done before the page that answers it is there; the one before may have said something too. */
const expectSaid = (page: Page) => expect.poll(() => said(page), { timeout: 15_000 });
const h1 = (page: Page) => page.getByRole('heading', { level: 1 }).innerText();

beforeAll(async () => {
  [browser, stage] = await Promise.all([launch(), setStage(() => config, { LOCAL_SIGN_IN: 'on' })]);
  ours = [stage.product.url, `http://localhost:${new URL(stage.product.url).port}`];
  await stage.plant.connect(...idsOf('oslo', 60), ...idsOf('odd', 3));
  // With the logs the first notice has the cause, and so steps to take.
  const [operation, error] = ['deviceDisconnect', ['404104', 'DeviceConnectionClosedRemotely']] as const;
  const row = (deviceId: string) => diagnosticRow({ deviceId, atMs: Date.now(), operation, error });
  await stage.product.logs(idsOf('oslo', 3).map(row));
  await stage.plant.lose(...idsOf('oslo', 3), ...idsOf('odd', 3));
  await eventually(async () => {
    const { items } = (await (await fetch(`${stage.product.url}/api/incidents?site=oslo`)).json()) as {
      items: { incidentId: string; counts: { offline: number } }[];
    };
    expect(items[0]?.counts.offline).toBe(3);
    incident = items[0]!.incidentId;
  }, 60_000);
});
afterAll(async () => {
  await browser?.close();
  await stage?.close();
});
beforeEach(async ({ onTestFinished }) => {
  phone = await Phone.start(browser, ours, kari);
  onTestFinished(async () => {
    await phone.close();
    expect(phone.complaints).toEqual([]);
  });
});

it('from the front page to the device and why: what is in trouble comes first', async () => {
  const page = await open('/');
  expect(new URL(page.url()).pathname).toBe('/status');
  await eventually(async () => {
    await page.reload();
    expect(await h1(page)).toMatch(/^2 of 2 sites in trouble, 6 devices offline, newest .+ ago$/);
  }, 60_000);
  await page.getByLabel('Find a site').fill('oslo');
  await button(page, 'Search').tap();
  await page.waitForURL(/q=oslo/);
  expect(await page.locator('main li').count()).toBe(1);
  await page.getByRole('link', { name: 'Oslo plant' }).tap();
  await page.waitForURL(/sites/);
  expect(await h1(page)).toBe('Oslo plant');
  await page.getByRole('link', { name: 'Next page' }).tap();
  await page.waitForURL(/from=/);
  expect(await page.locator('.devices > li').count()).toBe(10);
  await page.getByRole('link', { name: 'Previous page' }).tap();
  await page.waitForURL((url) => !url.searchParams.has('from'));
  await page.getByLabel('State').selectOption('offline');
  await button(page, 'Search').tap();
  await page.waitForURL(/phase=offline/);
  expect(await page.locator('.devices > li').count()).toBe(3);
  expect(await page.locator('svg.strip').first().getAttribute('aria-label')).toMatch(
    /^Last .+: offline 1 time/,
  );
  await button(page, 'Why?').first().tap();
  await page.waitForURL(/why/);
  expect(await h1(page)).toContain('oslo-0');
  expect(await page.locator('#receivers').innerText()).toMatch(/operators\s+told/);

  // Any minute can be asked about, by the clock of the site.
  await page.getByText('Ask again').tap();
  await page.getByLabel('When, by the clock of the site').fill('2026-01-02T03:04');
  await button(page, 'Ask').tap();
  await page.waitForURL(/when=/);
  expect(await page.locator('main').innerText()).toContain('That time is not on record');
});

const as = (name: string, ...roles: string[]) =>
  Phone.start(browser, ours, { extraHTTPHeaders: signedIn(name, ...roles) });

it('who may not see it does not, and who may not act has nothing to press', async () => {
  const paths = [
    `/status/incidents/${incident}`,
    `/status/incidents/${incident}/timeline`,
    '/status/receivers',
  ];
  const pages = [
    ...paths,
    '/status',
    '/status/responder',
    '/status/report',
    '/status/sites/hub-fleet-01/oslo',
  ];

  const stranger = await Phone.start(browser, ours);
  for (const path of pages) {
    const page = await stranger.open(`${stage.product.url}${path}`);
    expect(await h1(page)).toBe('Please sign in');
    const to = await page.getByRole('link', { name: 'Sign in' }).getAttribute('href');
    expect(to).toBe(`/.auth/login/aad?post_login_redirect_uri=${encodeURIComponent(path)}`);
    await page.close();
  }
  const guest = await as('Gro', 'guest');
  const refused = await guest.open(`${stage.product.url}/status`);
  expect(await h1(refused)).toBe('You may not see this');

  const reader = await as('Rolf', 'reader');
  const seen = await reader.open(`${stage.product.url}/status/incidents/${incident}`);
  expect(await seen.locator('form[method=post]').count()).toBe(0);
  expect(await button(seen, 'Why?').count()).toBeGreaterThan(0);
  const site = await reader.open(`${stage.product.url}/status/sites/hub-fleet-01/oslo`);
  expect(await site.locator('form[method=post]').count()).toBe(0);

  const shift = await as('Odd', 'operator', 'odd-shift');
  const own = await shift.open(`${stage.product.url}/status`);
  expect(await h1(own)).toMatch(/^1 of 1 site in trouble/);
  expect(await own.locator('main').innerText()).not.toContain('Oslo');
  expect(await own.locator('nav').first().innerText()).not.toContain('Receivers');
  for (const path of [...paths, '/status/responder', '/status/sites/hub-fleet-01/oslo']) {
    const answer = await own.goto(`${stage.product.url}${path}`);
    expect([path, [403, 404].includes(answer?.status() ?? 0)]).toEqual([path, true]);
    expect(await own.locator('body').innerText()).not.toContain('Oslo');
  }
  for (const path of [
    '/api/sites/hub-fleet-01/oslo',
    '/api/sites/hub-fleet-01/nowhere',
    '/api/devices/hub-fleet-01/oslo-0',
    `/api/incidents/${incident}`,
    `/api/incidents/${incident}/timeline`,
    '/api/incidents/inc_none',
    '/api/receivers',
    '/api/explain?hub=hub-fleet-01&device=oslo-0',
  ]) {
    const headers = signedIn('Odd', 'operator', 'odd-shift');
    const answer = await fetch(`${stage.product.url}${path}`, { headers });
    expect([path, answer.status]).toEqual([path, 403]);
  }
  const silence = (site: string) => ({ match: { sites: [site] }, for: '1m', by: 'Odd' });
  const planned = (site: string) => ({
    name: 'Belts',
    match: { sites: [site] },
    from: new Date(Date.now() + 60_000).toISOString(),
    until: new Date(Date.now() + 120_000).toISOString(),
    by: 'Odd',
  });
  const acts: readonly (readonly [path: string, body: object, status: number])[] = [
    [`/api/incidents/${incident}/acknowledge`, { by: 'Odd' }, 403],
    [`/api/incidents/${incident}/notes`, { by: 'Odd', text: 'Not mine' }, 403],
    ['/api/silences', silence('oslo'), 403],
    ['/api/silences', { match: { hubs: ['hub-fleet-01'] }, for: '1m', by: 'Odd' }, 403],
    ['/api/silences', { match: { sites: ['odd', 'oslo'] }, for: '1m', by: 'Odd' }, 403],
    ['/api/maintenance', planned('oslo'), 403],
    ['/api/incidents/inc_none/notes', { by: 'Odd', text: 'Of nothing' }, 403],
    ['/api/silences', silence('odd'), 201],
  ];
  const actAsOdd = (method: string, path: string, body: object) =>
    fetch(`${stage.product.url}${path}`, {
      method,
      headers: { ...signedIn('Odd', 'operator', 'odd-shift'), 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
  let silenceId = '';
  for (const [path, body, status] of acts) {
    const answer = await actAsOdd('POST', path, body);
    expect([path, body, answer.status]).toEqual([path, body, status]);
    silenceId = ((await answer.json()) as { id?: string }).id ?? '';
  }
  const foreign = await fetch(`${stage.product.url}/api/silences`, {
    method: 'POST',
    headers: { ...signedIn('Kari Nordmann', 'operator'), 'content-type': 'application/json' },
    body: JSON.stringify({ match: { sites: ['nowhere'] }, for: '1m', by: 'Somebody else' }),
  });
  const ofKari = (await foreign.json()) as { id: string; by: string };
  expect(ofKari.by).toBe('Kari Nordmann');
  for (const [id, status] of [
    [ofKari.id, 403],
    ['sil_none', 403],
    [silenceId, 200],
  ] as const)
    expect((await actAsOdd('DELETE', `/api/silences/${id}`, { by: 'Odd' })).status, id).toBe(status);
  const routes = await fetch(`${stage.product.url}/api/routes?device=oslo-0&hub=hub-fleet-01`, {
    headers: signedIn('Odd', 'operator', 'odd-shift'),
  });
  expect(routes.status).toBe(403);
  for (const each of [stranger, guest, reader, shift]) {
    await each.close();
    expect(each.complaints.filter((complaint) => !/40[34]/.test(complaint))).toEqual([]);
  }
});

it('steps are ticked off on the floor, and everybody sees it', async () => {
  const page = await open(`/status/incidents/${incident}`);
  const steps = page.locator('#next');
  await eventually(async () => {
    await page.reload();
    expect(await steps.getByRole('button').count()).toBeGreaterThan(0);
  }, 60_000);
  await steps
    .getByRole('button', { name: /^Done: / })
    .first()
    .tap();
  await expectSaid(page).toContain('Ticked off');
  expect(await steps.innerText()).toContain('Done: Kari Nordmann');
  const other = await open(`/status/incidents/${incident}`);
  await other
    .locator('#next')
    .getByRole('button', { name: /^Undo: / })
    .first()
    .tap();
  await expectSaid(other).toContain('No longer ticked off');
  await page
    .locator('#next')
    .getByRole('button', { name: /^Undo: / })
    .first()
    .tap();
  await expectSaid(page).toContain('Nothing was changed');
});

it('a site is silenced from its own page, and that is taken back there', async () => {
  const [page, old] = [
    await open('/status/sites/hub-fleet-01/oslo'),
    await open('/status/sites/hub-fleet-01/oslo'),
  ];
  await button(page, 'Silence').tap();
  await expectSaid(page).toMatch(/^Silenced until/);
  expect(await page.locator('#controls').innerText()).toContain('by Kari Nordmann');
  await button(old, 'Silence').tap();
  await expectSaid(old).toContain('Nothing was changed');
  await button(page, 'Take the silence back').tap();
  await expectSaid(page).toContain('The silence is over');
});

it('without scripts all of it is there, and all of it works', async () => {
  const bare = await Phone.start(browser, ours, { ...kari, javaScriptEnabled: false });
  const page = await bare.open(`${stage.product.url}/status?q=oslo`);
  await page.getByRole('link', { name: 'Oslo plant' }).tap();
  await expect.poll(() => h1(page), { timeout: 15_000 }).toBe('Oslo plant');
  await page.locator('#incidents a').first().tap();
  await page.getByLabel('What did you find, what mended it?').fill('No scripts here');
  await button(page, 'Add note').tap();
  await expectSaid(page).toContain('Your note is kept');
  await page.locator('#story summary').tap();
  expect(await page.locator('#story li').first().isVisible()).toBe(true);
  await button(page, 'Why?').first().tap();
  await expect.poll(() => h1(page), { timeout: 15_000 }).toContain('Why were people told of');
  await bare.close();
  expect(bare.complaints).toEqual([]);
});

it('the keyboard alone leads to what is to be pressed, in the order in which it is read', async () => {
  const page = await open(`/status/incidents/${incident}`);
  const seen: string[] = [];
  for (let tab = 0; tab < 12 && seen.at(-1) !== 'Acknowledge'; tab += 1) {
    await page.keyboard.press('Tab');
    seen.push(String(await page.evaluate('document.activeElement.textContent')));
  }
  expect(seen).toEqual(['Sites', 'Receivers', 'Responder', 'Report', 'All of Oslo plant', 'Acknowledge']);
  await page.keyboard.press('Enter');
  await expectSaid(page).toMatch(/^Acknowledged until/);
  await button(page, 'Take back').press('Enter');
  await expectSaid(page).toContain('nobody has this now');
});

it('an incident: acknowledged, noted, silenced; an old page changes nothing', async () => {
  const [first, second] = [
    await open(`/status/incidents/${incident}`),
    await open(`/status/incidents/${incident}`),
  ];
  await button(first, 'Acknowledge').tap();
  await expectSaid(first).toMatch(/^Acknowledged until/);
  await button(second, 'Acknowledge').tap();
  await expectSaid(second).toContain('Nothing was changed');
  await button(second, 'Take back').tap();
  await expectSaid(second).toContain('nobody has this now');
  await second.getByLabel('What did you find, what mended it?').fill('The fuse of line 2');
  await button(second, 'Add note').tap();
  await expectSaid(second).toContain('Your note is kept');
  expect(await second.locator('#notes').innerText()).toContain('The fuse of line 2');
  expect(await second.locator('#told').innerText()).toMatch(/operators by email/);
  await button(second, 'Silence').tap();
  await button(second, 'Take the silence back').tap();
  await second.waitForURL(/said=silence-ended/);
  await second.goBack();
  expect(await h1(second)).toContain('Oslo plant');
});

it('a page that is looked at shows what is new within 10 s, and nothing that was open or typed is lost', async () => {
  const page = await open(`/status/incidents/${incident}`);
  await page.getByLabel('What did you find, what mended it?').fill('half a sent');
  await page.locator('#story summary').tap();
  await page.locator('#note-text').focus();
  const before = await page.evaluate('scrollY');
  const by = { method: 'POST', headers: { 'content-type': 'application/json' } };
  const note = JSON.stringify({ by: 'Kari', text: 'seen from elsewhere' });
  await fetch(`${stage.product.url}/api/incidents/${incident}/notes`, { ...by, body: note });
  await page.getByText('seen from elsewhere').first().waitFor({ timeout: 10_000 });
  expect(await page.locator('#note-text').inputValue()).toBe('half a sent');
  expect(await page.locator('#story details').getAttribute('open')).not.toBeNull();
  expect(await page.evaluate('document.activeElement.id')).toBe('note-text');
  expect(Math.abs(Number(await page.evaluate('scrollY')) - Number(before))).toBeLessThan(300);
});

it('says since when what it shows is old, when nobody answers', async () => {
  const page = await open('/status');
  await page.route('**/status*', (route) => route.abort());
  await page.getByText('it could not be refreshed since').waitFor({ timeout: 45_000 });
  phone.complaints.length = 0;
});

it('names that would act do nothing but stand there', async () => {
  const page = await open('/status?q=odd');
  expect(await page.locator('main img, main script').count()).toBe(0);
  expect(await page.locator('main').innerText()).toContain('<img src=x onerror=alert(1)>');
  const sites = (await (await fetch(`${stage.product.url}/api/sites?q=odd`)).json()) as {
    items: { hub: string }[];
  };
  await page.goto(`${stage.product.url}/status/sites/${sites.items[0]!.hub}/odd`);
  expect(await h1(page)).toContain('\uFFFDtnalp');
});

it.each([
  { colorScheme: 'light', width: 390 },
  { colorScheme: 'dark', width: 390 },
  { colorScheme: 'light', width: 1280 },
] as const)(
  'every page can be read and used by everybody, $colorScheme at $width',
  async ({ colorScheme, width }) => {
    const reader = await Phone.start(browser, ours, { ...kari, colorScheme });
    const hub = (
      (await (await fetch(`${stage.product.url}/api/sites`)).json()) as { items: { hub: string }[] }
    ).items[0]!.hub;
    const paths = [
      '/status',
      `/status/sites/${hub}/oslo`,
      `/status/incidents/${incident}`,
      `/status/why?hub=${hub}&device=oslo-0`,
      '/status/receivers',
      '/status/responder',
      '/status/report',
    ];
    for (const path of paths) {
      const page = await reader.context.newPage();
      await page.setViewportSize({ width, height: 844 });
      let requests = 0;
      page.on('request', ({ url }) => {
        void url;
        requests += 1;
      });
      const answer = await page.goto(`${stage.product.url}${path}`);
      expect.soft(answer?.status(), path).toBe(200);
      expect.soft((await answer?.body())?.length, path).toBeLessThan(100_000);
      expect.soft(answer?.headers()['server-timing'], path).toMatch(/^app;dur=/);
      expect.soft(requests, path).toBeLessThanOrEqual(5);
      for (const summary of await page.locator('summary').all()) await summary.click();
      expect.soft(await violations(page), path).toEqual([]);
      expect
        .soft(await page.evaluate('document.documentElement.scrollWidth'), path)
        .toBeLessThanOrEqual(width);
      await page.emulateMedia({ media: 'print' });
      expect.soft(await page.locator('button:visible, summary:visible, form:visible').count(), path).toBe(0);
      await page.close();
    }
    await reader.close();
    expect(reader.complaints).toEqual([]);
  },
);

it('what is not there is said in words', async () => {
  for (const path of ['/status/incidents/nothing', '/status/sites/no-hub/nowhere', '/status/why?hub=x'])
    expect((await fetch(`${stage.product.url}${path}`, { headers: kari.extraHTTPHeaders })).status).toBe(404);
  const post = await fetch(`${stage.product.url}/status/incidents/${incident}/acknowledge`, {
    method: 'POST',
    body: 'for=4h',
    headers: kari.extraHTTPHeaders,
  });
  expect(post.status).toBe(403);
});
