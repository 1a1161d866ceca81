import { HtmlValidate } from 'html-validate';
import { expect, it } from 'vitest';
import type { ContactSpan } from '../../../src/lib/device/contact.ts';
import { clockOf } from '../../../src/lib/notify/words/clock.ts';
import { renderPage } from '../../../src/lib/pages/html/layout.ts';
import { pageAnswer } from '../../../src/lib/pages/html/pageAnswer.ts';
import { pageScript } from '../../../src/lib/pages/script/pageScript.ts';
import { pager, readTrail } from '../../../src/lib/status/paging.ts';
import { statusPaths } from '../../../src/lib/status/place.ts';
import { fleetLine, type SitesView, sitesPage } from '../../../src/lib/status/sitesPage.ts';
import { stripInWords } from '../../../src/lib/status/strip.ts';
import { whyPage } from '../../../src/lib/status/whyPage.ts';

const nowMs = Date.parse('2026-03-04T10:00:00Z');
const minute = 60_000;
const hostile = '</a><script>alert(1)</script>" onload="x \u202Etnalp';

const fleet = { sites: 412, inTrouble: 3, devices: 9_000, offline: 96, flapping: 1, silenced: 2 };

it.each([
  [
    { ...fleet, newestAtMs: nowMs - 4 * minute },
    '3 of 412 sites in trouble, 96 devices offline, newest 4 min ago',
  ],
  [
    { ...fleet, sites: 1, inTrouble: 1, offline: 1, newestAtMs: null },
    '1 of 1 site in trouble, 1 device offline',
  ],
  [{ ...fleet, inTrouble: 0, newestAtMs: null }, 'All 412 sites well'],
  [{ ...fleet, sites: 0, inTrouble: 0, newestAtMs: null }, 'No sites yet'],
])('the fleet in one line', (line, words) => expect(fleetLine(line, nowMs)).toBe(words));

async function mistakesIn(markup: string): Promise<string[]> {
  const report = await new HtmlValidate({
    extends: ['html-validate:recommended'],
    rules: {
      'no-inline-style': 'off',
      'long-title': 'off',
      'require-sri': 'off',
      'no-implicit-button-type': 'off',
    },
  }).validateString(markup);
  return report.results.flatMap(({ messages }) => messages.map(({ message, line }) => `${line}: ${message}`));
}

function view(given: Partial<SitesView> = {}): SitesView {
  const counts = { known: 120, online: 100, offline: 14, flapping: 3, silenced: 3 };
  return {
    reading: { paths: statusPaths(''), from: '/status', name: null, whole: true, nowMs },
    fleet: { ...fleet, newestAtMs: nowMs },
    sites: Array.from({ length: 50 }, (_, index) => ({
      item: {
        hub: 'hub-fleet-01',
        site: { id: `s${index}`, name: hostile },
        severity: index < 20 ? 'critical' : null,
        counts,
        since: index < 20 ? '2026-03-04T09:12:00.000Z' : null,
        incidents: index < 20 ? ['inc_1', 'inc_2', 'inc_3'] : [],
      },
      site: { kind: 'site', id: `s${index}`, name: hostile, timeZone: 'Europe/Oslo' },
    })),
    hubs: [],
    q: hostile,
    list: 'list',
    trail: ['a'],
    next: 'b',
    ...given,
  };
}

it('a full page is valid, small, and hostile names stand in it as text', async () => {
  const html = renderPage(sitesPage(view()), 'nonce');
  expect(html.length).toBeLessThan(100_000);
  expect(html.length + pageScript.length).toBeLessThan(200_000);
  expect(html.match(/<script/g)).toHaveLength(1);
  expect(html).not.toContain('" onload="');
  expect(html).toContain('since 10:12 (48 min)');
  expect(await mistakesIn(html)).toEqual([]);
});

it.each([true, false])('whoever sees only some sites is not led to what is of all, whole: %s', (whole) => {
  const html = renderPage(sitesPage(view({ reading: { ...view().reading, whole } })), 'nonce');
  for (const path of ['/status/receivers', '/status/responder'])
    expect(html.includes(`href="${path}"`)).toBe(whole);
});

it('only the one script may run, and only htmx may set markup', () => {
  const { headers } = pageAnswer(200, sitesPage(view()), 1);
  const policy = headers['content-security-policy'] ?? '';
  expect(policy).toMatch(/script-src 'nonce-[^']+';/);
  expect(policy).toContain('trusted-types htmx');
  expect(policy).not.toContain('unsafe');
});

it('a list leads on and back, and the marks of another list count for nothing', () => {
  const html = pager('/status', 'list', ['a'], 'b', { q: 'oslo & co' })!.markup.replaceAll('&amp;', '&');
  const links = [...html.matchAll(/href="([^"]+)"/g)].map(
    ([, url]) => new URL(url!, 'http://x').searchParams,
  );
  expect(links.map((query) => query.get('q'))).toEqual(['oslo & co', 'oslo & co']);
  expect(links.map((query) => readTrail('list', query))).toEqual([[], ['a', 'b']]);
  expect(readTrail('other', links[1]!)).toEqual([]);
  expect(pager('/status', 'list', [], null, {})).toBeNull();
});

const span = (state: ContactSpan['state'], fromMin: number, untilMin: number): ContactSpan => ({
  state,
  fromMs: nowMs + fromMin * minute,
  untilMs: nowMs + untilMin * minute,
});

it.each<[spans: ContactSpan[], words: string]>([
  [[span('online', -1440, 0)], 'Last 24 h: online'],
  [[span('unknown', -1440, 0)], 'Last 24 h: nothing known'],
  [[span('unknown', -1440, -60), span('online', -60, 0)], 'Last 24 h: online; nothing known before 10:00'],
  [
    [span('online', -1440, -30), span('offline', -30, -20), span('online', -20, -9), span('offline', -9, 0)],
    'Last 24 h: offline 2 times, 19 min in all, last at 10:51',
  ],
])('the last day of a device in words: %#', (spans, words) =>
  expect(stripInWords(spans, clockOf('Europe/Oslo'))).toBe(words),
);

it('why somebody was told: valid, by the clock of the site, and it can be asked of another time', async () => {
  const asked = { hub: 'hub-1', deviceId: hostile, moduleId: null, atMs: nowMs, receiver: null };
  const explained = {
    hub: 'hub-1',
    deviceId: hostile,
    moduleId: null,
    site: { id: 'oslo', name: hostile },
    at: '2026-03-04T10:00:00.000Z',
    known: { phase: 'offline', flapping: false, since: null, holdEndsAt: null },
    rules: { version: '3f5c0a9be211' },
    outcome: 'told',
    receivers: [
      { receiver: hostile, told: true, because: 'route', at: null, noticeId: null, sentence: hostile },
    ],
    looked: [{ rule: hostile, outcome: 'told', sentence: hostile }],
    sentences: [hostile],
    after: [hostile],
  } satisfies Parameters<typeof whyPage>[0];
  const page = whyPage(
    explained,
    asked,
    { timeZone: 'Europe/Oslo' },
    '/status/sites/hub-1/oslo',
    view().reading,
  );
  const html = renderPage(page, 'nonce');
  expect(await mistakesIn(html)).toEqual([]);
  expect(html.match(/<script/g)).toHaveLength(1);
  expect(html).toContain('As of 11:00 (Europe/Oslo, GMT+1)');
  expect(html).toContain('name="when" value="2026-03-04T11:00"');
});
