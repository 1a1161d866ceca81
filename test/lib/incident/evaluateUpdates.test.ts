import { describe, expect, it } from 'vitest';
import type { DiagnosisRecord } from '../../../src/lib/incident/incident.ts';
import { start } from '../../support/events.ts';
import { foundForAll } from '../../support/incidents.ts';
import { offsetMs } from '../../support/offsetMs.ts';
import { oneTold, onlyIncident, routes } from '../../support/siteOfTen.ts';
import { decided } from '../../support/siteView.ts';

const at = (text: string) => start + offsetMs(text);

/** What the logs answered about an incident, first asked when it was told. */
function answered(incidentId: string, asked: number, diagnosis: object = {}): DiagnosisRecord {
  const firstAskedAtMs = at('15m30s');
  return { incidentId, asked, firstAskedAtMs, diagnosis, about: foundForAll } as DiagnosisRecord;
}

describe('updates', () => {
  it('come at most every groupInterval', () => {
    const site = oneTold();
    site.lost('12m', 'oslo-1');
    expect(site.evaluate('17m').nextAtMs).toBe(at('20m30s'));
    site.lost('13m', 'oslo-2');
    expect(decided(site.evaluate('18m'))).toEqual([]);
    expect(decided(site.evaluate('20m30s'))).toEqual(['operators: update outageGrew']);
    site.answer('20m30s');
    site.lost('17m', 'oslo-3');
    expect(site.evaluate('22m').nextAtMs).toBe(at('25m30s'));
  });

  it('are one at a time: while one is on its way the next waits for it', () => {
    const site = oneTold();
    site.lost('14m', 'oslo-1');
    expect(decided(site.evaluate('20m30s'))).toHaveLength(1);
    site.lost('20m', 'oslo-2');
    expect(decided(site.evaluate('29m'))).toEqual([]);
  });

  it('that are due when the incident ends are dropped, and the end is told', () => {
    const site = oneTold();
    site.lost('14m', 'oslo-1');
    expect(decided(site.evaluate('20m30s'))).toEqual(['operators: update outageGrew']);
    site.connected('21m', 'oslo-0', 'oslo-1');
    const result = site.evaluate('23m');
    expect(decided(result)).toEqual(['operators: final recovered']);
    expect(result.changes[0]?.dropped).toMatchObject([
      { kind: 'update', lastError: 'the incident ended before it could be told' },
    ]);
  });

  it('that may have been read are dropped all the same: the end takes them back', () => {
    const site = oneTold();
    site.lost('14m', 'oslo-1');
    site.evaluate('20m30s');
    const [notice] = site.notices.values();
    const possiblyDelivered = {
      severity: 'warning',
      down: ['oslo-0', 'oslo-1'],
      flapping: [],
      diagnosisKey: '',
    } as const;
    site.notices.set(notice!.noticeId, { ...notice!, possiblyDelivered });
    site.connected('21m', 'oslo-0', 'oslo-1');
    const result = site.evaluate('23m');
    expect(result.changes[0]?.dropped).toMatchObject([{ kind: 'update' }]);
    expect(result.changes[0]?.told).toMatchObject([
      { facts: { down: ['oslo-0', 'oslo-1'], unsure: ['oslo-1'] } },
    ]);
    expect(decided(result)).toEqual(['operators: final recovered']);
  });

  it('that are due when the route is removed are dropped, and that is told', () => {
    const site = oneTold();
    site.lost('14m', 'oslo-1');
    site.evaluate('20m30s');
    site.config = routes('  - { match: { sites: [elsewhere] }, to: [operators] }');
    const result = site.evaluate('21m');
    expect(decided(result)).toEqual(['operators: final noLongerFollowed']);
    expect(result.changes[0]?.dropped).toMatchObject([
      { kind: 'update', lastError: 'the route was removed before it could be told' },
    ]);
  });

  it('that are due when the last device is deleted are dropped as too late', () => {
    const site = oneTold();
    site.lost('14m', 'oslo-1');
    site.evaluate('20m30s');
    site.happens('deleted', 'oslo-0', '21m');
    site.happens('deleted', 'oslo-1', '21m');
    const result = site.evaluate('21m');
    expect(decided(result)).toEqual(['operators: final noLongerFollowed']);
    expect(result.changes[0]?.dropped).toMatchObject([
      { lastError: 'the incident ended before it could be told' },
    ]);
  });

  it('tell at once of the likely cause, once it is known of this incident', () => {
    const site = oneTold();
    const diagnosis = { status: 'available', cause: 'siteUplink', steps: ['Look at the router.'] };
    site.diagnoses.push(answered('inc_of_another', 5, diagnosis));
    expect(decided(site.evaluate('16m'))).toEqual([]);
    const { incidentId } = onlyIncident(site);
    site.diagnoses.push(answered(incidentId, 5, { ...diagnosis, status: 'pending' }));
    expect(decided(site.evaluate('16m'))).toEqual([]);
    site.diagnoses.pop();
    site.diagnoses.push(answered(incidentId, 5, diagnosis));
    expect(decided(site.evaluate('16m'))).toEqual(['operators: update diagnosisArrived']);
  });

  it('remind every remindEvery of what is still down', () => {
    const site = oneTold();
    expect(site.evaluate('16m').nextAtMs).toBe(at('4h15m30s'));
    expect(decided(site.evaluate('4h15m30s'))).toEqual(['operators: reminder reminder']);
    site.answer('4h15m30s');
    expect(site.evaluate('4h16m').nextAtMs).toBe(at('8h15m30s'));
  });

  it('count groupInterval for each receiver', () => {
    const site = oneTold();
    site.config = routes('  - { to: [operators] }\n  - { to: [manager] }');
    site.evaluate('19m');
    site.answer('19m');
    site.lost('15m', 'oslo-1');
    expect(decided(site.evaluate('20m30s'))).toEqual(['operators: update outageGrew']);
    expect(decided(site.evaluate('24m'))).toEqual(['manager: update outageGrew']);
  });
});

describe('the end', () => {
  it('is told to whoever was told, and archived when they know', () => {
    const site = oneTold();
    site.connected('20m', 'oslo-0');
    const result = site.evaluate('22m');
    expect(decided(result)).toEqual(['operators: final recovered']);
    expect(result.changes[0]?.archived).toBe(false);
    site.answer('22m');
    expect(site.evaluate('22m1s')).toMatchObject({ changes: [{ archived: true }], idle: true });
    expect(site.evaluate('22m2s')).toMatchObject({ changes: [], nextAtMs: null, idle: true });
  });

  it('does not keep an open incident of the same site from being followed', () => {
    const site = oneTold();
    site.connected('20m', 'oslo-0');
    site.evaluate('22m');
    site.lost('20m', 'oslo-1');
    expect(decided(site.evaluate('26m'))).toEqual(['operators: opening outageBegan']);
    expect([...site.incidents.values()].map((one) => one.status)).toEqual(['resolved', 'open']);
  });

  it('by deletion of all is told as no longer followed', () => {
    const site = oneTold();
    site.happens('deleted', 'oslo-0', '20m');
    expect(decided(site.evaluate('20m'))).toEqual(['operators: final noLongerFollowed']);
  });
});
