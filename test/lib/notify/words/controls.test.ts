import { describe, expect, it } from 'vitest';
import type { Message } from '../../../../src/lib/notify/message.ts';
import { clockOf } from '../../../../src/lib/notify/words/clock.ts';
import { plain } from '../../../../src/lib/notify/words/phrase.ts';
import { reasonInWords } from '../../../../src/lib/notify/words/reasonInWords.ts';
import { subjectOf, summarise } from '../../../../src/lib/notify/words/summary.ts';
import { device, hadBy, hasIt, message, single } from '../renderMessages.ts';

const at = (time: string) => Date.parse(`2026-03-04T${time}Z`);
const said = (given: Message) => plain(reasonInWords(given, clockOf(given.site.timeZone)));
const update = { type: 'incident.updated' } as const;
const one = { counts: { offline: 1, flapping: 0, known: 1 }, devices: [device('oslo-press-07')] };
const flaps = { counts: { offline: 0, flapping: 2, known: 42 } };
const link = 'the link sent to oslo-operators';
const silence = {
  why: 'silence',
  name: null,
  by: 'Ola Nordmann',
  atMs: at('13:30:00'),
  endedBy: null,
} as const;
const service = { why: 'maintenance', name: 'Sunday service', by: null, atMs: null, endedBy: null } as const;
const fewer = {
  hubLevel: { connected: 700, expected: 1_000, explained: 2, ended: null },
} as unknown as Partial<Message>;

describe('a notice that comes of a control says so', () => {
  it.each<[string, Partial<Message>]>([
    // Acknowledged.
    [
      'Update: Ola Nordmann has this until 14:30.',
      { ...update, reason: 'acknowledged', acknowledged: hasIt },
    ],
    [
      'Update: Ola Nordmann has this until Thu 5 Mar 2026, 02:00.',
      {
        ...update,
        reason: 'acknowledged',
        acknowledged: { ...hasIt, untilMs: Date.parse('2026-03-05T01:00Z') },
      },
    ],
    [
      'Update: somebody with the link sent to oslo-operators has this until 14:30.',
      { ...update, reason: 'acknowledged', acknowledged: { ...hasIt, by: link } },
    ],
    [
      'Update: Ola Nordmann has this until 14:30.',
      { ...update, reason: 'acknowledged', acknowledged: { ...hasIt, by: `Ola Nordmann (${link})` } },
    ],
    ['Update: somebody had this, but not any more.', { ...update, reason: 'acknowledged' }],
    // The end of it.
    [
      'Update: Ola Nordmann had this until 14:30. Nobody has it now, and it is still going on.',
      { ...update, reason: 'acknowledgementEnded', acknowledgementEnded: hadBy(null) },
    ],
    [
      'Update: Ola Nordmann has given this back. Nobody has it now, and it is still going on.',
      { ...update, reason: 'acknowledgementEnded', acknowledgementEnded: hadBy('Ola Nordmann') },
    ],
    [
      'Update: Kari Hansen ended the acknowledgement by Ola Nordmann. Nobody has it now, and it is still going on.',
      { ...update, reason: 'acknowledgementEnded', acknowledgementEnded: hadBy('Kari Hansen') },
    ],
    [
      'Update: more devices are affected, so the severity rose, and the acknowledgement by Ola Nordmann has ended.',
      { ...update, reason: 'severityRose', acknowledgementEnded: { ...hadBy(null), why: 'severityRose' } },
    ],
    // Silences.
    [
      'First alert: the silence by Ola Nordmann ended at 14:30, and these devices are still offline.',
      { reason: 'silenceEnded', letGo: silence },
    ],
    [
      'Update: Kari Hansen ended the silence at 14:30, and this device is still offline.',
      { ...update, ...one, reason: 'silenceEnded', letGo: { ...silence, endedBy: 'Kari Hansen' } },
    ],
    [
      'Update: the silence is over, and these connections keep dropping.',
      { ...update, ...flaps, reason: 'silenceEnded' },
    ],
    [
      'First alert: the silence by Ola Nordmann ended at 14:30, and this is still going on.',
      { ...fewer, reason: 'silenceEnded', letGo: silence },
    ],
    // Planned work.
    [
      'First alert: the planned work “Sunday service” is over, and these devices have not come back.',
      { reason: 'didNotReturn', letGo: service },
    ],
    [
      'Update: the planned work “New switch” ended at 14:30, and this device has not come back.',
      {
        ...update,
        ...one,
        reason: 'didNotReturn',
        letGo: { ...service, name: 'New switch', by: 'Ola Nordmann', atMs: at('13:30:00') },
      },
    ],
    [
      'Update: Kari Hansen ended the planned work “New switch” at 14:30, and these connections keep dropping.',
      {
        ...update,
        ...flaps,
        reason: 'didNotReturn',
        letGo: { ...service, name: 'New switch', atMs: at('13:30:00'), endedBy: 'Kari Hansen' },
      },
    ],
    [
      'First alert: the planned work is over, and these devices have not come back.',
      { reason: 'didNotReturn' },
    ],
    // Escalation.
    ['First alert: nobody has this, so it comes to you.', { reason: 'escalated' }],
    [
      'First alert: oslo-operators was told at 09:21, but nobody has this, so it comes to you.',
      {
        reason: 'escalated',
        toldFirst: [{ receiver: 'oslo-operators', atMs: at('08:21:00'), reached: true }],
      },
    ],
    [
      'First alert: oslo-operators and lead were told from 09:21 on, but nobody has this, so it comes to you.',
      {
        reason: 'escalated',
        toldFirst: [
          { receiver: 'hall', atMs: at('08:20:00'), reached: false },
          { receiver: 'oslo-operators', atMs: at('08:21:00'), reached: true },
          { receiver: 'lead', atMs: at('08:40:00'), reached: true },
        ],
      },
    ],
    [
      'First alert: oslo-operators could not be told, and nobody has this, so it comes to you.',
      {
        reason: 'escalated',
        toldFirst: [{ receiver: 'oslo-operators', atMs: at('08:21:00'), reached: false }],
      },
    ],
    [
      'First alert: oslo-operators could not be reached, so this comes to you.',
      { reason: 'escalated', instead: { receiver: 'oslo-operators', error: 'HTTP 410' } },
    ],
  ])('%s', (sentence, given) => {
    expect(said(message(given))).toBe(sentence);
  });
});

describe('the subject and the summary say it too', () => {
  it.each<[string, Message]>([
    [
      'Oslo plant: 38 of 42 devices offline, acknowledged by Ola Nordmann',
      message({ reason: 'acknowledged', acknowledged: hasIt }),
    ],
    [
      'Oslo plant: 38 of 42 devices offline, nobody has this any more',
      message({ reason: 'acknowledgementEnded' }),
    ],
    ['Oslo plant: 38 of 42 devices offline, the silence is over', message({ reason: 'silenceEnded' })],
    [
      'Oslo plant: 38 of 42 devices offline, not back after planned work',
      message({ reason: 'didNotReturn' }),
    ],
    [
      'Oslo plant: 2 of 42 devices flapping: connections unstable, planned work is over',
      message({ ...flaps, reason: 'didNotReturn' }),
    ],
    [
      'Oslo plant: 38 of 42 devices offline, nobody has this',
      message({ reason: 'escalated', toldFirst: [{ receiver: 'hall', atMs: 0, reached: true }] }),
    ],
    [
      'Oslo plant: 38 of 42 devices offline',
      message({ reason: 'escalated', instead: { receiver: 'hall', error: 'HTTP 410' } }),
    ],
    [
      'Oslo plant: 3 of 42 devices silenced, nobody has this any more',
      message({
        reason: 'acknowledgementEnded',
        counts: { offline: 0, flapping: 0, silenced: 3, known: 42 },
      }),
    ],
    [
      'Oslo plant: 5 devices back, 3 more silenced',
      message({
        reason: 'partlyRecovered',
        backCount: 5,
        counts: { offline: 0, flapping: 0, silenced: 3, known: 42 },
      }),
    ],
    // What else is said while somebody has it keeps its own words.
    ['Oslo plant: 38 of 42 devices offline', message({ reason: 'outageGrew', acknowledged: hasIt })],
  ])('%s', (summary, given) => {
    expect(summarise(given)).toBe(summary);
    expect(subjectOf(given)).toBe(summary);
  });

  it('of one device and of a hub', () => {
    expect(subjectOf(single({ reason: 'acknowledged', acknowledged: hasIt }))).toBe(
      'Oslo plant: 1 device offline (oslo-press-07), acknowledged by Ola Nordmann',
    );
    expect(
      summarise(single({ reason: 'outageGrew', counts: { offline: 0, flapping: 0, silenced: 1, known: 1 } })),
    ).toBe('oslo-press-07 silenced');
    expect(summarise(message({ ...fewer, reason: 'acknowledgementEnded' }))).toMatch(
      /^Oslo plant reports 300 fewer .*, nobody has this any more$/,
    );
  });

  it('within 200 characters, whatever a person is called', () => {
    const given = message({
      reason: 'acknowledged',
      site: { ...message().site, name: 'n'.repeat(300) },
      acknowledged: { ...hasIt, by: 'x'.repeat(100) },
    });
    expect(Array.from(subjectOf(given)).length).toBeLessThanOrEqual(200);
    expect(subjectOf(given)).toMatch(/acknowledged by x{39}…$/);
  });
});
