import fc from 'fast-check';
import { HtmlValidate } from 'html-validate';
import { describe, expect, it } from 'vitest';
import { renderEmailContent } from '../../../src/lib/notify/channels/email/renderContent.ts';
import { renderPage } from '../../../src/lib/pages/html/layout.ts';
import { linkPage } from '../../../src/lib/pages/link/linkPage.ts';
import type { LinkView } from '../../../src/lib/pages/link/linkView.ts';
import { type Refusal, refusalPage, refusalStatus } from '../../../src/lib/pages/link/plainPages.ts';
import { saidCodes } from '../../../src/lib/pages/link/saidCodes.ts';
import { shown } from '../../support/linkPages.ts';
import { device, message, resolved } from '../notify/renderMessages.ts';

const nowMs = Date.parse('2026-03-04T10:00:00Z');
const token = 't'.repeat(350);
const by = 'Ola Nordmann (the link sent to operators)';

function view(given: Partial<LinkView> = {}, of = message()): LinkView {
  return {
    path: '/l/a.b.c',
    reader: { kind: 'link', receiver: 'operators' },
    content: renderEmailContent(of),
    deviceIds: of.devices,
    timeZone: 'Europe/Oslo',
    status: of.status,
    endedAtMs: of.resolvedAtMs,
    acknowledged: null,
    silenceOf: [{ name: 'Oslo plant' }],
    quiet: [],
    told: [
      {
        receiver: 'operators',
        channel: null,
        notices: [{ reason: 'outageBegan', state: 'sent', attempts: 1, atMs: nowMs, error: null }],
      },
    ],
    moreReceivers: 0,
    isRouted: true,
    steps: [{ text: 'Look at the fuse.', step: 'Look at the fuse.', done: null, token }],
    notes: [],
    moreNotes: 0,
    earlierNotes: [],
    story: [{ atMs: nowMs, sentence: 'The incident began, critical.' }],
    earlierInStory: 0,
    tokens: { acknowledge: token, silence: token, note: token },
    said: null,
    nowMs,
    ...given,
  };
}

const acknowledged = { by, atMs: nowMs, untilMs: nowMs + 3_600_000, note: 'on "my" way' };
const quiet = [
  { kind: 'silence', why: 'works', by, untilMs: nowMs + 3_600_000, token },
  { kind: 'maintenance', why: 'Sunday service', by: null, untilMs: nowMs + 7_200_000, token: null },
] as const;
const page = (of: LinkView) => renderPage(linkPage(of), 'nonce');

const states: readonly (readonly [string, LinkView])[] = [
  ['nobody has it', view()],
  [
    'somebody has it',
    view({
      acknowledged,
      said: 'acknowledged',
      tokens: { acknowledge: token, 'take-back': token, note: token },
    }),
  ],
  ['it is quiet', view({ quiet, said: 'silenced' })],
  [
    'a step is done',
    view({ steps: [{ text: 'Look.', step: 'Look.', done: { step: 'Look.', by, atMs: nowMs }, token }] }),
  ],
  [
    'it has notes',
    view({
      notes: [{ by, atMs: nowMs, text: 'a\nb' }],
      moreNotes: 3,
      earlierNotes: [{ by, atMs: nowMs, text: 'c' }],
    }),
  ],
  ['it is over', view({ silenceOf: null, steps: [], tokens: { note: token }, said: 'over' }, resolved())],
  ['nobody is told', view({ told: [], moreReceivers: 0, story: [] })],
];

describe('the page of a link', () => {
  it.each(states)('is valid, accessible markup when %s', async (_state, of) => {
    const validator = new HtmlValidate({
      extends: ['html-validate:recommended', 'html-validate:a11y'],
      rules: { 'long-title': 'off', 'no-implicit-button-type': 'off', 'form-dup-name': 'off' },
    });
    const { results } = await validator.validateString(page(of));
    expect(
      results.flatMap(({ messages }) => messages.map(({ ruleId, message: said }) => `${ruleId}: ${said}`)),
    ).toEqual([]);
  });

  it.each(states)(
    'has one heading of the first level, and names each thing to press, when %s',
    (_state, of) => {
      const html = page(of);
      expect(html.match(/<h1/g)).toHaveLength(1);
      for (const [, label, words] of html.matchAll(
        /<button(?: class="second")?(?: aria-label="([^"]+)")?>([^<]*)</g,
      ))
        expect(label ?? words).toMatch(
          /^(Acknowledge|Take back|Silence|Take the silence back|Add note|Done: .+|Not done: .+)$/,
        );
    },
  );

  it('says of every code only what is true', () => {
    const words = Object.fromEntries(
      saidCodes.map((said) => [
        said,
        shown(page(view({ said })))
          .text.split(' Offline')[0]
          ?.trim(),
      ]),
    );
    expect(words).toMatchObject({
      acknowledged: expect.not.stringContaining('until'),
      over: expect.not.stringContaining('over since'),
    });
    expect(shown(page(view({ said: 'taken-back', acknowledged }))).text).toContain('already has this until');
  });

  it('tells the story by the clock of the site', () => {
    const sentence = 'ops is not told yet: the silence by Kari lasts until 2026-03-04T10:35:00.000Z.';
    const typed = 'Kari noted 2026-99-99T99:99:99.999Z.';
    const { text } = shown(
      page(view({ story: [sentence, typed].map((one) => ({ atMs: nowMs, sentence: one })) })),
    );
    expect(text).toContain('the silence by Kari lasts until 11:35.');
    expect(text).toContain(typed);
  });

  it('keeps whatever people and devices are called in its place', () => {
    const hostile = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 40 }),
      fc.constantFrom(
        '<script>a()</script>',
        '"><img src=x onerror=a()>',
        "' autofocus onfocus=a() '",
        '\u202E',
        '&quot;',
      ),
    );
    fc.assert(
      fc.property(hostile, hostile, (name, text) => {
        const html = page(
          view(
            {
              reader: { kind: 'link', receiver: name },
              acknowledged: { ...acknowledged, by: name, note: text },
              quiet: [{ ...quiet[0], by: name, why: text }],
              told: [{ receiver: name, channel: null, notices: [] }],
              steps: [
                { text, step: text.toWellFormed(), done: { step: text, by: name, atMs: nowMs }, token },
              ],
              notes: [{ by: name, atMs: nowMs, text }],
              story: [{ atMs: nowMs, sentence: text }],
              silenceOf: [{ name }],
            },
            message({ site: { kind: 'site', id: name, name, timeZone: 'UTC' }, devices: [device(name)] }),
          ),
        );
        const tags = html.replace(/"[^"]*"/g, '""').match(/<[^>]*>/g) ?? [];
        expect(tags.filter((tag) => /^<(script|img)|\son\w+=/.test(tag))).toEqual([]);
        expect(html.match(/<bdi>/g)?.length).toBe(html.match(/<\/bdi>/g)?.length);
        expect(html.match(/<form /g)?.length).toBe(
          page(view({ acknowledged, quiet: [quiet[0]] })).match(/<form /g)?.length,
        );
      }),
      { numRuns: 60 },
    );
  });

  it('is small enough for a bad connection when everything is as large as it may be', () => {
    const name = 'n'.repeat(100);
    const notices = Array.from(
      { length: 5 },
      () => ({ reason: 'outageBegan', state: 'pending', attempts: 9, atMs: nowMs, error: null }) as const,
    );
    const large = view(
      {
        acknowledged,
        quiet,
        told: Array.from({ length: 30 }, () => ({ receiver: name, channel: null, notices })),
        notes: Array.from({ length: 10 }, () => ({ by: name, atMs: nowMs, text: 'x'.repeat(1_500) })),
        earlierNotes: Array.from({ length: 3 }, () => ({ by: name, atMs: nowMs, text: 'x'.repeat(1_500) })),
        story: Array.from({ length: 30 }, () => ({ atMs: nowMs, sentence: 'x'.repeat(300) })),
      },
      message({
        devices: Array.from({ length: 100 }, (_, index) => device(`${'d'.repeat(120)}-${index}`)),
        devicesTruncated: 9_000,
      }),
    );
    expect(page(large).length).toBeLessThan(100_000);
  });
});

it.each(Object.entries(refusalStatus))(
  'a link that is %s is answered %i, in words that say what to do',
  (refusal) => {
    const { text } = shown(renderPage(refusalPage(refusal as Refusal), 'nonce'));
    expect(text).toMatch(/Open the link|next message|try again|can give it to you|may not see/);
  },
);
