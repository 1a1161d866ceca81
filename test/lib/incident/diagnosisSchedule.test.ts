import { expect, it } from 'vitest';
import { diagnosisKeyOf, nextAskAt } from '../../../src/lib/incident/diagnosisSchedule.ts';
import type { DiagnosisRecord } from '../../../src/lib/incident/incident.ts';
import { nothingFound } from '../../simulation/edges.ts';
import { start } from '../../support/events.ts';
import { foundForAll, incident } from '../../support/incidents.ts';

const known = { cause: 'device', steps: ['Check its power.', 'Check its link.'] } as const;

it.each([
  { rule: 'the same cause and steps are the same', other: known, same: true },
  { rule: 'another cause is another', other: { ...known, cause: 'gateway' as const }, same: false },
  { rule: 'other steps are another', other: { ...known, steps: ['Check its power.'] }, same: false },
])('a diagnosis is worth another notice by what a reader would do: $rule', ({ other, same }) => {
  expect(diagnosisKeyOf(other) === diagnosisKeyOf(known)).toBe(same);
});

it.each([
  { rule: 'nobody asks before the first notice', asked: null, status: 'open', atMs: null },
  { rule: 'the second question is a minute after the first', asked: 1, status: 'open', atMs: start + 60_000 },
  { rule: 'nobody asks again once it is over', asked: 1, status: 'resolved', atMs: null },
  { rule: 'nobody asks a sixth time', asked: 5, status: 'open', atMs: null },
  {
    rule: 'other facts are asked about anew',
    asked: 5,
    status: 'open',
    outgrown: true,
    atMs: start + 60_000,
  },
  { rule: 'but not once it is over', asked: 5, status: 'resolved', outgrown: true, atMs: null },
  { rule: 'a hub’s own count explains itself', asked: 0, status: 'open', atMs: null },
  {
    rule: 'without logs too',
    asked: 0,
    status: 'open',
    outgrown: true,
    atMs: start + 60_000,
  },
] as const)('$rule', ({ asked, status, atMs, ...given }) => {
  const about = 'outgrown' in given ? { ...foundForAll, members: 0 } : foundForAll;
  const known = { incidentId: 'inc_1', diagnosis: nothingFound, firstAskedAtMs: start, about };
  const record: DiagnosisRecord | null = asked === null ? null : { ...known, asked };
  expect(nextAskAt(record, incident({ 'oslo-0': 'down' }, { status }))).toBe(atMs);
});
