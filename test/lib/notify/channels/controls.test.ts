import { AdaptiveCard, SerializationContext, Versions } from 'adaptivecards';
import { HtmlValidate } from 'html-validate';
import { describe, expect, it } from 'vitest';
import { eventSchema } from '../../../../local/cloud/pagerduty/event.ts';
import { messageFault } from '../../../../local/cloud/slack/limits.ts';
import { reasons } from '../../../../src/lib/incident/reasons.ts';
import { renderEmail } from '../../../../src/lib/notify/channels/email/render.ts';
import { renderEvent } from '../../../../src/lib/notify/channels/eventGrid/render.ts';
import { buildEvent } from '../../../../src/lib/notify/channels/pagerduty/buildEvent.ts';
import { headContent, replyContent, sizeOf } from '../../../../src/lib/notify/channels/slack/blocks.ts';
import { renderTeams } from '../../../../src/lib/notify/channels/teams/render.ts';
import { longestRequestBytes } from '../../../../src/lib/notify/channels/teams/request.ts';
import { renderWebhook } from '../../../../src/lib/notify/channels/webhook/render.ts';
import type { Message } from '../../../../src/lib/notify/message.ts';
import { device, hadBy, hasIt, message, nowMs, single } from '../renderMessages.ts';

const hostile = '</td><script>alert(1)</script> <!channel> `*_[x](https://evil.example)_*` \u202e\u0000\n';
const notes = [
  { by: 'Kari Hansen', atMs: Date.parse('2026-03-02T13:10:00Z'), text: 'The fuse of cabinet 3 had blown.' },
  {
    by: 'the link sent to oslo-operators',
    atMs: Date.parse('2026-02-20T07:00:00Z'),
    text: 'Router restarted',
  },
  { by: 'Per', atMs: Date.parse('2026-02-10T07:00:00Z'), text: 'Nothing found' },
  { by: 'Siv', atMs: Date.parse('2026-01-10T07:00:00Z'), text: 'too old to be shown' },
];
const mid = (overrides: Partial<Message> = {}) =>
  message({
    type: 'incident.updated',
    counts: { offline: 38, flapping: 0, silenced: 3, known: 42 },
    quiet: { why: 'silence', untilMs: hasIt.untilMs, someEarlier: false, by: 'Ola Nordmann' },
    acknowledged: hasIt,
    notes,
    ...overrides,
  });
/** As hostile and as long as people can be. */
const worst = (overrides: Partial<Message> = {}) =>
  mid({
    acknowledged: { ...hasIt, by: hostile.padEnd(100, 'Ø'), note: hostile.repeat(12) },
    acknowledgementEnded: { ...hadBy(hostile.padEnd(100, 'x')), by: hostile },
    letGo: { why: 'maintenance', name: hostile, by: hostile, atMs: hasIt.untilMs, endedBy: hostile },
    toldFirst: [1, 2, 3].map((each) => ({ receiver: `${hostile}${each}`, atMs: nowMs, reached: true })),
    quiet: { why: 'both', untilMs: hasIt.untilMs, someEarlier: true, by: hostile },
    notes: notes.map((note) => ({ ...note, by: hostile, text: hostile.repeat(45) })),
    devices: Array.from({ length: 100 }, (_, n) => device(`d${n}`, { silenced: n % 2 === 0 })),
    ...overrides,
  });

const everyReason = reasons.flatMap((reason) => [
  { name: `${reason}, a site`, given: mid({ reason }) },
  { name: `${reason}, a first notice of one device`, given: single({ reason, acknowledged: null }) },
  { name: `${reason}, hostile`, given: worst({ reason }) },
]);

function cardOf(given: Message) {
  return JSON.parse(renderTeams(given, 'message')).attachments[0].content;
}

const channels: Readonly<Record<string, (given: Message) => unknown>> = {
  mail: renderEmail,
  Slack: (given) => [headContent(given), replyContent(given)],
  Teams: cardOf,
  PagerDuty: buildEvent,
  webhook: renderWebhook,
};

/** Every text, wherever it stands. */
function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsIn) : [];
}

describe.each(Object.entries(channels))('%s', (_, render) => {
  it.each(everyReason)('has no hole in it: $name', ({ given }) => {
    const texts = textsIn(render(given)).filter((text) => !/^https?:/.test(text));
    for (const text of texts) {
      expect(text.trim()).not.toBe('');
      expect(text).not.toMatch(/\bundefined\b|\bNaN\b|\[object|Invalid Date|: \.|\bby ,|,,/);
    }
  });
});

describe('every reason keeps to the rules of its vendor', () => {
  it.each(everyReason)('$name', ({ given }) => {
    const event = eventSchema.safeParse({ routing_key: 'k'.repeat(32), ...buildEvent(given) });
    expect(event.error?.issues ?? []).toEqual([]);
    for (const content of [headContent(given), replyContent(given)]) {
      expect(messageFault(content as never)).toBeNull();
      expect(sizeOf(content.blocks) + content.text.length).toBeLessThanOrEqual(12_000);
    }
    expect(Buffer.byteLength(renderTeams(given, 'message'))).toBeLessThanOrEqual(longestRequestBytes);
    const context = new SerializationContext(Versions.v1_4);
    new AdaptiveCard().parse(cardOf(given), context);
    expect(context.eventCount).toBe(0);
    expect(Array.from(renderEmail(given).subject).length).toBeLessThanOrEqual(200);
    expect(Buffer.byteLength(JSON.stringify(renderWebhook(given)))).toBeLessThan(64 * 1024);
  });

  it('is a mail of valid markup that runs nothing', async () => {
    const validator = new HtmlValidate({
      extends: ['html-validate:recommended'],
      rules: {
        'no-inline-style': 'off',
        'long-title': 'off',
        'no-deprecated-attr': 'off',
        'presentation-role-style': 'off',
      },
    });
    for (const { given } of everyReason) {
      const { html } = renderEmail(given);
      expect(html).not.toMatch(/<script|\u202e/);
      expect(Buffer.byteLength(html)).toBeLessThan(102_000);
      const report = await validator.validateString(html);
      expect(report.results.flatMap(({ messages }) => messages.map(({ ruleId }) => ruleId))).toEqual([]);
    }
  });
});

describe('a mail', () => {
  const { html, text } = renderEmail(mid());

  it.each([
    'Now: 38 of 42 devices offline. 3 more are silenced until 14:30 (by Ola Nordmann)',
    'Who has it: Ola Nordmann until 14:30',
    'From whoever has this:\n- Ola Nordmann: On my way to the hall',
    'Last time somebody noted:\n- The fuse of cabinet 3 had blown. (Kari Hansen, Mon 2 Mar 2026, 14:10)',
    '- Router restarted (somebody with the link sent to oslo-operators, Fri 20 Feb 2026, 08:00)',
  ])('says "%s"', (words) => {
    expect(text).toContain(words);
  });

  it('has the newest three notes, after what to do', () => {
    expect(text).not.toContain('too old to be shown');
    expect(html.indexOf('What to do next')).toBeLessThan(html.indexOf('Last time somebody noted'));
    expect(text.indexOf('The fuse')).toBeLessThan(text.indexOf('Router restarted'));
  });

  it('keeps who has it to one line above the buttons', () => {
    const above = renderEmail(worst()).text.split('\n\n')[1] ?? '';
    const line = above.split('\n').find((one) => one.startsWith('Who has it'));
    expect(Array.from(line ?? '').length).toBeLessThan(80);
    expect(above).not.toContain('On my way');
  });

  it('counts what it cuts of a note', () => {
    const note = { by: 'Kari', atMs: nowMs, text: 'n'.repeat(4_000) };
    expect(renderEmail(mid({ notes: [note] })).text).toContain(
      `${'n'.repeat(299)}… (and 3701 more characters) (Kari`,
    );
  });

  it('says of a device that it is silenced', () => {
    const given = mid({ devices: [device('oslo-press-07', { silenced: true })] });
    expect(renderEmail(given).text).toContain('oslo-press-07: offline, silenced, lost');
  });

  it.each([
    [{ silenced: 1 }, undefined, '1 of 42 devices is silenced'],
    [
      { silenced: 3 },
      { why: 'maintenance', untilMs: hasIt.untilMs, someEarlier: false, by: null },
      '3 of 42 devices are in planned work until 14:30',
    ],
    [
      { silenced: 3 },
      { why: 'both', untilMs: hasIt.untilMs, someEarlier: true, by: null },
      '3 of 42 devices are silenced or in planned work until 14:30 at the latest',
    ],
  ] as const)('says of what is silenced alone: %o', (counts, quiet, words) => {
    const given = message({
      reason: 'partlyRecovered',
      counts: { offline: 0, flapping: 0, known: 42, ...counts },
      ...(quiet ? { quiet } : {}),
    });
    expect(renderEmail(given).text).toContain(`Now: ${words}\n`);
  });

  it('says of nothing that is back that it is unstable, where only what is silenced is left', () => {
    const back = device('oslo-press-07', { phase: 'online', backAtMs: nowMs });
    const given = message({
      reason: 'partlyRecovered',
      counts: { offline: 0, flapping: 0, silenced: 1, known: 42 },
      devices: [back],
      losses: null,
    });
    const { text } = renderEmail(given);
    expect(text).toContain('Now: 1 of 42 devices is silenced');
    expect(text).not.toContain('Unstable since');
    expect(renderEmail({ ...given, devices: [back, { ...back, flapping: true }] }).text).toContain(
      'Unstable since',
    );
  });

  it('that says the end speaks of nobody who has it', () => {
    const end = mid({ status: 'resolved', type: 'incident.resolved', reason: 'recovered', notes: [] });
    expect(renderEmail(end).text).not.toMatch(/Ola Nordmann (has|until)|Who has it|From whoever/);
  });
});

describe('a webhook', () => {
  it('says who has it, what is silenced and what was noted', () => {
    const { data } = renderWebhook(mid({ devices: [device('a', { silenced: true }), device('b')] }));
    expect(data.counts).toEqual({ offline: 38, flapping: 0, silenced: 3, known: 42 });
    expect(data.acknowledged).toEqual({
      by: 'Ola Nordmann',
      at: '2026-03-04T08:30:00.000Z',
      until: '2026-03-04T13:30:00.000Z',
      note: 'On my way to the hall',
    });
    expect(data.devices.map(({ silenced }) => silenced)).toEqual([true, undefined]);
    expect(data.notes).toHaveLength(3);
    expect(data.notes[0]).toEqual({
      by: 'Kari Hansen',
      at: '2026-03-02T13:10:00.000Z',
      text: 'The fuse of cabinet 3 had blown.',
    });
    expect(renderEvent(mid(), nowMs).data).toMatchObject({
      counts: { silenced: 3 },
      acknowledged: { note: hasIt.note },
    });
  });
});

describe('the event for PagerDuty', () => {
  it.each([
    ['acknowledged', mid({ reason: 'acknowledged' }), 'acknowledge'],
    ['acknowledged, but not any more', mid({ reason: 'acknowledged', acknowledged: null }), 'trigger'],
    ['acknowledgementEnded', mid({ reason: 'acknowledgementEnded', acknowledged: null }), 'trigger'],
    ['outageGrew while somebody has it', mid({ reason: 'outageGrew' }), 'trigger'],
    ['the end while somebody has it', mid({ reason: 'recovered', status: 'resolved' }), 'resolve'],
  ])('of %s', (_, given, action) => {
    const event = buildEvent(given);
    expect(event.event_action).toBe(action);
    expect(event.dedup_key).toBe(buildEvent(message()).dedup_key);
  });

  it('has who has it and the notes in its details', () => {
    expect(buildEvent(mid()).payload.custom_details).toMatchObject({
      counts: { silenced: 3 },
      acknowledged: { by: 'Ola Nordmann', until: '2026-03-04T13:30:00.000Z', note: 'On my way to the hall' },
      notes: expect.arrayContaining([expect.stringContaining('The fuse of cabinet 3 had blown.')]),
    });
  });
});

describe('chats', () => {
  it('show in the head of Slack who has it, and say it in one line of the thread', () => {
    const given = mid({ reason: 'acknowledged' });
    const head = textsIn(headContent(given).blocks).join('\n');
    expect(head).toContain('*Who has it*\n`Ola Nordmann until 14:30`');
    expect(head).toContain('• The fuse of cabinet 3 had blown.');
    expect(textsIn(replyContent(given).blocks)).toContain('Update: Ola Nordmann has this until 14:30.');
    expect(textsIn(headContent(mid({ reason: 'outageGrew' })).blocks).join('\n')).toContain('*Who has it*');
  });

  it('show on a card of Teams who has it and what was noted', () => {
    const said = textsIn(cardOf(mid())).join('\n');
    expect(said).toContain('Offline, critical, acknowledged');
    expect(said).toContain('Ola Nordmann until 14:30');
    expect(said).toContain('The fuse of cabinet 3 had blown.');
  });
});
