import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { eventually } from '../e2e/eventually.ts';
import { type Stage, setStage, shortPolicy } from '../e2e/stage.ts';
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
`;

let browser: Browser;
let stage: Stage;
let phone: Phone;
let ours: string[];
let incident: string;

const idsOf = (site: string, count: number) =>
  Array.from({ length: count }, (_, index) => `${site}-${index}`);
const open = (path: string) => phone.open(`${stage.product.url}${path}`);
const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true });
const h1 = (page: Page) => page.getByRole('heading', { level: 1 }).innerText();

beforeAll(async () => {
  [browser, stage] = await Promise.all([launch(), setStage(() => config)]);
  ours = [stage.product.url, `http://localhost:${new URL(stage.product.url).port}`];
  await stage.plant.connect(...idsOf('oslo', 60), ...idsOf('odd', 3));
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
  phone = await Phone.start(browser, ours);
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
});

it('an incident: acknowledged, noted, silenced; an old page changes nothing', async () => {
  const [first, second] = [
    await open(`/status/incidents/${incident}`),
    await open(`/status/incidents/${incident}`),
  ];
  await button(first, 'Acknowledge').tap();
  expect(await first.getByRole('status').first().innerText()).toMatch(/^Acknowledged until/);
  await button(second, 'Acknowledge').tap();
  expect(await second.getByRole('status').first().innerText()).toContain('Nothing was changed');
  await button(second, 'Take back').tap();
  await second.getByLabel('What did you find, what mended it?').fill('The fuse of line 2');
  await button(second, 'Add note').tap();
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
    const reader = await Phone.start(browser, ours, { colorScheme });
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
    expect((await fetch(`${stage.product.url}${path}`)).status).toBe(404);
  const post = await fetch(`${stage.product.url}/status/incidents/${incident}/acknowledge`, {
    method: 'POST',
    body: 'for=4h',
  });
  expect(post.status).toBe(403);
});
