import fc from 'fast-check';
import { HtmlValidate } from 'html-validate';
import { describe, expect, it } from 'vitest';
import { renderEmail } from '../../../../../src/lib/notify/channels/email/render.ts';
import type { Message } from '../../../../../src/lib/notify/message.ts';
import { back, device, diagnosis, message, resolved, single } from '../../renderMessages.ts';

const flapper = single({
  reason: 'flappingBegan',
  severity: 'info',
  counts: { offline: 0, flapping: 1, known: 1 },
  devices: [device('oslo-press-07', { phase: 'online', flapping: true, lostContact: null })],
});
/** Without the marks around names, whose number is that of the names. */
const tagsOf = (html: string) =>
  html
    .match(/<[^>]*>/g)
    ?.map((tag) => tag.replace(/\s.*/s, ''))
    .filter((tag) => !/bdi/.test(tag));
const textOf = (html: string) =>
  html
    .replace(/<style>.*<\/style>/s, '')
    .replace(/<[^>]*>/g, ' ')
    .replace(/\s+/g, ' ');

describe('renderEmail', () => {
  it.each(['html', 'text'] as const)(
    'says in %s what is down, since when, why and what to do next',
    (part) => {
      const said = renderEmail(message())[part];
      for (const words of [
        'Oslo plant: 38 of 42 devices offline',
        'Wed 4 Mar 2026, between 09:12 and 09:15',
        'Europe/Oslo, GMT+1',
        'Power or network of the whole site (high confidence)',
        'no other site of the hub lost a device',
        '4 devices of the site are still connected',
        '404104 DeviceConnectionClosedRemotely: 36 times, last 09:15',
        '500008 GenericTimeout: 1 time, last 09:14',
        'Is the power on in the hall?',
        'oslo-press-10',
        'https://responder.example/incidents/inc_01JNGZ3V4C',
        'First alert',
        'hub-fleet-01',
        'inc_01JNGZ3V4C',
      ]) {
        expect(said).toContain(words);
      }
    },
  );

  it.each(['html', 'text'] as const)('has in %s what matters most first', (part) => {
    const said = renderEmail(message())[part];
    const parts = [
      'Oslo plant',
      'First alert',
      'Contact lost',
      'Likely cause',
      'https://responder.example',
      /what to do next/i,
      /about the cause/i,
      /(?<=[>\n])devices/i,
      /details/i,
      'https://portal.azure.com',
      'inc_01JNGZ3V4C, notice',
    ].map((words) => (part === 'html' ? said.slice(said.indexOf('<main>')) : said).search(words));
    expect(parts).toEqual(parts.toSorted((a, b) => a - b));
    expect(Math.min(...parts)).toBeGreaterThanOrEqual(0);
  });

  it('has one first heading, a heading for each part, and a landmark', () => {
    const { html } = renderEmail(message());
    expect(html.match(/<h1/g)).toHaveLength(1);
    expect(html).toMatch(/<h1[^>]*><bdi>Oslo plant<\/bdi>: 38 of 42 devices offline<\/h1>/);
    expect([...html.matchAll(/<h2[^>]*>([^<]*)/g)].map(([, title]) => title)).toEqual([
      'What to do next',
      'About the cause',
      'Devices',
      'Details',
    ]);
    expect(html).toMatch(/<body[^>]*>.*<main>.*<\/main>\s*<\/body>/s);
  });

  it('folds the devices after ten into a count and a link, where there is a link', () => {
    const { html, text } = renderEmail(message());
    expect(html).not.toContain('oslo-press-11');
    expect(html).toMatch(/and 28 more, <a href="https:\/\/responder\.example\/[^"]*"/);
    expect(text).toContain('oslo-press-38: offline');
    const alone = renderEmail(message({ links: { ...message().links, incident: null } }));
    expect(alone.html).toContain('oslo-press-38');
  });

  it('isolates names, so that an Arabic one does not turn the text around', () => {
    const name = 'مصنع أوسلو';
    const site = { ...message().site, name };
    const found = { ...diagnosis, summary: `Power or network of ${name} is down.` };
    const { subject, html, text } = renderEmail(message({ site, diagnosis: found }));
    expect(html).toContain(`<bdi>${name}</bdi>: 38 of 42 devices offline</h1>`);
    expect(html).toContain(`Power or network of <bdi>${name}</bdi> is down.`);
    expect(html).toContain(`<title>${name}: 38 of 42 devices offline</title>`);
    expect(subject).toBe(`\u2068${name}\u2069: 38 of 42 devices offline`);
    expect(text).toContain(`Site: \u2068${name}\u2069 (oslo)`);
  });

  it('shows what would steer the text in a name as U+FFFD', () => {
    const site = { ...message().site, name: 'Oslo\t\u202eplant\u0000' };
    expect(renderEmail(message({ site })).text).toContain('Oslo\uFFFD\uFFFDplant\uFFFD: 38 of 42');
  });

  it('shortens a long name in the headline, and has it in full among the details', () => {
    const name = 'Plant '.repeat(21).trim();
    const { html } = renderEmail(message({ site: { ...message().site, name } }));
    expect(html).toMatch(/<h1[^>]*><bdi>(Plant ){9}Plant…<\/bdi>: 38 of 42/);
    expect(html).toContain(`<bdi>${name}</bdi> (<bdi>oslo</bdi>)`);
  });

  it('says the offset beside a time that the clock shows twice', () => {
    const lostContact = {
      notBeforeMs: Date.parse('2026-10-25T00:54:30Z'),
      notAfterMs: Date.parse('2026-10-25T01:03:00Z'),
    };
    const openedAtMs = Date.parse('2026-10-25T01:08:00Z');
    expect(renderEmail(message({ openedAtMs, devices: [device('a', { lostContact })] })).text).toContain(
      'Contact lost: Sun 25 Oct 2026, between 02:54 GMT+2 and 02:03 GMT+1',
    );
  });

  it('gives the steps in their order', () => {
    const { text, html } = renderEmail(message());
    for (const said of [text, html]) {
      const places = diagnosis.steps.map((step) => said.indexOf(step));
      expect(places).toEqual([...places].sort((a, b) => a - b));
      expect(places[0]).toBeGreaterThan(0);
    }
    expect(text).toContain(`2. ${diagnosis.steps[1]}`);
  });

  it('says that it is over, how long it took and that nothing is to do', () => {
    const { subject, text } = renderEmail(resolved());
    expect(subject).toBe('Oslo plant: all 38 devices back online after 11 min');
    expect(text).toContain('Duration: 11 min');
    expect(text).toContain('Back since: Wed 4 Mar 2026, 09:26');
    expect(text).toContain('Nothing to do.');
    expect(text).toContain('oslo-press-01: online, lost 09:12–09:15, back 09:26');
    expect(text).not.toContain(diagnosis.steps[0]);
  });

  it.each([
    ['two minutes or more', '08:12:10', '08:15:20', 'Contact lost: Wed 4 Mar 2026, between 09:12 and 09:15'],
    [
      'less than two minutes',
      '08:12:10',
      '08:13:20',
      'Contact lost: Wed 4 Mar 2026, between 09:12:10 and 09:13:20',
    ],
    ['one instant of the log', '08:12:10', '08:12:10', 'Contact lost: Wed 4 Mar 2026, 09:12:10'],
  ])('tells honestly when contact was lost: %s', (_, from, to, line) => {
    const lostContact = {
      notBeforeMs: Date.parse(`2026-03-04T${from}Z`),
      notAfterMs: Date.parse(`2026-03-04T${to}Z`),
    };
    expect(renderEmail(message({ devices: [device('a', { lostContact })] })).text).toContain(line);
  });

  it('tells first and last loss apart where they lie further apart', () => {
    const late = {
      notBeforeMs: Date.parse('2026-03-04T23:30:00Z'),
      notAfterMs: Date.parse('2026-03-04T23:33:00Z'),
    };
    const { text } = renderEmail(message({ devices: [device('a'), device('b', { lostContact: late })] }));
    expect(text).toContain('First lost: Wed 4 Mar 2026, between 09:12 and 09:15');
    expect(text).toContain('Last lost: Thu 5 Mar 2026, between 00:30 and 00:33');
    expect(text).toContain('b: offline, lost Thu 5 Mar 2026, 00:30–00:33');
  });

  it('falls back to UTC in a time zone that does not exist', () => {
    const site = { kind: 'site', id: 'oslo', name: 'Oslo plant', timeZone: 'Mars/Olympus' } as const;
    expect(renderEmail(message({ site })).text).toContain('between 08:12 and 08:15');
  });

  it('says that the logs have nothing yet, and that an update may follow', () => {
    const pending = { ...diagnosis, status: 'pending', cause: 'unknown', errors: [], summary: '' } as const;
    const { text } = renderEmail(message({ diagnosis: pending }));
    expect(text).toContain('Likely cause: Not known');
    expect(text).toContain('The logs show nothing yet');
    expect(text).toContain('We will send an update if they change what to do.');
  });

  it('says why the logs could not be used', () => {
    const unavailable = {
      ...diagnosis,
      status: 'unavailable',
      unavailableBecause: 'no workspace is set up.',
    } as const;
    expect(renderEmail(message({ diagnosis: unavailable })).text).toContain(
      'The logs could not be read: no workspace is set up.\n',
    );
  });

  it('leaves no empty section behind when nothing is known', () => {
    const nothing = { ...diagnosis, summary: '', errors: [], steps: [], evidence: { for: [], against: [] } };
    const { text, html } = renderEmail(message({ diagnosis: nothing }));
    for (const said of [text, html]) {
      expect(said).not.toMatch(/about the cause/i);
      expect(said).toContain('Check the power and the network of the devices below.');
    }
  });

  it('lists those that are still down as they come, and counts what it does not list', () => {
    const devices = [device('down'), device('up', back)];
    const { text } = renderEmail(message({ devices, devicesTruncated: 312 }));
    expect(text.indexOf('down: offline')).toBeLessThan(text.indexOf('up: online'));
    expect(text).toContain('and 312 more');
  });

  it('threads all mails of one incident to one receiver, and no others', () => {
    const thread = (overrides: Partial<Message>) => renderEmail(message(overrides)).headers.References;
    expect(thread({})).toMatch(/^<[\w.-]+@[\w.-]+>$/);
    expect(renderEmail(message()).headers['In-Reply-To']).toBe(thread({}));
    expect(renderEmail(resolved({ noticeId: 'ntc_2' })).headers.References).toBe(thread({}));
    expect(thread({ incidentId: 'inc_2' })).not.toBe(thread({}));
    expect(thread({ receiver: 'on-call' })).not.toBe(thread({}));
  });

  it('says the same when it is rendered again later', () => {
    expect(renderEmail(message({ nowMs: message().nowMs + 3_600_000 }))).toEqual(renderEmail(message()));
  });

  it('stays below the 102 KB at which Gmail cuts, with 100 modules of the longest ids', () => {
    const devices = Array.from({ length: 100 }, () =>
      device("'".repeat(128), { ...back, moduleId: 'm'.repeat(128) }),
    );
    expect(Buffer.byteLength(renderEmail(message({ devices })).html)).toBeLessThan(102_000);
  });

  it('loads nothing and runs nothing', () => {
    expect(renderEmail(message()).html).not.toMatch(/<(img|script|link|iframe|form)|url\(|@import| on\w+=/i);
  });

  it('links to the web alone', () => {
    const links = {
      incident: 'javascript:alert(1)',
      acknowledge: null,
      silence: null,
      logs: null,
      device: 'https://portal.azure.com/x?a=1&b="2"',
      resourceHealth: null,
    };
    const { html } = renderEmail(message({ links }));
    expect(html).not.toContain('javascript:');
    expect(html).toContain('href="https://portal.azure.com/x?a=1&amp;b=&quot;2&quot;"');
  });

  it.each([
    ['opened', message()],
    ['resolved', resolved()],
    ['flapping', flapper],
    ['truncated', message({ devicesTruncated: 5 })],
  ])('is valid markup: %s', async (_, given) => {
    const validator = new HtmlValidate({
      extends: ['html-validate:recommended'],
      // Mail clients need inline styles and layout tables.
      rules: {
        'no-inline-style': 'off',
        'long-title': 'off',
        'no-deprecated-attr': 'off',
        'presentation-role-style': 'off',
      },
    });
    const report = await validator.validateString(renderEmail(given).html);
    expect(
      report.results.flatMap(({ messages }) =>
        messages.map(({ ruleId, message: text }) => `${ruleId}: ${text}`),
      ),
    ).toEqual([]);
  });

  it('shows text from outside as text, whatever it holds', () => {
    const hostile = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 128 }),
      fc.constantFrom('</td><script>alert(1)</script>', '" onload="x', "'><img src=x>", '&lt;b&gt;', '{{x}}'),
      fc
        .array(fc.constantFrom('<', '>', '"', "'", '&', '\r', '\n', '\u2028', '\u202e', 'a', ' '), {
          maxLength: 300,
        })
        .map((parts) => parts.join('')),
    );
    fc.assert(
      fc.property(fc.array(hostile, { minLength: 8, maxLength: 8 }), fc.boolean(), (texts, alone) => {
        const [
          id = '',
          module = '',
          site = '',
          summary = '',
          step = '',
          hub = '',
          incident = '',
          error = '',
        ] = texts;
        const make = (on: boolean) => {
          const say = (text: string) => (on ? text : 'plain');
          return renderEmail(
            message({
              per: alone ? 'device' : 'site',
              incidentId: say(incident),
              receiver: say(incident),
              hub: say(hub),
              site: { kind: 'site', id: say(id), name: say(site), timeZone: say(site) },
              devices: [device(say(id), { moduleId: say(module) })],
              diagnosis: {
                ...diagnosis,
                summary: `x${say(summary)}`,
                steps: [say(step)],
                errors: [{ code: say(error), name: say(error), count: 1, lastSeen: say(error) }],
                evidence: { for: [say(summary)], against: [say(step)] },
              },
            }),
          );
        };
        const plain = make(false);
        const evil = make(true);
        expect(tagsOf(evil.html)).toEqual(tagsOf(plain.html));
        expect(evil.text.split('\n')).toHaveLength(plain.text.split('\n').length);
        expect(evil.subject.length).toBeLessThanOrEqual(200);
        expect(evil.subject).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}\u202a-\u202e]/u);
        for (const value of Object.values(evil.headers)) expect(value).toMatch(/^[\x20-\x7e]{0,200}$/);
      }),
      { numRuns: 200 },
    );
  });

  it('keeps legal device ids readable', () => {
    const ids = ['a#b?c%d', "x'y", '(a)!b*c', 'p'.repeat(128)];
    const { html, text } = renderEmail(message({ devices: ids.map((id) => device(id)) }));
    for (const id of ids) {
      expect(text).toContain(`${id}: offline`);
      expect(textOf(html)).toContain(id.replaceAll("'", '&#39;'));
    }
  });
});
