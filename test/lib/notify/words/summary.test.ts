import { describe, expect, it } from 'vitest';
import { reasons } from '../../../../src/lib/incident/reasons.ts';
import type { Message } from '../../../../src/lib/notify/message.ts';
import { clockOf } from '../../../../src/lib/notify/words/clock.ts';
import { durationInWords } from '../../../../src/lib/notify/words/durationInWords.ts';
import { plain } from '../../../../src/lib/notify/words/phrase.ts';
import { reasonInWords } from '../../../../src/lib/notify/words/reasonInWords.ts';
import { subjectOf, summarise } from '../../../../src/lib/notify/words/summary.ts';
import { back, device, diagnosis, message, resolved, single } from '../renderMessages.ts';

const down = (offline: number, known = 42, flapping = 0) => ({ offline, flapping, known });
const ownSite = { kind: 'device', id: 'pump-1', name: 'pump-1', timeZone: 'UTC' } as const;
const flapping = {
  severity: 'info',
  counts: down(0, 1, 1),
  devices: [device('oslo-press-07', { flapping: true })],
} as const;
const ended = (overrides: Partial<Message>) =>
  resolved({ reason: 'noLongerFollowed', backCount: 0, lasted: null, ...overrides });
const withModules = (offline: number, modules: number, flapping = 0, back = 0) => ({
  counts: { offline, flapping, known: 9, modules: { offline: modules, flapping: 0, back } },
});

const ofSites: readonly (readonly [string, Message])[] = [
  ['Oslo plant: 38 of 42 devices offline', message()],
  ['Oslo plant: 1 of 42 devices offline', message({ counts: down(1) })],
  ['Oslo plant: 1 of 1 device offline', message({ counts: down(1, 1) })],
  ['Oslo plant: 38 of 42 devices offline, 2 flapping', message({ counts: down(38, 42, 2) })],
  [
    'Oslo plant: 12 of 42 devices offline, 3 back',
    message({ reason: 'outageGrew', counts: down(12), backCount: 3 }),
  ],
  ['Oslo plant: 38 of 42 devices offline, now critical', message({ reason: 'severityRose' })],
  ['Oslo plant: 38 of 42 devices still offline', message({ reason: 'reminder', type: 'incident.reminder' })],
  ['Oslo plant: 38 of 42 devices offline, likely cause found', message({ reason: 'diagnosisArrived' })],
  [
    'Oslo plant: 38 of 42 devices offline, diagnosis updated',
    message({ reason: 'diagnosisArrived', diagnosis: { ...diagnosis, cause: 'unknown' } }),
  ],
  ['Oslo plant: 38 of 42 devices offline', message({ reason: 'escalated' })],
  [
    'Oslo plant: 37 of 40 devices back, 3 still offline',
    message({ reason: 'partlyRecovered', counts: down(3), backCount: 37 }),
  ],
  ['Oslo plant: 2 of 42 devices flapping: connections unstable', message({ counts: down(0, 42, 2) })],
  ['Oslo plant: 1 of 42 devices flapping: connection unstable', message({ counts: down(0, 42, 1) })],
  [
    'Oslo plant: 2 of 42 devices still flapping: connections unstable',
    message({ reason: 'reminder', counts: down(0, 42, 2) }),
  ],
  ['Oslo plant: all 38 devices back online after 11 min', resolved()],
  ['Oslo plant: 1 device back online after 11 min', resolved({ backCount: 1 })],
  [
    'Oslo plant: both devices no longer flapping, stable after 11 min',
    resolved({ reason: 'flappingEnded', backCount: 2 }),
  ],
  [
    'Oslo plant: both devices back online after 11 min, 1 deleted',
    resolved({
      backCount: 2,
      devices: [device('a', back), device('b', back), device('c', { deleted: true })],
    }),
  ],
  [
    'Oslo plant: no longer followed: 2 devices deleted',
    ended({ devices: [device('a', { deleted: true }), device('b', { deleted: true })] }),
  ],
  ['Oslo plant: no longer followed, 38 of 42 devices still offline', ended({ counts: down(38) })],
  [
    'Oslo plant: 1 device no longer followed (deleted), 37 of 41 devices offline',
    message({
      reason: 'noLongerFollowed',
      counts: down(37, 41),
      devices: [device('a'), device('b', { deleted: true })],
    }),
  ],
  ['Oslo plant: 1 of 42 devices offline', message({ counts: down(1), devices: [device('a')] })],
  ['Oslo plant: 1 of 1 device offline', single({ devices: [] })],
  [
    'pump-1: 2 of 2 devices offline',
    message({ site: ownSite, counts: down(2, 2), devices: [device('pump-1'), device('pump-2')] }),
  ],
  [
    'pump-1: 2 of 2 devices offline',
    message({ site: ownSite, counts: down(2, 2), devices: [device('pump-1')], devicesTruncated: 1 }),
  ],
  [
    'Oslo plant: 3 of 5 devices back, 2 still flapping',
    message({ reason: 'partlyRecovered', counts: down(0, 42, 2), backCount: 3 }),
  ],
  [
    'Oslo plant: 38 of 42 devices offline',
    message({ reason: 'outageGrew', devices: [device('a'), device('b', { deleted: true })] }),
  ],
  ['Oslo plant: 38 of 42 devices offline', message({ reason: 'noLongerFollowed' })],
  [
    'Oslo plant: 1 device no longer followed (deleted), no devices offline',
    message({
      reason: 'noLongerFollowed',
      counts: down(0),
      devices: [device('a', back), device('b', { deleted: true })],
    }),
  ],
  ['Oslo plant: 1 of 9 devices and 9 modules offline', message(withModules(1, 9))],
  ['Oslo plant: 1 module offline', message(withModules(0, 1))],
  [
    'Oslo plant: 3 modules offline, 2 flapping, 4 modules back',
    message({ reason: 'outageGrew', ...withModules(0, 3, 2, 4) }),
  ],
  [
    'Oslo plant: 6 of 7 devices and 9 modules back, 1 still offline',
    message({ reason: 'partlyRecovered', ...withModules(1, 0, 0, 9), backCount: 6 }),
  ],
  [
    'Oslo plant: 1 device and 9 modules back online after 11 min',
    resolved({ ...withModules(0, 0, 0, 9), backCount: 1 }),
  ],
  ['Oslo plant: no longer followed', ended({ devices: [device('a', back), device('b', back)] })],
  ['Oslo plant: all devices back online after 11 min', resolved({ backCount: 0 })],
  ['Oslo plant: all 38 devices back online after 11 min', resolved({ nowMs: message().nowMs + 36_000_000 })],
];

const ofDevices: readonly (readonly [string, string, Message])[] = [
  ['oslo-press-07 offline', 'Oslo plant: 1 device offline (oslo-press-07)', single()],
  ['pump-1 offline', 'pump-1: 1 device offline', single({ site: ownSite, devices: [device('pump-1')] })],
  [
    'oslo-press-07/edgeAgent offline',
    'Oslo plant: 1 module offline (oslo-press-07/edgeAgent)',
    single({ devices: [device('oslo-press-07', { moduleId: 'edgeAgent' })] }),
  ],
  [
    'pump-1 offline',
    'pump-1: 1 device offline',
    single({ per: 'site', site: ownSite, devices: [device('pump-1')] }),
  ],
  [
    'oslo-press-07 still offline',
    'Oslo plant: 1 device still offline (oslo-press-07)',
    single({ reason: 'reminder' }),
  ],
  [
    'oslo-press-07 flapping: connection unstable',
    'Oslo plant: 1 device flapping: connection unstable (oslo-press-07)',
    single({ ...flapping, reason: 'flappingBegan' }),
  ],
  [
    'oslo-press-07 back online after 11 min',
    'Oslo plant: 1 device back online after 11 min (oslo-press-07)',
    resolved({ per: 'device', backCount: 1, devices: [device('oslo-press-07', back)] }),
  ],
  [
    'oslo-press-07 no longer flapping, stable after 11 min',
    'Oslo plant: 1 device no longer flapping, stable after 11 min (oslo-press-07)',
    resolved({ per: 'device', reason: 'flappingEnded', devices: [device('oslo-press-07', back)] }),
  ],
  [
    'oslo-press-07 no longer followed: deleted',
    'Oslo plant: 1 device no longer followed: deleted (oslo-press-07)',
    ended({ per: 'device', devices: [device('oslo-press-07', { deleted: true })] }),
  ],
  [
    'oslo-press-07 no longer followed, still offline',
    'Oslo plant: 1 device no longer followed, still offline (oslo-press-07)',
    ended({ per: 'device', counts: down(1, 1), devices: [device('oslo-press-07')] }),
  ],
  [
    'oslo-press-07 no longer followed',
    'Oslo plant: 1 device no longer followed (oslo-press-07)',
    ended({ per: 'device', counts: down(0, 1), devices: [device('oslo-press-07', back)] }),
  ],
  [
    'oslo-press-07 still flapping: connection unstable',
    'Oslo plant: 1 device still flapping: connection unstable (oslo-press-07)',
    single({ ...flapping, reason: 'reminder' }),
  ],
  [
    'oslo-press-07 reconnected, not confirmed yet',
    'Oslo plant: 1 device reconnected, not confirmed yet (oslo-press-07)',
    single({ counts: down(0, 1), devices: [device('oslo-press-07', back)] }),
  ],
];

const inWords = (given: Message) => plain(reasonInWords(given, clockOf(given.site.timeZone)));

describe('summary', () => {
  it.each(ofSites)('reads "%s"', (summary, given) => {
    expect(summarise(given)).toBe(summary);
    expect(subjectOf(given)).toBe(summary);
  });

  it.each(ofDevices)('reads "%s" for one device and has the subject "%s"', (summary, subject, given) => {
    expect(summarise(given)).toBe(summary);
    expect(subjectOf(given)).toBe(subject);
  });

  it('cuts a long name in the subject, and says so', () => {
    const named = (chars: number) => message({ site: { ...message().site, name: 'n'.repeat(chars) } });
    expect(subjectOf(named(70))).toBe(`${'n'.repeat(70)}: 38 of 42 devices offline`);
    expect(subjectOf(named(71))).toBe(`${'n'.repeat(69)}…: 38 of 42 devices offline`);
  });

  it('explains every reason in one sentence', () => {
    const sentences = reasons.map((reason) => inWords(message({ reason, type: 'incident.updated' })));
    expect(new Set(sentences).size).toBe(reasons.length);
    for (const sentence of sentences) expect(sentence).toMatch(/^[A-Z].+\.$/);
  });

  it.each([
    ['incident.opened', 'flappingBegan', 'First alert: the connection keeps dropping and coming back.'],
    ['incident.updated', 'flappingBegan', 'Update: connections keep dropping and coming back.'],
    ['incident.opened', 'outageGrew', 'First alert: devices went offline.'],
    ['incident.updated', 'outageGrew', 'Update: more devices went offline.'],
    ['incident.resolved', 'recovered', 'All clear: everything is back and has stayed connected.'],
    [
      'incident.resolved',
      'noLongerFollowed',
      'Closed: these devices are no longer followed; they were deleted, or the routes changed.',
    ],
  ] as const)('a notice of type %s says of %s: "%s"', (type, reason, sentence) => {
    expect(inWords(message({ type, reason }))).toBe(sentence);
  });

  it.each([
    [down(3, 42), 'some devices are back, others are still offline'],
    [down(0, 42, 1), 'the devices that were offline are back, but some connections keep dropping'],
  ])('says of a partial recovery what is left: %o', (counts, words) => {
    const said = inWords(message({ type: 'incident.updated', reason: 'partlyRecovered', counts }));
    expect(said).toBe(`Update: ${words}.`);
  });

  it.each([
    [0, '1 s'],
    [45_400, '45 s'],
    [59_600, '1 min'],
    [14 * 60_000, '14 min'],
    [59.6 * 60_000, '1 h'],
    [4 * 3_600_000, '4 h'],
    [4 * 3_600_000 + 5 * 60_000, '4 h 5 min'],
    [23 * 3_600_000 + 59.7 * 60_000, '1 day'],
    [51 * 3_600_000, '2 days 3 h'],
  ])('a duration of %d ms reads "%s"', (durationMs, words) => {
    expect(durationInWords(durationMs)).toBe(words);
  });
});
