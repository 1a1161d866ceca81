import { describe, expect, it } from 'vitest';
import { configOf, osloConfig } from '../../support/configOf.ts';
import { start } from '../../support/events.ts';
import { offsetMs } from '../../support/offsetMs.ts';
import {
  devices,
  oneLost,
  oneTold,
  onlyIncident,
  openOnes,
  routes,
  siteOfTen,
} from '../../support/siteOfTen.ts';
import { decided } from '../../support/siteView.ts';

const at = (text: string) => start + offsetMs(text);

describe('receivers', () => {
  it('are told once when two routes name them', () => {
    const site = oneLost(routes('  - { to: [operators, operators] }\n  - { to: [operators, manager] }'));
    expect(decided(site.evaluate('16m'))).toEqual([
      'operators: opening outageBegan',
      'manager: opening outageBegan',
    ]);
  });

  it('are told of the site and of each device when routes say both', () => {
    const site = siteOfTen(
      routes('  - { per: site, to: [operators] }\n  - { per: device, to: [operators] }'),
    );
    site.lost('10m', 'oslo-0', 'oslo-1');
    expect(decided(site.evaluate('16m'))).toEqual([
      'operators: opening outageBegan',
      'operators: opening outageBegan',
      'operators: opening outageBegan',
    ]);
    expect(openOnes(site).map((one) => [one.subject, one.knownDevices])).toEqual([
      [{ kind: 'site' }, 10],
      [{ kind: 'device', key: 'oslo-0' }, 1],
      [{ kind: 'device', key: 'oslo-1' }, 1],
    ]);
  });

  it('of single devices are only told of those that their route names', () => {
    const site = siteOfTen(routes('  - { match: { devices: ["*-1"] }, per: device, to: [operators] }'));
    site.lost('10m', 'oslo-0', 'oslo-1');
    site.evaluate('16m');
    expect(openOnes(site).map((one) => one.subject)).toEqual([{ kind: 'device', key: 'oslo-1' }]);
  });

  it('of a severity are told when the incident has it, and told that it rose', () => {
    const config = routes('  - { to: [operators] }\n  - { match: { severity: [critical] }, to: [manager] }');
    const site = oneTold(config);
    expect([...site.told.values()].map((one) => one.receiver)).toEqual(['operators']);
    site.lost('20m', ...devices.slice(1, 5));
    expect(decided(site.evaluate('25m'))).toEqual([
      'operators: update severityRose',
      'manager: opening severityRose',
    ]);
  });

  it('of a severity that is reached within groupWait are told that it began', () => {
    const site = oneLost(routes('  - { match: { severity: [critical] }, to: [manager] }'));
    site.lost('10m10s', ...devices.slice(1, 5));
    site.evaluate('15m10s');
    expect(decided(site.evaluate('15m30s'))).toEqual(['manager: opening outageBegan']);
  });

  it('of a severity stay with the incident to its end when it falls again', () => {
    const config = routes('  - { match: { severity: [critical] }, to: [manager] }');
    const site = siteOfTen(config);
    site.lost('10m', ...devices.slice(0, 5));
    site.evaluate('16m');
    site.answer('16m');
    site.connected('20m', ...devices.slice(0, 4));
    expect(decided(site.evaluate('22m'))).toEqual(['manager: update partlyRecovered']);
    site.answer('22m');
    site.connected('30m', 'oslo-4');
    expect(decided(site.evaluate('32m'))).toEqual(['manager: final recovered']);
  });

  it('that are added while an incident stands are told of it, as its beginning', () => {
    const site = oneTold();
    site.config = routes('  - { to: [operators] }\n  - { to: [manager] }');
    expect(decided(site.evaluate('30m'))).toEqual(['manager: opening outageBegan']);
  });

  it('whose route is removed are told that the incident is no longer followed', () => {
    const site = oneTold(routes('  - { to: [operators, manager] }'));
    site.config = routes('  - { to: [manager] }');
    expect(decided(site.evaluate('30m'))).toEqual(['operators: final noLongerFollowed']);
    site.answer('30m');
    expect(decided(site.evaluate('31m'))).toEqual([]);
    expect(openOnes(site)).toHaveLength(1);
  });

  it('that are removed cannot be told: that is recorded, with the reason, once', () => {
    const site = oneTold(routes('  - { to: [operators, manager] }'));
    site.config = configOf(osloConfig);
    const [change] = site.evaluate('30m').changes;
    expect(change?.notices).toEqual([]);
    expect(change?.dropped).toMatchObject([
      {
        receiver: 'manager',
        kind: 'final',
        state: 'dropped',
        lastError: 'the receiver was removed from the configuration',
        finishedAtMs: at('30m'),
      },
    ]);
    expect(change?.told).toMatchObject([{ status: 'closed', noticeCount: 2 }]);
    expect(site.evaluate('31m').changes).toEqual([]);
  });
});

describe('the fallback', () => {
  const config = routes('  - { to: [careful] }');

  it('is told at once when the receiver refuses for good', () => {
    const site = oneLost(config);
    site.evaluate('15m30s');
    site.answer('15m30s', 'failed');
    expect(decided(site.evaluate('15m31s'))).toEqual(['on-call: opening escalated']);
    expect(onlyIncident(site).fallbacks).toEqual([
      { receiver: 'on-call', instead: 'careful', tells: 'outage' },
    ]);
  });

  it('is told after fallbackAfter when the receiver only fails for now, which is tried on', () => {
    const site = oneLost(config);
    site.evaluate('15m30s');
    const [name, entry] = [...site.told][0]!;
    site.told.set(name, { ...entry, failingSinceMs: at('15m30s') });
    expect(decided(site.evaluate('20m29s'))).toEqual([]);
    expect(site.evaluate('20m29s').nextAtMs).toBe(at('20m30s'));
    expect(decided(site.evaluate('20m30s'))).toEqual(['on-call: opening escalated']);
    expect([...site.notices.values()].map((one) => one.receiver)).toEqual(['careful', 'on-call']);
  });

  it('is told the end; whoever was never told is not', () => {
    const site = oneLost(config);
    site.evaluate('15m30s');
    site.answer('15m30s', 'failed');
    site.evaluate('15m31s');
    site.answer('15m31s');
    site.connected('20m', 'oslo-0');
    expect(decided(site.evaluate('22m'))).toEqual(['on-call: final recovered']);
  });

  it('is told the end in place of a receiver that refuses it', () => {
    const site = oneLost(config);
    site.evaluate('15m30s');
    site.answer('15m30s');
    site.connected('20m', 'oslo-0');
    site.evaluate('22m');
    const [name, entry] = [...site.told][0]!;
    site.notices.clear();
    site.told.set(name, { ...entry, status: 'closed', failedForGood: true, pendingNoticeId: null });
    const result = site.evaluate('22m1s');
    expect(decided(result)).toEqual(['on-call: final recovered']);
    expect(result.changes[0]?.archived).toBe(false);
  });

  it('that is routed anyway is not told twice', () => {
    const site = oneLost(routes('  - { to: [careful, on-call] }'));
    site.evaluate('15m30s');
    const careful = [...site.told.values()].find((one) => one.receiver === 'careful')!;
    site.answer('15m30s');
    site.told.set(`${careful.incidentId} careful`, {
      ...careful,
      pendingNoticeId: null,
      failedForGood: true,
      facts: { severity: 'warning', down: ['oslo-0'], flapping: [], diagnosisKey: 'unknown' },
    });
    expect(decided(site.evaluate('15m31s'))).toEqual([]);
  });

  it('that has heard of the outage anyway stands in for nobody', () => {
    const site = oneTold(routes('  - { to: [careful, on-call] }'));
    const careful = [...site.told.entries()].find(([, entry]) => entry.receiver === 'careful')!;
    site.told.set(careful[0], { ...careful[1], failedForGood: true });
    site.evaluate('16m');
    expect(onlyIncident(site).fallbacks).toEqual([]);
  });

  it('does not hear of an end that follows no beginning', () => {
    const site = oneLost(config);
    site.evaluate('15m30s');
    site.answer('15m30s', 'failed');
    site.connected('16m', 'oslo-0');
    const result = site.evaluate('18m');
    expect(decided(result)).toEqual([]);
    expect(result.changes[0]).toMatchObject({ archived: true, incident: { fallbacks: [] } });
  });

  it('that is removed from the configuration cannot be told: that is recorded, once', () => {
    const site = oneLost(config);
    site.evaluate('15m30s');
    site.answer('15m30s', 'failed');
    site.evaluate('15m31s');
    site.config = configOf(osloConfig.replaceAll('operators', 'careful'));
    expect(decided(site.evaluate('16m'))).toEqual([]);
    expect(site.notices.size).toBe(0);
    expect(site.evaluate('16m1s').changes).toEqual([]);
  });

  /** Two receivers that refuse for good, with these fallbacks. */
  function bothRefuse(ofA: string, ofB: string) {
    const site = oneLost(
      configOf(`
sites:
  - { id: oslo, devices: ["oslo-*"] }
receivers:
  a: { email: { to: ["a@oslo.example"] }, fallback: ${ofA} }
  b: { email: { to: ["b@oslo.example"] }, fallback: ${ofB} }
  c: { email: { to: ["c@oslo.example"] } }
  d: { email: { to: ["d@oslo.example"] } }
routes: [{ to: [a, b] }]
`),
    );
    site.evaluate('15m30s');
    site.answer('15m30s', 'failed');
    return site;
  }

  it('is told once when two receivers share it', () => {
    const site = bothRefuse('c', 'c');
    expect(decided(site.evaluate('15m31s'))).toEqual(['c: opening escalated']);
    site.evaluate('15m32s');
    expect(onlyIncident(site).fallbacks).toHaveLength(1);
  });

  it('of each receiver is told when two with different ones fail', () => {
    const site = bothRefuse('c', 'd');
    expect(decided(site.evaluate('15m31s'))).toEqual(['c: opening escalated', 'd: opening escalated']);
  });

  it('is not told while the receiver has not failed yet', () => {
    const site = oneLost(config);
    site.evaluate('15m30s');
    expect(decided(site.evaluate('40m'))).toEqual([]);
    expect(onlyIncident(site).fallbacks).toEqual([]);
  });

  it('is told although a notice of its own was dropped before', () => {
    const site = oneLost(routes('  - { to: [careful, on-call] }'));
    site.evaluate('15m30s');
    site.config = config;
    expect(site.evaluate('15m31s').changes[0]?.dropped).toMatchObject([{ receiver: 'on-call' }]);
    site.answer('15m31s', 'failed');
    expect(decided(site.evaluate('15m32s'))).toEqual(['on-call: opening escalated']);
  });
});

it('looks again in ten seconds at the next try of a receiver that failed for good and has no fallback', () => {
  const site = oneLost();
  site.evaluate('15m30s');
  site.answer('15m30s', 'failed');
  site.lost('16m', 'oslo-1');
  expect(decided(site.evaluate('21m'))).toEqual(['operators: opening outageGrew']);
  // Ten seconds, and ten milliseconds for the one notice that waits.
  expect(site.evaluate('21m5s').nextAtMs).toBe(at('21m15s') + 10);
});
