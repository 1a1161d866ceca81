import { describe, expect, it } from 'vitest';
import { ownSite, siteById } from '../../../src/lib/directory/placeOf.ts';
import { evaluate } from '../../../src/lib/incident/evaluate.ts';
import { type DiagnosisRecord, perOf } from '../../../src/lib/incident/incident.ts';
import { configOf, osloConfig } from '../../support/configOf.ts';
import { start } from '../../support/events.ts';
import { facts, foundForAll } from '../../support/incidents.ts';
import { offsetMs } from '../../support/offsetMs.ts';
import { oneLost, oneTold, onlyIncident, openOnes, routes, siteOfTen } from '../../support/siteOfTen.ts';
import { decided, SiteInMemory } from '../../support/siteView.ts';

const at = (text: string) => start + offsetMs(text);

/** What the logs answered about an incident, first asked when it was told. */
function answered(incidentId: string, asked: number, diagnosis: object = {}): DiagnosisRecord {
  const firstAskedAtMs = at('15m30s');
  return { incidentId, asked, firstAskedAtMs, diagnosis, about: foundForAll } as DiagnosisRecord;
}

describe('an incident', () => {
  it('does not open while a device is only suspect', () => {
    const site = siteOfTen();
    site.lost('10m', 'oslo-0');
    expect(site.evaluate('14m59s')).toMatchObject({ changes: [], nextAtMs: at('15m'), idle: false });
  });

  it('opens when the first device counts as offline, and tells when groupWait has run', () => {
    const site = oneLost();
    expect(onlyIncident(site)).toMatchObject({
      openedAtMs: at('15m'),
      subject: { kind: 'site' },
      status: 'open',
    });
    expect(site.notices.size).toBe(0);
    expect(site.evaluate('15m1s').nextAtMs).toBe(at('15m30s'));
    expect(decided(site.evaluate('15m30s'))).toEqual(['operators: opening outageBegan']);
  });

  it('sees those that join once it is told, so many that fall one after the other cost one look', () => {
    const site = siteOfTen();
    for (const [second, device] of ['oslo-0', 'oslo-1', 'oslo-2'].entries())
      site.lost(`10m${second * 7}s`, device);
    expect(site.evaluate('15m').nextAtMs).toBe(at('15m30s'));
    site.lost('10m50s', 'oslo-3');
    expect(decided(site.evaluate('15m30s'))).toEqual(['operators: opening outageBegan']);
    const { nextAtMs, wakeAtMs } = site.evaluate('15m31s');
    expect([nextAtMs, wakeAtMs]).toEqual([at('15m41s') + 10, at('15m50s')]);
  });

  it('needs no wake-up for a notice of a site, whose delivery brings one; one that is lost is on the list', () => {
    const site = oneLost();
    const evaluation = site.evaluate('15m30s');
    expect(decided(evaluation)).toEqual(['operators: opening outageBegan']);
    expect([evaluation.nextAtMs, evaluation.wakeAtMs]).toEqual([at('15m40s') + 10, null]);
  });

  it('opened when its device fell, however late anybody looked', () => {
    const site = siteOfTen();
    site.lost('10m', 'oslo-0');
    expect(decided(site.evaluate('40m'))).toEqual(['operators: opening outageBegan']);
    expect(onlyIncident(site).openedAtMs).toBe(at('15m'));
  });

  it('decides the same twice: a repeated evaluation gets the same ids', () => {
    const [one, two] = [oneLost(), oneLost()];
    one.evaluate('15m30s');
    two.evaluate('15m30s');
    expect([...one.incidents.keys()]).toEqual([...two.incidents.keys()]);
    expect([...one.notices.keys()]).toEqual([...two.notices.keys()]);
    expect([...one.incidents.keys()][0]).toMatch(/^inc_[\w-]{28}$/);
    expect([...one.notices.keys()][0]).toMatch(/^ntc_[\w-]{24}$/);
  });

  it('is the same however the hub’s name is written', () => {
    const site = siteOfTen();
    site.lost('10m', 'oslo-0');
    const idAt = (hub: string) =>
      evaluate(site.config, { ...site.view, hub }, at('15m')).changes[0]?.incident.incidentId;
    expect(idAt('HUB-Fleet-01')).toBe(idAt('hub-fleet-01'));
    expect(idAt('hub-fleet-02')).not.toBe(idAt('hub-fleet-01'));
  });

  it.each(['constructor', 'toString', '__proto__'])('takes in a device that is called %s', (deviceId) => {
    const site = new SiteInMemory(configOf(osloConfig), ownSite(deviceId));
    site.connected('0s', deviceId, 'other');
    site.lost('10m', deviceId);
    site.evaluate('15m');
    expect([...onlyIncident(site).members.keys()]).toEqual([deviceId]);
  });

  it('of a site begins although one of a single device is open', () => {
    const site = oneTold(routes('  - { per: device, to: [operators] }'));
    site.config = routes('  - { per: device, to: [operators] }\n  - { per: site, to: [manager] }');
    expect(decided(site.evaluate('16m'))).toEqual(['manager: opening outageBegan']);
    site.evaluate('17m');
    expect(openOnes(site).map((one) => perOf(one))).toEqual(['device', 'site']);
  });

  it('of a single device begins although one of another is open', () => {
    const site = oneTold(routes('  - { per: device, to: [operators] }'));
    site.lost('20m', 'oslo-1');
    site.evaluate('25m');
    expect(openOnes(site).map((one) => one.subject)).toEqual(
      ['oslo-0', 'oslo-1'].map((key) => ({ kind: 'device', key })),
    );
  });

  it('of a single device begins anew while the end of the last is still on its way', () => {
    const site = oneTold(routes('  - { per: device, to: [operators] }'));
    site.connected('20m', 'oslo-0');
    site.evaluate('22m');
    site.lost('22m', 'oslo-0');
    site.evaluate('27m');
    expect([...site.incidents.values()].map((one) => one.status)).toEqual(['resolved', 'open']);
  });

  it('of a single device is one, however often it is looked at', () => {
    const site = siteOfTen(routes('  - { per: device, to: [operators] }'));
    site.lost('10m', 'oslo-0', 'oslo-1');
    for (const when of ['15m', '15m30s', '16m', '17m']) site.evaluate(when);
    expect(openOnes(site)).toHaveLength(2);
  });

  it('of a single module is one, however often it is looked at', () => {
    const site = siteOfTen(routes('  - { per: device, to: [operators] }'));
    site.lost('10m', 'oslo-0');
    const device = site.devices.get('oslo-0')!;
    site.devices.delete('oslo-0');
    site.devices.set('oslo-0/agent', { ...device, moduleId: 'agent' });
    for (const when of ['15m', '15m30s', '16m']) site.evaluate(when);
    expect(openOnes(site).map((one) => one.subject)).toEqual([{ kind: 'device', key: 'oslo-0/agent' }]);
  });

  it('gives each notice to a receiver an id of its own', () => {
    const site = oneTold();
    site.lost('14m', 'oslo-1');
    const ids = ['20m30s', '4h30m', '9h'].flatMap((when) => {
      const made = site.evaluate(when).changes.flatMap((change) => change.notices);
      site.answer(when);
      return made.map((notice) => notice.noticeId);
    });
    expect(ids).toHaveLength(3);
    expect(new Set(ids).size).toBe(3);
    expect([...site.told.values()][0]?.noticeCount).toBe(4);
  });

  it('changes nothing when looked at again', () => {
    const site = oneTold();
    site.evaluate('15m31s');
    expect(site.evaluate('15m32s').changes).toEqual([]);
  });

  it('is begun anew after an all-clear, with another id', () => {
    const site = oneTold();
    const first = onlyIncident(site).incidentId;
    site.connected('20m', 'oslo-0');
    site.evaluate('22m');
    site.answer('22m');
    expect(site.evaluate('22m1s').changes[0]).toMatchObject({ archived: true });
    site.lost('30m', 'oslo-0');
    site.evaluate('35m');
    expect(onlyIncident(site).incidentId).not.toBe(first);
  });

  it('stands without any route, and tells nobody', () => {
    const site = oneLost(routes('  - { match: { sites: [elsewhere] }, to: [operators] }'));
    expect(decided(site.evaluate('15m30s'))).toEqual([]);
    expect(openOnes(site)).toHaveLength(1);
  });

  it('follows a device that is its own site', () => {
    const site = new SiteInMemory(configOf(osloConfig), ownSite('lonely#1'));
    site.connected('0s', 'lonely#1');
    site.lost('10m', 'lonely#1');
    expect(decided(site.evaluate('16m'))).toEqual(['operators: opening outageBegan']);
    expect(onlyIncident(site)).toMatchObject({ severity: 'warning', knownDevices: 1 });
  });
});

describe('the opening', () => {
  it('covers all that fell within groupWait', () => {
    const site = siteOfTen();
    site.lost('10m', 'oslo-0');
    site.evaluate('15m');
    site.lost('10m20s', 'oslo-1');
    site.evaluate('15m30s');
    expect([...onlyIncident(site).members.keys()]).toEqual(['oslo-0', 'oslo-1']);
  });

  it('waits while all are coming back, and goes out if one falls again', () => {
    const site = oneLost();
    site.connected('15m10s', 'oslo-0');
    expect(decided(site.evaluate('15m30s'))).toEqual([]);
    site.lost('16m', 'oslo-0');
    expect(decided(site.evaluate('16m'))).toEqual(['operators: opening outageBegan']);
  });

  it('never goes out when all are back before', () => {
    const site = oneLost();
    site.connected('15m10s', 'oslo-0');
    site.evaluate('15m30s');
    const [change] = site.evaluate('17m10s').changes;
    expect(change).toMatchObject({ archived: true, notices: [], incident: { status: 'resolved' } });
    expect(site.evaluate('17m11s')).toMatchObject({ nextAtMs: null, idle: true });
  });

  it('that is on its way is dropped with its reason when the incident ends first', () => {
    const site = oneLost();
    site.evaluate('15m30s');
    site.connected('16m', 'oslo-0');
    const result = site.evaluate('18m');
    expect(result.changes[0]).toMatchObject({
      dropped: [
        { kind: 'opening', state: 'dropped', lastError: 'the incident ended before it could be told' },
      ],
      told: [{ status: 'untold', pendingNoticeId: null }],
    });
    // A delivery that claims it at this moment must win, so the archive follows in a transaction of its own.
    expect([result.changes[0]?.archived, result.nextAtMs]).toEqual([false, at('18m')]);
    expect(site.evaluate('18m').changes[0]?.archived).toBe(true);
  });

  it('that may have been read without an answer is not taken back', () => {
    const site = oneLost();
    site.evaluate('15m30s');
    const [notice] = site.notices.values();
    const possiblyDelivered = {
      severity: 'warning',
      down: ['oslo-0'],
      flapping: [],
      diagnosisKey: '',
    } as const;
    site.notices.set(notice!.noticeId, { ...notice!, possiblyDelivered });
    site.connected('16m', 'oslo-0');
    expect(site.evaluate('18m').changes[0]).toMatchObject({ dropped: [], archived: false });
  });

  it('that a delivery holds right now is left to it', () => {
    const site = oneLost();
    site.evaluate('15m30s');
    const [notice] = site.notices.values();
    site.notices.set(notice!.noticeId, { ...notice!, leasedUntilMs: at('18m30s') });
    site.connected('16m', 'oslo-0');
    const result = site.evaluate('18m');
    expect(result.changes[0]).toMatchObject({ dropped: [], archived: false });
    expect(result.nextAtMs).toBe(at('18m30s'));
    // A lease is over at its end, not after it.
    expect(site.evaluate('18m30s').changes[0]?.dropped).toHaveLength(1);
  });

  it('is dropped when its route was removed before', () => {
    const site = oneLost();
    site.evaluate('15m30s');
    site.config = routes('  - { match: { sites: [elsewhere] }, to: [operators] }');
    const result = site.evaluate('15m31s');
    expect(result.changes[0]?.dropped).toMatchObject([
      { lastError: 'the route was removed before it could be told' },
    ]);
    expect(result.nextAtMs).toBeNull();
  });

  it('that is on its way is dropped when all are coming back, and made anew when one falls again', () => {
    const site = oneLost();
    site.evaluate('15m30s');
    const [first] = [...site.notices.keys()];
    site.connected('15m40s', 'oslo-0');
    expect(site.evaluate('16m').changes[0]).toMatchObject({
      notices: [],
      dropped: [{ noticeId: first, lastError: 'every device was back before it could be told' }],
      archived: false,
    });
    site.lost('16m30s', 'oslo-0');
    expect(decided(site.evaluate('16m30s'))).toEqual(['operators: opening outageBegan']);
    expect([...site.notices.keys()]).not.toContain(first);
  });

  it('that may have been read is kept while all are coming back', () => {
    const site = oneLost();
    site.evaluate('15m30s');
    for (const [id, notice] of site.notices)
      site.notices.set(id, { ...notice, possiblyDelivered: facts({ down: ['oslo-0'] }) });
    site.connected('15m40s', 'oslo-0');
    const result = site.evaluate('16m');
    expect(result.changes.flatMap(({ dropped }) => dropped)).toEqual([]);
    expect(site.notices.size).toBe(1);
  });

  it('is dropped when its receiver was removed before', () => {
    const site = oneLost();
    site.evaluate('15m30s');
    site.config = configOf(osloConfig.replaceAll('operators', 'somebody'));
    const [change] = site.evaluate('15m31s').changes;
    expect(change?.dropped).toMatchObject([
      { receiver: 'operators', lastError: 'the receiver was removed from the configuration' },
    ]);
    expect(change?.notices.map((notice) => notice.receiver)).toEqual(['somebody']);
  });
});

describe('looking again', () => {
  it('sends the message of a notice again that nobody has worked on', () => {
    const site = oneLost();
    site.evaluate('15m30s');
    expect(site.evaluate('15m40s').overdue).toEqual([]);
    expect(site.evaluate('15m41s').overdue).toMatchObject([{ receiver: 'operators' }]);
  });

  it('looks again in ten seconds at a notice that it has just made', () => {
    const site = oneLost();
    expect(site.evaluate('15m30s').nextAtMs).toBe(at('15m40s') + 10);
  });

  it('is not idle while an incident stands of which nothing is due', () => {
    const site = oneLost(routes('  - { match: { sites: [elsewhere] }, to: [operators] }'));
    expect(site.evaluate('16m')).toMatchObject({ nextAtMs: null, idle: false });
  });

  it('looks each minute at a device that longer holds of newer rules no longer count as down', () => {
    const site = oneTold();
    site.config = configOf(
      osloConfig.replace('sites:', 'policy: { offlineAfter: 1h, remindEvery: 8h }\nsites:'),
    );
    expect(site.evaluate('16m').nextAtMs).toBe(at('17m'));
  });

  it('asks the logs again 1, 3, 10 and 20 minutes after the first time, while the incident is open', () => {
    const site = oneTold();
    const { incidentId } = onlyIncident(site);
    const asked = (times: number) => site.diagnoses.splice(0, 1, answered(incidentId, times));
    const asksAt = (when: string) => site.evaluate(when).asks.length;
    asked(1);
    expect([asksAt('16m29s'), asksAt('16m30s')]).toEqual([0, 1]);
    asked(2);
    expect([asksAt('18m29s'), asksAt('18m30s')]).toEqual([0, 1]);
    asked(3);
    expect([asksAt('25m29s'), asksAt('25m30s')]).toEqual([0, 1]);
    asked(4);
    expect([asksAt('35m29s'), asksAt('35m30s')]).toEqual([0, 1]);
    asked(5);
    expect(asksAt('3h')).toBe(0);
  });

  it('asks the logs when that is due, and looks again a minute after it', () => {
    const site = oneTold();
    const { incidentId } = onlyIncident(site);
    site.diagnoses.push(answered('inc_of_another', 1));
    expect(site.evaluate('16m30s').asks).toEqual([]);
    site.diagnoses.push(answered(incidentId, 1));
    expect(site.evaluate('16m').nextAtMs).toBe(at('16m30s'));
    expect(site.evaluate('16m30s')).toMatchObject({ asks: [incidentId], nextAtMs: at('17m30s') });
  });

  it('asks once for all single devices of a site, and for the site itself', () => {
    const site = siteOfTen(
      routes('  - { per: site, to: [operators] }\n  - { per: device, to: [operators] }'),
    );
    site.lost('10m', 'oslo-0', 'oslo-1');
    site.evaluate('15m30s');
    site.answer('15m30s');
    site.diagnoses.push(...openOnes(site).map((one) => answered(one.incidentId, 1)));
    const [ofSite, ofDevice] = openOnes(site).map((one) => one.incidentId);
    expect(site.evaluate('16m30s').asks).toEqual([ofSite, ofDevice]);
    // The list may begin with a device.
    const reversed = [...site.incidents.entries()].reverse();
    site.incidents.clear();
    for (const [id, one] of reversed) site.incidents.set(id, one);
    expect(site.evaluate('16m30s').asks).toEqual([reversed[0]![0], ofSite]);
  });

  it('is idle when all incidents of single devices are archived', () => {
    const site = siteOfTen(routes('  - { per: device, to: [operators] }'));
    site.lost('10m', 'oslo-0', 'oslo-1');
    site.evaluate('15m');
    site.connected('15m10s', 'oslo-0', 'oslo-1');
    const result = site.evaluate('17m10s');
    expect(result.changes.map((change) => change.archived)).toEqual([true, true]);
    expect(result.idle).toBe(true);
  });

  it('names devices that belong to another site now, and tells of them as gone', () => {
    const site = oneTold();
    site.config = configOf(osloConfig.replace('sites:', 'sites:\n  - { id: bergen, devices: ["oslo-0"] }'));
    const result = site.evaluate('20m');
    expect(result.site.misplaced.map((device) => device.deviceId)).toEqual(['oslo-0']);
    expect(decided(result)).toEqual(['operators: final noLongerFollowed']);
  });

  it('finds nothing to do at a quiet site', () => {
    expect(siteOfTen().evaluate('1h')).toMatchObject({
      changes: [],
      incidents: [],
      overdue: [],
      asks: [],
      nextAtMs: null,
      site: { misplaced: [] },
      idle: true,
    });
  });

  it('needs no site in the configuration', () => {
    const site = new SiteInMemory(configOf(osloConfig), siteById(configOf(osloConfig), 'narvik'));
    expect(site.evaluate('1h').idle).toBe(true);
  });
});
