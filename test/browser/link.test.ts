import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { eventually } from '../e2e/eventually.ts';
import { type Stage, setStage, shortPolicy } from '../e2e/stage.ts';
import { launch, Phone, violations } from './phone.ts';

// Names that would act, or turn the text around them, if they were not kept apart.
const hostile = '<img src=x onerror=alert(1)> \\u202Etnalp "&\' plant';

const config = `
policy: { ${shortPolicy} }
sites:
  - { id: oslo, name: Oslo plant, timeZone: Europe/Oslo, devices: ["oslo-*"] }
  - { id: odd, name: "${hostile.replaceAll('"', '\\"')}", timeZone: Europe/Oslo, devices: ["odd-*"] }
  - { id: bergen, name: Bergen plant, timeZone: Europe/Oslo, devices: ["bergen-*"] }
  - { id: lagos, name: Lagos plant, timeZone: Africa/Lagos, devices: ["lagos-*"] }
  - { id: quito, name: Quito plant, timeZone: America/Guayaquil, devices: ["quito-*"] }
receivers:
  operators: { email: { to: ["ops@plant.example"] } }
  shift: { email: { to: ["shift@plant.example"] } }
routes:
  - { match: {}, per: site, to: [operators, shift] }
`;

let browser: Browser;
let stage: Stage;
let phone: Phone;
let ours: string[];

beforeAll(async () => {
  [browser, stage] = await Promise.all([launch(), setStage(() => config)]);
  const port = new URL(stage.product.url).port;
  ours = [`http://localhost:${port}`, stage.product.url, stage.product.cloudUrl];
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

/** A plant loses its devices, and its operators get a mail; answers the address of its link. */
async function outage(site: string, count = 3): Promise<string> {
  const ids = Array.from({ length: count }, (_, index) => `${site}-${index}`);
  await stage.plant.connect(...ids);
  await stage.plant.lose(...ids);
  return linkTo(site);
}

async function mailOf(site: string, to = 'ops@plant.example') {
  const mails = await stage.product.mails(to);
  const mail = mails.find(({ text }) => text.includes(`${site}-0`));
  if (!mail) throw new Error(`no mail about ${site} yet`);
  return mail;
}

async function linkTo(site: string, to?: string): Promise<string> {
  let link = '';
  await eventually(async () => {
    link = /http:\S+\/l\/[\w.-]+/.exec((await mailOf(site, to)).text)?.[0] ?? '';
    expect(link).not.toBe('');
  }, 60_000);
  return link;
}

const said = (page: Page) => page.getByRole('status').innerText();
/** A tap is done before the page that answers it is there; the one before may have said something too. */
const expectSaid = (page: Page) => expect.poll(() => said(page), { timeout: 10_000 });
const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true });

it('a person acknowledges by following the mail: one tap opens, one tap has it', async () => {
  await outage('oslo');
  const inbox = await phone.open(stage.product.cloudUrl);
  await inbox.locator('a.row', { hasText: 'Oslo plant' }).first().tap();
  const mail = inbox.frameLocator('iframe');
  const open = mail.getByRole('link', { name: 'Open the incident' });
  await open.waitFor();
  const [page] = await Promise.all([
    phone.context.waitForEvent('page'),
    mail.getByRole('link', { name: 'Acknowledge', exact: true }).tap(),
  ]);
  await page.waitForLoadState();
  // Nothing is to be looked for: the button is on the screen that the link opens.
  await expect(button(page, 'Acknowledge')).toBeOnScreen(page);
  await button(page, 'Acknowledge').tap();
  await expectSaid(page).toMatch(/^Acknowledged until \d\d:\d\d\./);
  expect(await page.locator('#acknowledge').innerText()).toMatch(
    /Somebody with the link sent to (operators|shift) has this until/,
  );
  await button(page, 'Take back').tap();
  await expectSaid(page).toContain('nobody has this now');
  await button(page, 'Silence').tap();
  await expectSaid(page).toMatch(/^Silenced until/);
  await button(page, 'Take the silence back').tap();
  await expectSaid(page).toContain('The silence is over');
  await page
    .getByLabel('What did you find, what mended it?')
    .fill('The fuse of line 2\nis <b>in the drawer</b>');
  await page.locator('#note-name').fill('Ola Nordmann');
  await button(page, 'Add note').tap();
  await expectSaid(page).toContain('Your note is kept');
  expect(await page.locator('#notes').innerText()).toMatch(
    /The fuse of line 2\s+is <b>in the drawer<\/b>\s+Ola Nordmann \(the link sent to/,
  );
});

it('the first screen of the mail has both buttons beside what is down, since when and why', async () => {
  await outage('quito');
  const page = await phone.context.newPage();
  await page.setContent((await mailOf('quito')).html);
  for (const text of ['3 of 3 devices offline', 'Contact lost', 'Likely cause'])
    await expect(page.getByText(text).last()).toBeOnScreen(page);
  for (const name of ['Open the incident', 'Acknowledge'])
    await expect(page.getByRole('link', { name, exact: true })).toBeOnScreen(page);
});

it('the first screen says what is down, since when and why, and has the button', async () => {
  const page = await phone.open(await linkTo('quito'));
  for (const text of ['Quito plant', 'Contact lost', 'Likely cause'])
    await expect(page.getByText(text).first()).toBeOnScreen(page);
  await expect(button(page, 'Acknowledge')).toBeOnScreen(page);
});

it('a page that is old by now changes nothing and says what is true', async () => {
  const link = await outage('bergen');
  const [first, second] = [await phone.open(link), await phone.open(link)];
  await first.getByText('How long, your name, a note').tap();
  await first.locator('#acknowledge-name').fill('Ola Nordmann');
  await first.locator('#acknowledge-for').selectOption('1 hour');
  await button(first, 'Acknowledge').tap();
  await expectSaid(first).toMatch(/^Acknowledged/);
  await button(second, 'Acknowledge').tap();
  await expectSaid(second).toMatch(
    /^Ola Nordmann \(the link sent to operators\) already has this until \d\d:\d\d\.[\s\S]*Nothing was changed/,
  );

  // The way back leads to the page as it was, or to how it is now: nothing is done twice.
  await first.goBack();
  const again = button(first, 'Acknowledge');
  if (await again.isVisible()) {
    await again.tap();
    await expectSaid(first).toContain('Nothing was changed');
  }
  await button(second, 'Take back').tap();
  await expectSaid(second).toContain('nobody has this now');

  // Two phones at the same moment: one is first, and the other one hears of it.
  const other = await Phone.start(browser, ours);
  const pages = [await phone.open(link), await other.open(await linkTo('bergen', 'shift@plant.example'))];
  await Promise.all(pages.map((page) => button(page, 'Acknowledge').tap()));
  const answers = await Promise.all(pages.map(said));
  expect(answers.filter((answer) => answer.startsWith('Acknowledged'))).toHaveLength(1);
  expect(answers.filter((answer) => answer.includes('already has this'))).toHaveLength(1);
  await other.close();
  expect(other.complaints).toEqual([]);
});

it('whoever only looks changes nothing: scanners follow every link of the mail, by GET and HEAD', async () => {
  const link = await outage('lagos');
  const { html } = await mailOf('lagos');
  const before = await wordsOf(link);
  const links = [...html.matchAll(/href="([^"]+)"/g)].map(([, url]) => url!.replaceAll('&amp;', '&'));
  expect(links.some((url) => url.endsWith('#acknowledge'))).toBe(true);
  for (const url of links.filter((each) => each.startsWith('http://localhost'))) {
    for (const method of ['GET', 'HEAD', 'OPTIONS']) await fetch(url, { method });
    for (const action of ['acknowledge', 'silence', 'take-back']) {
      const path = `${url.split('#')[0]}/${action}`;
      expect((await fetch(path)).status).toBe(404);
      expect((await fetch(path, { method: 'HEAD' })).status).toBe(404);
    }
  }
  expect(await wordsOf(link)).toBe(before);
});

async function wordsOf(link: string): Promise<string> {
  const page = await phone.open(link);
  const words = await page.locator('main').innerText();
  await page.close();
  return words;
}

it('names that would act do nothing but stand there', async () => {
  const page = await phone.open(await outage('odd', 14));
  expect(await page.locator('img, script').count()).toBe(0);
  const headline = page.getByRole('heading', { level: 1 });
  expect(await headline.innerText()).toContain('<img src=x onerror=alert(1)>');
  expect(await headline.innerText()).toContain('\uFFFDtnalp');
  expect(await headline.locator('bdi').count()).toBe(1);
  await button(page, 'Acknowledge').tap();
  await expectSaid(page).toMatch(/^Acknowledged/);
});

it.each(['light', 'dark'] as const)(
  'every state of the page can be read and used by everybody, %s',
  async (colorScheme) => {
    const reader = await Phone.start(browser, ours, { colorScheme });
    const page = await reader.open(await linkTo('odd'));
    for (const summary of await page.locator('summary').all()) await summary.tap();
    expect(await violations(page)).toEqual([]);
    const wide = await page.evaluate('document.documentElement.scrollWidth');
    expect(wide).toBeLessThanOrEqual(390);
    const small = await page
      .locator('button:visible, summary:visible, select:visible, input:visible')
      .evaluateAll(
        (elements) => elements.filter((element) => element.getBoundingClientRect().height < 44).length,
      );
    expect(small).toBe(0);
    // A word broken in two makes its button higher.
    const broken = await page
      .locator('button:visible')
      .evaluateAll(
        (elements) => elements.filter((element) => element.getBoundingClientRect().height > 60).length,
      );
    expect(broken).toBe(0);
    for (const path of ['/l/nothing', '/l/nothing?said=acknowledged']) {
      const refused = await reader.context.newPage();
      await refused.goto(new URL(path, page.url()).href);
      expect(await violations(refused)).toEqual([]);
    }
    await reader.close();
    expect(reader.complaints.filter((complaint) => !complaint.includes('404'))).toEqual([]);
  },
);

it('on paper everything is open and nothing can be pressed', async () => {
  const page = await phone.open(await linkTo('odd'));
  await page.emulateMedia({ media: 'print' });
  expect(await page.locator('button:visible, summary:visible, form:visible').count()).toBe(0);
  expect(await page.getByText('odd-13').last().isVisible()).toBe(true);
  expect(await page.locator('#story li').first().isVisible()).toBe(true);
});

expect.extend({
  async toBeOnScreen(locator: ReturnType<Page['locator']>, page: Page) {
    await locator.waitFor();
    const box = await locator.boundingBox();
    const { height } = page.viewportSize() ?? { height: 0 };
    const pass = box !== null && box.y >= 0 && box.y + box.height <= height;
    return { pass, message: () => `is at ${JSON.stringify(box)} of a screen of ${height}` };
  },
});
