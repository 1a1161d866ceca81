import { describe, expect, it } from 'vitest';
import { messageFault } from '../../../../../local/cloud/slack/limits.ts';
import {
  announcementContent,
  headContent,
  replyContent,
  sizeOf,
} from '../../../../../src/lib/notify/channels/slack/blocks.ts';
import type { Message } from '../../../../../src/lib/notify/message.ts';
import { device, diagnosis, message, resolved, single } from '../../renderMessages.ts';

const hostile = '<!channel> <@U1|x> `code` *bold* _it_ ~no~ :fire: & > \u202e <https://evil.example|click>';
const largest = message({
  site: { kind: 'site', id: hostile.repeat(5), name: hostile.repeat(20), timeZone: 'Europe/Oslo' },
  devices: Array.from({ length: 100 }, (_, index) =>
    device(`${'n'.repeat(124)}${index}`, { moduleId: 'm'.repeat(128) }),
  ),
  devicesTruncated: 200,
  diagnosis: {
    ...diagnosis,
    summary: hostile.repeat(100),
    steps: Array.from({ length: 60 }, () => hostile.repeat(3)),
  },
  links: {
    incident: `https://responder.example/${'x'.repeat(1_900)}`,
    acknowledge: null,
    silence: null,
    logs: `https://portal.azure.com/${'y'.repeat(3_000)}`,
    device: null,
    resourceHealth: null,
  },
});

/** Every text object, wherever it stands. */
function textsIn(value: unknown): { type: string; text: string; verbatim?: boolean }[] {
  if (Array.isArray(value)) return value.flatMap(textsIn);
  if (typeof value !== 'object' || value === null) return [];
  const own = 'text' in value && typeof value.text === 'string' ? [value as never] : [];
  return [...own, ...Object.values(value).flatMap(textsIn)];
}

const listedIn = (given: Message) =>
  textsIn(headContent(given).blocks)
    .filter(({ type }) => type === 'mrkdwn')
    .flatMap(({ text }) => text.split('\n'))
    .filter((line) => /^`.*` (offline|online)/.test(line)).length;

const all: readonly (readonly [string, Message])[] = [
  ['a beginning', message()],
  ['an end', resolved()],
  ['one device', single()],
  ['nothing known', message({ diagnosis: { ...diagnosis, summary: '', steps: [], errors: [] } })],
  ['the largest there can be', largest],
  [
    'a hostile name in every place',
    message({ site: { kind: 'site', id: 'oslo', name: hostile, timeZone: 'UTC' }, receiver: hostile }),
  ],
];

describe.each(all)('the message that tells %s', (_, given) => {
  it.each([
    ['head', headContent(given)],
    ['reply', replyContent(given)],
  ])('keeps Slack’s limits as %s', (_, content) => {
    expect(messageFault(content)).toBeNull();
    expect(sizeOf(content.blocks) + content.text.length).toBeLessThanOrEqual(12_000);
    expect(content.blocks.length).toBeLessThanOrEqual(45);
  });

  it('lets nothing from outside become markup', () => {
    for (const content of [headContent(given), replyContent(given)]) {
      for (const { type, text, verbatim } of textsIn(content.blocks)) {
        if (type !== 'mrkdwn') continue;
        expect(verbatim).toBe(true);
        // Outside of our own links no angle bracket is left, and outside of code and labels nothing of a name.
        const bare = text.replace(/<https:\/\/(responder\.example|portal\.azure\.com)[^<>|]*\|[^<>|]+>/g, '');
        expect(bare).not.toMatch(/[<>]/);
        expect(bare.replace(/`[^`]*`/g, '')).not.toMatch(/bold|:fire:|channel&gt;/);
      }
      expect(content.text).not.toMatch(/[<>]/);
    }
  });
});

describe('the head', () => {
  it('says what is down, since when, why, what to do, and where to go on', () => {
    const { text, blocks } = headContent(message());
    expect(text).toBe('🔴 Oslo plant: 38 of 42 devices offline');
    const texts = textsIn(blocks)
      .map((one) => one.text)
      .join('\n');
    for (const part of [
      'between 09:12 and 09:15',
      'Power or network of the whole site',
      '1. Is the power on in the hall?',
      '`oslo-press-01` offline, lost 09:12–09:15',
      '<https://responder.example/incidents/inc_01JNGZ3V4C|',
      'inc_01JNGZ3V4C',
    ])
      expect(texts).toContain(part);
  });

  it('says the same at whatever time it is made', () => {
    expect(headContent(message({ nowMs: 1 }))).toEqual(headContent(message({ nowMs: 2 })));
  });

  it.each([
    ['all of a plant', message(), 38, null],
    [
      'twenty of many',
      message({
        devices: Array.from({ length: 100 }, (_, n) => device(`oslo-press-${n}`)),
        devicesTruncated: 200,
      }),
      20,
      200,
    ],
    ['as many as fit of long names', largest, 1, 200],
  ])('lists %s, and counts the rest', (_, given, atLeast, truncated) => {
    const listed = listedIn(given);
    expect(listed).toBeGreaterThanOrEqual(atLeast);
    const rest = given.devices.length - listed + (truncated ?? 0);
    const texts = textsIn(headContent(given).blocks)
      .map((one) => one.text)
      .join('\n');
    if (rest === 0) expect(texts).not.toContain('not listed');
    else expect(texts).toContain(`and ${rest} more, not listed here`);
  });

  it('leaves a link out that would be cut', () => {
    const texts = textsIn(headContent(largest).blocks)
      .map((one) => one.text)
      .join('\n');
    expect(texts).toContain('https://responder.example/');
    expect(texts).not.toContain('https://portal.azure.com/');
  });
});

describe('a reply', () => {
  it('says the news alone', () => {
    expect(replyContent(resolved()).text).toBe('✅ Oslo plant: all 38 devices back online after 11 min');
    expect(sizeOf(replyContent(resolved()).blocks)).toBeLessThan(400);
  });
});

describe('an announcement', () => {
  it('lists its problems within the limits, and counts the rest', () => {
    const content = announcementContent({
      id: 'cfg_1',
      about: 'configuration',
      over: false,
      summary: 'Configuration refused: 300 mistakes',
      explanation: [hostile, 'Correct the file.'],
      problems: Array.from({ length: 300 }, (_, index) => `routes[${index}]: ${hostile.repeat(5)}`),
    });
    expect(messageFault(content)).toBeNull();
    const texts = textsIn(content.blocks);
    expect(texts.every(({ type }) => type === 'plain_text')).toBe(true);
    const listed = texts
      .flatMap(({ text }) => text.split('\n'))
      .filter((line) => line.startsWith('• ')).length;
    expect(texts.map(({ text }) => text).join('\n')).toContain(`and ${300 - listed} more, not listed here`);
  });
});
