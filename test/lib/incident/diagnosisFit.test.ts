import { describe, expect, it } from 'vitest';
import type { Diagnosis } from '../../../src/lib/diagnosis/diagnosis.ts';
import { pendingDiagnosis, unexplained } from '../../../src/lib/diagnosis/unexplained.ts';
import { fits, fittingDiagnosis, marksOf, recordAfter } from '../../../src/lib/incident/diagnosisFit.ts';
import type { DiagnosisRecord, Incident } from '../../../src/lib/incident/incident.ts';
import { nothingFound } from '../../simulation/edges.ts';
import { start } from '../../support/events.ts';
import { incident, type MemberWord } from '../../support/incidents.ts';

const uplink: Diagnosis = { ...nothingFound, cause: 'siteUplink', steps: ['Look at the router.'] };
const gateway: Diagnosis = { ...uplink, cause: 'gateway' };

const answered = (about: Incident, diagnosis = uplink): DiagnosisRecord =>
  recordAfter(null, about, diagnosis, start);

type Words = Readonly<Record<string, MemberWord>>;
const down = (count: number): Words =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`oslo-${index}`, 'down' as const]));

/** The incident when one member is lost once more, so much later. */
function lostAgain(of: Incident, id: string, laterMs = 600_000): Incident {
  const member = of.members.get(id)!;
  const again = { ...member, state: 'down' as const, lostAtMs: start + laterMs, backAtMs: null };
  return { ...of, members: new Map([...of.members, [id, again]]) };
}

describe('a diagnosis fits', () => {
  it.each<{ rule: string; asked: Words; now: Words; fit: boolean }>([
    { rule: 'what has not changed', asked: down(2), now: down(2), fit: true },
    {
      rule: 'fewer, when some are back',
      asked: down(3),
      now: { ...down(3), 'oslo-0': 'back', 'oslo-1': 'recovering' },
      fit: true,
    },
    { rule: 'fewer, when some are gone', asked: down(2), now: { ...down(2), 'oslo-0': 'gone' }, fit: true },
    { rule: 'the end', asked: down(1), now: { 'oslo-0': 'back' }, fit: true },
    { rule: 'not one device more', asked: down(1), now: down(2), fit: false },
    { rule: 'not one more of twenty', asked: down(20), now: down(21), fit: false },
    {
      rule: 'not one more while another is back',
      asked: down(2),
      now: { ...down(3), 'oslo-0': 'back' },
      fit: false,
    },
    {
      rule: 'not a device that flaps now',
      asked: down(2),
      now: { ...down(2), 'oslo-0': 'flapping' },
      fit: false,
    },
    { rule: 'a device that flapped and is back', asked: { a: 'flapping' }, now: { a: 'flapped' }, fit: true },
    { rule: 'a few more of many', asked: down(200), now: down(206), fit: true },
    { rule: 'not more than a few of many', asked: down(200), now: down(207), fit: false },
    { rule: 'not a few more of less than many', asked: down(99), now: down(100), fit: false },
  ])('$rule', ({ asked, now, fit }) => {
    expect(fits(answered(incident(asked)), incident(now))).toBe(fit);
  });

  it('not a device that fell again before the newest loss that was asked about', () => {
    const asked = lostAgain(incident(down(2)), 'oslo-0', 600_000);
    const late = lostAgain(asked, 'oslo-1', 300_000);
    expect(fits(answered(asked), asked)).toBe(true);
    expect(fits(answered(asked), late)).toBe(false);
  });

  it('not a device that came back and fell again', () => {
    const twice = incident({ 'oslo-0': 'back', 'oslo-1': 'down' });
    expect(fits(answered(twice), twice)).toBe(true);
    expect(fits(answered(twice), lostAgain(twice, 'oslo-0'))).toBe(false);
  });

  it('a flapping device, however often it is lost', () => {
    const flapping = incident({ 'oslo-0': 'flapping' });
    const member = { ...flapping.members.get('oslo-0')!, lostAtMs: start + 60_000 };
    expect(fits(answered(flapping), { ...flapping, members: new Map([['oslo-0', member]]) })).toBe(true);
  });

  it.each([
    { asked: 'warning', now: 'critical', fit: false },
    { asked: 'info', now: 'warning', fit: false },
    { asked: 'critical', now: 'warning', fit: true },
  ] as const)('severity $now, asked at $asked: $fit', ({ asked, now, fit }) => {
    const before = answered(incident(down(2), { severity: asked }));
    expect(fits(before, incident(down(2), { severity: now }))).toBe(fit);
  });

  it('in marks of the same size, however many devices it is about', () => {
    const size = (count: number) => JSON.stringify(marksOf(incident(down(count)))).length;
    expect(size(1_000) - size(1)).toBeLessThanOrEqual(6);
  });
});

it('tells nothing that was found for other facts', () => {
  const one = answered(incident(down(1)));
  expect(fittingDiagnosis(one, incident(down(1)))).toBe(uplink);
  expect(fittingDiagnosis(one, incident(down(2)))).toBeNull();
  expect(fittingDiagnosis(null, incident(down(1)))).toBeNull();
});

describe('after an answer', () => {
  const [one, two] = [incident(down(1)), incident(down(2))];
  const late = unexplained('the logs did not answer in time');

  it.each<{
    rule: string;
    known: DiagnosisRecord | null;
    asked?: Incident;
    answer: Diagnosis;
    becomes: object;
  }>([
    {
      rule: 'the first one counts, whatever it says',
      known: null,
      answer: late,
      becomes: { diagnosis: late, asked: 1, firstAskedAtMs: start + 60_000 },
    },
    {
      rule: 'a later one about the same facts is another asking',
      known: answered(one, pendingDiagnosis),
      answer: gateway,
      becomes: { diagnosis: gateway, asked: 2, firstAskedAtMs: start },
    },
    {
      rule: 'trouble takes nothing away about the same facts',
      known: answered(one),
      answer: late,
      becomes: { diagnosis: uplink, asked: 2, firstAskedAtMs: start },
    },
    {
      rule: 'one about other facts begins the askings anew',
      known: { ...answered(one), asked: 5 },
      asked: two,
      answer: gateway,
      becomes: { diagnosis: gateway, asked: 1, firstAskedAtMs: start + 60_000, about: marksOf(two) },
    },
    {
      rule: 'trouble about other facts leaves nothing of what was known, and is taken to pass',
      known: answered(one),
      asked: two,
      answer: late,
      becomes: { diagnosis: { status: 'pending', cause: 'unknown', unavailableBecause: null }, asked: 1 },
    },
    {
      rule: 'trouble that lasts is told',
      known: answered(one, late),
      asked: two,
      answer: late,
      becomes: { diagnosis: late, asked: 1 },
    },
  ])('$rule', ({ known, asked = one, answer, becomes }) => {
    expect(recordAfter(known, asked, answer, start + 60_000)).toMatchObject(becomes);
  });
});
