import { describe, expect, it } from 'vitest';
import { dueDigests } from '../../../src/lib/policy/shiftDigest.ts';
import { configOf } from '../../support/configOf.ts';

const rulesWith = (digest: string) =>
  configOf(`
sites:
  - { id: oslo, timeZone: Europe/Oslo, devices: ["oslo-*"] }
  - { id: bergen, timeZone: Europe/Oslo, devices: ["bergen-*"] }
  - { id: austin, timeZone: America/Chicago, devices: ["austin-*"] }
receivers:
  crew: { webhook: { url: "https://crew.example" } }
  lead: { webhook: { url: "https://lead.example" } }
routes: [{ to: [crew] }]
digest: ${digest}
`);

/** Every digest that a look each five minutes finds, by the clock of UTC. */
function overTime(digest: string, from: string, until: string): string[] {
  const rules = rulesWith(digest);
  const found: string[] = [];
  for (let atMs = Date.parse(from); atMs < Date.parse(until); atMs += 300_000) {
    for (const due of dueDigests(rules, atMs, atMs + 300_000)) {
      const when = new Date(due.atMs).toISOString().slice(0, 16);
      found.push(`${when} ${due.receiver}: ${due.sites.map(({ id }) => id).join(' ')}`);
    }
  }
  return found;
}

const oslo = (...at: string[]) => `[{ sites: [oslo], at: ${JSON.stringify(at)}, to: [crew] }]`;

describe('a change of shift', () => {
  it.each([
    [
      'by the clock of the site',
      oslo('06:00', '14:00', '22:00'),
      '2026-03-04T00:00Z',
      '2026-03-05T00:00Z',
      ['2026-03-04T05:00 crew: oslo', '2026-03-04T13:00 crew: oslo', '2026-03-04T21:00 crew: oslo'],
    ],
    [
      'that the clock leaves out, once, when it is put forward',
      oslo('02:30'),
      '2026-03-28T12:00Z',
      '2026-03-30T12:00Z',
      ['2026-03-29T01:00 crew: oslo', '2026-03-30T00:30 crew: oslo'],
    ],
    [
      'of which two fall into the hour that is left out, once',
      oslo('02:15', '02:45'),
      '2026-03-29T00:00Z',
      '2026-03-29T12:00Z',
      ['2026-03-29T01:00 crew: oslo'],
    ],
    [
      'that the clock shows twice, at its first showing',
      oslo('02:30'),
      '2026-10-24T12:00Z',
      '2026-10-26T12:00Z',
      ['2026-10-25T00:30 crew: oslo', '2026-10-26T01:30 crew: oslo'],
    ],
    [
      'after the clock was changed, by the new time',
      oslo('06:00'),
      '2026-10-24T00:00Z',
      '2026-10-26T00:00Z',
      ['2026-10-24T04:00 crew: oslo', '2026-10-25T05:00 crew: oslo'],
    ],
    [
      'of two sites at one moment, together; of one in another zone by itself',
      '[{ sites: [oslo, austin], at: ["06:00"], to: [lead] }, { sites: [bergen], at: ["06:00"], to: [lead, crew] }]',
      '2026-03-04T00:00Z',
      '2026-03-05T00:00Z',
      [
        '2026-03-04T05:00 lead: oslo bergen',
        '2026-03-04T05:00 crew: bergen',
        '2026-03-04T12:00 lead: austin',
      ],
    ],
  ])('is told %s', (_, digest, from, until, expected) => {
    expect(overTime(digest, from, until)).toEqual(expected);
  });

  it('that was missed is told if none has followed', () => {
    const rules = rulesWith(oslo('06:00', '14:00', '22:00'));
    const due = dueDigests(rules, Date.parse('2026-03-04T04:00Z'), Date.parse('2026-03-04T20:00Z'));
    expect(due).toMatchObject([
      {
        atMs: Date.parse('2026-03-04T13:00Z'),
        sites: [{ fromMs: Date.parse('2026-03-04T05:00Z'), untilMs: Date.parse('2026-03-04T21:00Z') }],
      },
    ]);
  });

  it('lasts twenty-four hours where a day has one, and their true length when the clock is changed', () => {
    const rules = rulesWith(oslo('12:00'));
    const at = Date.parse('2026-03-28T11:00Z');
    const [due] = dueDigests(rules, at - 60_000, at);
    expect(due?.sites[0]).toMatchObject({ fromMs: at - 24 * 3_600_000, untilMs: at + 23 * 3_600_000 });
  });
});
