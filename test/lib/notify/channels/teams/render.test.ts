import { AdaptiveCard, SerializationContext, Versions } from 'adaptivecards';
import MarkdownIt from 'markdown-it';
import { describe, expect, it } from 'vitest';
import { renderTeams } from '../../../../../src/lib/notify/channels/teams/render.ts';
import { longestRequestBytes } from '../../../../../src/lib/notify/channels/teams/request.ts';
import type { Message } from '../../../../../src/lib/notify/message.ts';
import { back, device, diagnosis, message, resolved, single } from '../../renderMessages.ts';

type Element = {
  readonly type: string;
  readonly text?: string;
  readonly items?: readonly Element[];
  readonly facts?: readonly { readonly title: string; readonly value: string }[];
};

function cardIn(request: string) {
  return JSON.parse(request).attachments[0].content;
}

function textsOf(elements: readonly Element[]): string[] {
  return elements.flatMap(({ text, items = [], facts = [] }) => [
    ...(text === undefined ? [] : [text]),
    ...textsOf(items),
    ...facts.flatMap(({ title, value }) => [title, value]),
  ]);
}

/** The texts of a message's card as its reader sees them. */
function readOf(sent: Message): string[] {
  const markdown = new MarkdownIt();
  return textsOf(cardIn(renderTeams(sent, 'message')).body).map((text) => plainOf(markdown.render(text)));
}

function plainOf(html: string): string {
  const entities: Readonly<Record<string, string>> = {
    '&lt;': '<',
    '&gt;': '>',
    '&amp;': '&',
    '&quot;': '"',
  };
  return html
    .replace(/<\/?(?:p|ul|ol|li)>/g, '')
    .replace(/&(?:lt|gt|amp|quot);/g, (entity) => entities[entity] ?? '')
    .trim();
}

const many = Array.from({ length: 100 }, (_, index) => device(`plant-press-${index}`));
const crowd = message({
  devices: many,
  devicesTruncated: 200,
  counts: { offline: 300, flapping: 0, known: 310 },
});
const longest = Array.from({ length: 100 }, (_, index) =>
  device(`"${index}\\${'<*_[`~&"'.repeat(15)}`, { moduleId: '\\"<'.repeat(42) }),
);
const worst = message({
  site: { kind: 'site', id: '\\"'.repeat(200), name: '𒐫<*'.repeat(200), timeZone: 'Europe/Oslo' },
  hub: '"'.repeat(50),
  devices: longest,
  devicesTruncated: 200,
  diagnosis: {
    ...diagnosis,
    summary: '[𒐫](http://x.example)'.repeat(500),
    steps: Array.from({ length: 40 }, () => '**𒐫** '.repeat(300)),
    also: Array.from({ length: 5 }, () => ({
      cause: 'gateway',
      confidence: 'low',
      devices: 3,
      summary: '"\\'.repeat(2_000),
    })),
  },
  links: {
    incident: `https://responder.example/${'i'.repeat(300)}`,
    acknowledge: null,
    silence: null,
    logs: `https://portal.azure.com/${'l'.repeat(2_000)}`,
    device: `https://portal.azure.com/${'d'.repeat(2_000)}`,
    resourceHealth: `https://portal.azure.com/${'h'.repeat(2_000)}`,
  },
});

describe('every card is one that the official parser takes, and short enough', () => {
  it.each([
    ['an opening', message()],
    ['an end', resolved()],
    ['one device', single()],
    ['300 devices', crowd],
    ['the longest of everything', worst],
    [
      'no link',
      message({
        links: {
          incident: null,
          acknowledge: null,
          silence: null,
          logs: null,
          device: null,
          resourceHealth: null,
        },
      }),
    ],
  ])('%s', (_, sent) => {
    const request = renderTeams(sent, 'message');
    expect(Buffer.byteLength(request)).toBeLessThanOrEqual(longestRequestBytes);
    const card = cardIn(request);
    const context = new SerializationContext(Versions.v1_4);
    const parsed = new AdaptiveCard();
    parsed.parse(card, context);
    const noted = Array.from({ length: context.eventCount }, (_, index) => context.getEventAt(index).message);
    expect(noted).toEqual([]);
    expect(parsed.validateProperties().validationEvents).toEqual([]);
    expect(parsed.getItemCount()).toBe(card.body.length);
    expect(parsed.version.toString()).toBe('1.4');
  });
});

describe('a card says', () => {
  it('what is down, since when, why, what to do, and which devices', () => {
    const read = readOf(message());
    const text = read.join('\n');
    expect(read).toContain('Oslo plant: 38 of 42 devices offline');
    expect(text).toContain('between 09:12 and 09:15');
    expect(text).toContain('Power or network of the whole site');
    expect(text).toContain('Is the power on in the hall?');
    expect(text).toContain('oslo-press-07: offline, lost 09:12–09:15');
    expect(text).toContain('ntc_01JNGZ3V9K');
  });

  it('that it is over, and when each device came back', () => {
    const text = readOf(resolved({ devices: [device('oslo-press-07', back)] })).join('\n');
    expect(text).toContain('oslo-press-07: online, lost 09:12–09:15, back 09:26');
    expect(text).toContain('Nothing to do.');
  });

  it('the count of the devices that it does not list', () => {
    const read = readOf(crowd).join('\n');
    const listed = many.filter(({ deviceId }) => read.includes(`${deviceId}: offline`)).length;
    expect(listed).toBeGreaterThan(20);
    expect(read).toContain(`… and ${300 - listed} more, not listed here`);
  });

  it('at least 20 devices, whatever else has to be cut for it', () => {
    const long = Array.from({ length: 30 }, (_, index) => device(`${index}-${'d'.repeat(240)}`));
    const text = readOf({ ...worst, devices: long }).join('\n');
    expect(long.filter(({ deviceId }) => text.includes(deviceId)).length).toBeGreaterThanOrEqual(20);
  });

  it('where to look, by buttons', () => {
    expect(cardIn(renderTeams(message(), 'message')).actions).toEqual([
      {
        type: 'Action.OpenUrl',
        title: 'Open the incident',
        url: 'https://responder.example/incidents/inc_01JNGZ3V4C',
      },
      { type: 'Action.OpenUrl', title: 'View the logs', url: 'https://portal.azure.com/#blade/logs' },
    ]);
  });

  it.each([
    ['critical', message(), 'attention'],
    ['warning', single(), 'warning'],
    ['over', resolved(), 'good'],
    ['no longer followed', resolved({ reason: 'noLongerFollowed' }), 'default'],
  ])('by its colour: %s', (_, sent, style) => {
    expect(cardIn(renderTeams(sent, 'message')).body[0].style).toBe(style);
  });
});

describe('a name is read as it stands', () => {
  it.each([
    '[Free beer](https://evil.example)',
    '![x](https://evil.example/x.png)',
    '**all clear** _now_ ~~offline~~',
    '`code` \\*',
    '<at>everyone</at><script>alert(1)</script>',
    '<https://evil.example>',
    '&lt;b&gt; &#35; R&D',
    '# heading',
    '- item',
    '+ item',
    '12. item',
    '3) item',
    '> quote',
    '__init__',
    'press_07_left',
    '{{DATE(2026-01-01T00:00:00Z)}}',
  ])('%s', (name) => {
    const sent = message({
      site: { kind: 'site', id: name, name, timeZone: 'UTC' },
      devices: [device('before'), device(name)],
    });
    const read = readOf(sent);
    expect(read).toContain(`${name}: 38 of 42 devices offline`);
    const devices = read.find((text) => text.startsWith('before: offline'));
    expect(devices?.split('\n')[1]).toBe(`${name}: offline, lost 08:12–08:15`);
    // Cards put a date in the place of such a text before they read the marks.
    expect(renderTeams(sent, 'card')).not.toContain('{{');
  });

  it('on one line, without marks that turn the direction of the text', () => {
    const read = readOf(message({ devices: [device('a\n# b\u202Ec')] }));
    expect(read).toContain('a�# b�c: offline, lost 09:12–09:15');
  });
});

it('the card can go without the message around it', () => {
  const bare = JSON.parse(renderTeams(message(), 'card'));
  expect(bare).toEqual(cardIn(renderTeams(message(), 'message')));
  expect(bare.type).toBe('AdaptiveCard');
});
