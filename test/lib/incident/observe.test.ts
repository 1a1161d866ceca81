import { describe, expect, it } from 'vitest';
import { ownSite, siteById } from '../../../src/lib/directory/placeOf.ts';
import { affectedSince, earlier, isAffected, observe, siteAt } from '../../../src/lib/incident/observe.ts';
import { configOf, osloConfig } from '../../support/configOf.ts';
import { hubResourceId, start } from '../../support/events.ts';
import { incident, type MemberWord } from '../../support/incidents.ts';
import { offsetMs } from '../../support/offsetMs.ts';
import { SiteInMemory } from '../../support/siteView.ts';

const config = configOf(osloConfig);
const at = (text: string) => start + offsetMs(text);

function siteOfFour(): SiteInMemory {
  const site = new SiteInMemory(config);
  site.connected('0s', 'oslo-1', 'oslo-2', 'oslo-3', 'oslo-4');
  return site;
}

const settledAt = (site: SiteInMemory, when: string, by = config) =>
  siteAt(by, site.site, [...site.devices.values()], at(when));

/** The states of an incident's members at that time. */
function membersAt(site: SiteInMemory, when: string, before = incident({ 'oslo-1': 'down' })) {
  const now = observe(before, settledAt(site, when));
  return Object.fromEntries(
    [...now.members].map(([key, member]) => [key, member.recovering ? 'recovering' : member.state]),
  );
}

describe('the site', () => {
  it('is settled as of now, and says when it changes next', () => {
    const site = siteOfFour();
    site.lost('10m', 'oslo-1');
    site.lost('12m', 'oslo-2');
    const settled = settledAt(site, '15m');
    expect([...settled.devices.values()].map((device) => device.phase)).toEqual([
      'offline',
      'suspect',
      'online',
      'online',
    ]);
    expect([settled.nextLossAtMs, settled.nextAtMs]).toEqual([at('17m'), null]);
  });

  it('leaves out deleted devices', () => {
    const site = siteOfFour();
    site.happens('deleted', 'oslo-4', '1m');
    expect(settledAt(site, '2m').devices.size).toBe(3);
  });

  it('sets aside devices that the configuration gives to another site now', () => {
    const site = siteOfFour();
    const moved = configOf(osloConfig.replace('sites:', 'sites:\n  - { id: bergen, devices: ["oslo-4"] }'));
    const settled = settledAt(site, '1m', moved);
    expect(settled.misplaced.map((device) => device.deviceId)).toEqual(['oslo-4']);
    expect(settled.devices.has('oslo-4')).toBe(false);
  });

  it('sets aside a deleted device of another site too, so that the deletion is known there', () => {
    const site = siteOfFour();
    site.happens('deleted', 'oslo-4', '1m');
    const moved = configOf(osloConfig.replace('sites:', 'sites:\n  - { id: bergen, devices: ["oslo-4"] }'));
    expect(settledAt(site, '2m', moved).misplaced).toMatchObject([{ deviceId: 'oslo-4', deleted: true }]);
  });

  it('sets aside a device that was its own site and belongs to a site of the same id now', () => {
    const named = configOf(osloConfig.replace('"oslo-*"', '"oslo"'));
    const own = new SiteInMemory(named, ownSite('oslo'));
    own.connected('0s', 'oslo');
    expect(settledAt(own, '1m', named).misplaced.map((device) => device.deviceId)).toEqual(['oslo']);
  });

  it('notes the devices that were not seen in the last 30 days', () => {
    const site = siteOfFour();
    expect(settledAt(site, '30d').silent.size).toBe(0);
    site.connected('1d', 'oslo-1');
    expect([...settledAt(site, '30d1s').silent]).toEqual(['oslo-2', 'oslo-3', 'oslo-4']);
  });

  it('gives each device the hold of its own policy', () => {
    const hasty = configOf(
      `${osloConfig}\noverrides:\n  - { devices: ["*-1"], policy: { offlineAfter: 1m } }`,
    );
    const site = siteOfFour();
    site.lost('10m', 'oslo-1', 'oslo-2');
    expect([...settledAt(site, '11m', hasty).devices.values()].slice(0, 2).map((d) => d.phase)).toEqual([
      'offline',
      'suspect',
    ]);
  });
});

describe('members', () => {
  it.each([
    {
      rule: 'an offline device joins',
      events: (s: SiteInMemory) => s.lost('10m', 'oslo-1', 'oslo-2'),
      at: '15m',
      members: { 'oslo-1': 'down', 'oslo-2': 'down' },
    },
    {
      rule: 'a suspect device does not join',
      events: (s: SiteInMemory) => {
        s.lost('10m', 'oslo-1');
        s.lost('12m', 'oslo-2');
      },
      at: '15m',
      members: { 'oslo-1': 'down' },
    },
    {
      rule: 'a device that fell and is coming back joins: it was part of the outage',
      events: (s: SiteInMemory) => {
        s.lost('10m', 'oslo-1', 'oslo-2');
        s.connected('15m', 'oslo-2');
      },
      at: '16m',
      members: { 'oslo-1': 'down', 'oslo-2': 'recovering' },
    },
    {
      rule: 'a device that is back for recoveredAfter is back',
      events: (s: SiteInMemory) => {
        s.lost('10m', 'oslo-1', 'oslo-2');
        s.connected('15m', 'oslo-1');
      },
      at: '17m',
      members: { 'oslo-1': 'back', 'oslo-2': 'down' },
    },
    {
      rule: 'a device that is back and lost for less than the hold is still back',
      events: (s: SiteInMemory) => {
        s.lost('10m', 'oslo-1', 'oslo-2');
        s.connected('15m', 'oslo-1');
        s.lost('18m', 'oslo-1');
      },
      at: '19m',
      before: { 'oslo-1': 'back', 'oslo-2': 'down' },
      members: { 'oslo-1': 'back', 'oslo-2': 'down' },
    },
    {
      rule: 'a device that is back and lost for longer is down again',
      events: (s: SiteInMemory) => {
        s.connected('15m', 'oslo-1');
        s.lost('18m', 'oslo-1');
      },
      at: '23m',
      before: { 'oslo-1': 'back' },
      members: { 'oslo-1': 'down' },
    },
    {
      rule: 'a deleted device is gone',
      events: (s: SiteInMemory) => {
        s.lost('10m', 'oslo-1', 'oslo-2');
        s.happens('deleted', 'oslo-1', '16m');
      },
      at: '17m',
      members: { 'oslo-1': 'gone', 'oslo-2': 'down' },
    },
    {
      rule: 'a device that was back and is deleted is gone',
      events: (s: SiteInMemory) => s.happens('deleted', 'oslo-1', '16m'),
      at: '17m',
      before: { 'oslo-1': 'back', 'oslo-2': 'down' },
      members: { 'oslo-1': 'gone', 'oslo-2': 'back' },
    },
    {
      rule: 'a deleted device that is made anew and falls again is down again',
      events: (s: SiteInMemory) => {
        s.lost('10m', 'oslo-1');
        s.happens('deleted', 'oslo-1', '16m');
        s.happens('created', 'oslo-1', '17m');
        s.lost('18m', 'oslo-1');
      },
      at: '23m',
      before: { 'oslo-1': 'gone' },
      members: { 'oslo-1': 'down' },
    },
    {
      rule: 'a deleted device that is made anew and is lost for less than the hold is back',
      events: (s: SiteInMemory) => {
        s.happens('deleted', 'oslo-1', '16m');
        s.connected('17m', 'oslo-1');
        s.lost('18m', 'oslo-1');
      },
      at: '19m',
      before: { 'oslo-1': 'gone' },
      members: { 'oslo-1': 'back' },
    },
    {
      rule: 'a device that is lost again before anybody saw it back is still down',
      events: (s: SiteInMemory) => {
        s.lost('10m', 'oslo-1');
        s.connected('15m', 'oslo-1');
        s.lost('18m', 'oslo-1');
      },
      at: '19m',
      members: { 'oslo-1': 'down' },
    },
    {
      rule: 'a flapping device stays flapping while it comes back',
      events: (s: SiteInMemory) => {
        s.lost('10m', 'oslo-1');
        s.connected('15m', 'oslo-1');
      },
      at: '16m',
      before: { 'oslo-1': 'flapping' },
      members: { 'oslo-1': 'flapping' },
    },
  ] satisfies {
    rule: string;
    events: (site: SiteInMemory) => void;
    at: string;
    before?: Record<string, MemberWord>;
    members: Record<string, string>;
  }[])('$rule', ({ events, at: when, members, ...row }) => {
    const site = siteOfFour();
    events(site);
    expect(membersAt(site, when, incident(row.before ?? { 'oslo-1': 'down' }))).toEqual(members);
  });

  it('take in a device whatever it is called', () => {
    const names = ['constructor', 'toString', '__proto__'];
    const anywhere = configOf(osloConfig.replace('"oslo-*"', '"*"'));
    const site = new SiteInMemory(anywhere);
    site.lost('10m', 'oslo-1', ...names);
    const now = observe(incident({ 'oslo-1': 'down' }), settledAt(site, '15m', anywhere));
    expect([...now.members.keys()]).toEqual(['oslo-1', ...names]);
  });

  it('of an incident of one device is that device alone', () => {
    const site = siteOfFour();
    site.lost('10m', 'oslo-1', 'oslo-2');
    const one = incident({ 'oslo-1': 'down' }, { subject: { kind: 'device', key: 'oslo-1' } });
    const now = observe(one, settledAt(site, '15m'));
    expect([...now.members.keys()]).toEqual(['oslo-1']);
    expect(now.knownDevices).toBe(1);
  });

  it('of devices that are not all of the site let nobody join, and leave the number of known ones', () => {
    const site = siteOfFour();
    site.lost('10m', 'oslo-1', 'oslo-2');
    const devices = ['oslo-1', 'oslo-2'].map((id) => site.devices.get(id)!);
    const part = siteAt(config, site.site, devices, at('15m'), 'partial');
    const now = observe(incident({ 'oslo-1': 'down' }), part);
    expect([[...now.members.keys()], now.knownDevices]).toEqual([['oslo-1'], 10]);
  });

  it('tells when a device was lost, when it counted, and when it came back', () => {
    const site = siteOfFour();
    site.lost('10m', 'oslo-1');
    const down = observe(incident({}), settledAt(site, '18m'));
    expect(down.members.get('oslo-1')).toMatchObject({
      since: at('15m'),
      lostAtMs: at('10m'),
      backAtMs: null,
    });
    site.connected('20m', 'oslo-1');
    const back = observe(down, settledAt(site, '30m'));
    expect(back.members.get('oslo-1')).toMatchObject({
      state: 'back',
      since: at('15m'),
      lostAtMs: at('10m'),
      backAtMs: at('20m'),
    });
  });
});

describe('a member that', () => {
  it('falls again counts from then', () => {
    const site = siteOfFour();
    site.connected('15m', 'oslo-1');
    site.lost('18m', 'oslo-1');
    for (const word of ['back', 'gone'] as const) {
      const now = observe(incident({ 'oslo-1': word }), settledAt(site, '30m'));
      expect(now.members.get('oslo-1')).toMatchObject({
        state: 'down',
        since: at('23m'),
        lostAtMs: at('18m'),
      });
    }
  });

  it('stays down counts from its first fall', () => {
    const site = siteOfFour();
    site.lost('18m', 'oslo-1');
    const now = observe(incident({ 'oslo-1': 'down' }), settledAt(site, '30m'));
    expect(now.members.get('oslo-1')).toMatchObject({ state: 'down', since: start + 300_000 });
  });

  it('was connected before its loss stays known to have been, once it is back', () => {
    const site = siteOfFour();
    site.connected('9m', 'oslo-1');
    site.lost('10m', 'oslo-1');
    const down = observe(incident({}), settledAt(site, '18m'));
    site.connected('20m', 'oslo-1');
    const states = ['21m', '30m'].map((when) => observe(down, settledAt(site, when)).members.get('oslo-1'));
    expect([down.members.get('oslo-1'), ...states].map((one) => one?.connectedBeforeMs)).toEqual([
      at('9m'),
      at('9m'),
      at('9m'),
    ]);
  });

  it('is made anew and never connected is back since then', () => {
    const site = new SiteInMemory(config);
    site.lost('10m', 'oslo-1');
    site.happens('created', 'oslo-1', '20m');
    const now = observe(incident({ 'oslo-1': 'down' }), settledAt(site, '21m'));
    expect(now.members.get('oslo-1')).toMatchObject({ state: 'back', backAtMs: at('20m') });
  });

  it('is back came back when it did first', () => {
    const site = siteOfFour();
    site.connected('20m', 'oslo-1');
    const now = observe(incident({ 'oslo-1': 'back', 'oslo-2': 'down' }), settledAt(site, '30m'));
    expect(now.members.get('oslo-1')).toMatchObject({ state: 'back', backAtMs: start + 900_000 });
  });

  it.each([
    { rule: 'flaps and is there has no loss', phase: 'online', lostAtMs: null },
    { rule: 'flaps and is coming back has none', phase: 'recovering', lostAtMs: null },
    { rule: 'flaps and is away has its loss', phase: 'offline', lostAtMs: at('10m') },
    { rule: 'flaps and may be away has its loss', phase: 'suspect', lostAtMs: at('10m') },
  ] as const)('$rule', ({ phase, lostAtMs }) => {
    const site = siteOfFour();
    site.lost('10m', 'oslo-1');
    const settled = settledAt(site, '11m');
    const device = { ...settled.devices.get('oslo-1')!, phase, flapping: true };
    const now = observe(incident({ 'oslo-1': 'recovering' }), {
      ...settled,
      devices: new Map([['oslo-1', device]]),
    });
    expect(now.members.get('oslo-1')).toMatchObject({
      state: 'flapping',
      recovering: false,
      lostAtMs,
      backAtMs: null,
    });
  });
});

it('counts a device that is down among the known ones, however long it is silent', () => {
  const site = siteOfFour();
  site.lost('10m', 'oslo-1');
  site.connected('35d', 'oslo-2');
  const now = observe(
    incident({ 'oslo-1': 'down', 'oslo-8': 'gone', 'oslo-9': 'gone' }),
    settledAt(site, '36d'),
  );
  expect(now.knownDevices).toBe(2);
});

it('follows the policy of its device for an incident of one device', () => {
  const strict = configOf(
    `${osloConfig}\noverrides:\n  - { devices: ["*-1"], policy: { severity: critical } }`,
  );
  const site = siteOfFour();
  site.lost('10m', 'oslo-1', 'oslo-2');
  const severity = (id: string) => {
    const one = incident({ [id]: 'down' }, { subject: { kind: 'device', key: id } });
    return observe(one, settledAt(site, '16m', strict)).severity;
  };
  expect([severity('oslo-1'), severity('oslo-2')]).toEqual(['critical', 'warning']);
});

describe('the end of an incident', () => {
  const both = incident({ 'oslo-1': 'down', 'oslo-2': 'down' });

  it.each([
    { rule: 'is not while one is down', back: ['oslo-1'], at: '1h', status: 'open' },
    {
      rule: 'is not before the last is back for recoveredAfter',
      back: ['oslo-1', 'oslo-2'],
      at: '21m59s',
      status: 'open',
    },
    {
      rule: 'is when the last is back for recoveredAfter',
      back: ['oslo-1', 'oslo-2'],
      at: '22m',
      status: 'resolved',
    },
  ])('$rule', ({ back, at: when, status }) => {
    const site = siteOfFour();
    site.lost('10m', 'oslo-1', 'oslo-2');
    site.connected('20m', ...back);
    expect(observe(both, settledAt(site, when)).status).toBe(status);
  });

  it('is not while a member is under suspicion again', () => {
    const site = siteOfFour();
    site.lost('10m', 'oslo-1', 'oslo-2');
    site.connected('20m', 'oslo-1', 'oslo-2');
    site.lost('21m30s', 'oslo-2');
    expect(observe(both, settledAt(site, '23m')).status).toBe('open');
  });

  it('is not while a member that was back is under suspicion again', () => {
    const site = siteOfFour();
    site.lost('10m', 'oslo-2');
    site.connected('20m', 'oslo-2');
    site.lost('21m30s', 'oslo-1');
    const before = incident({ 'oslo-1': 'back', 'oslo-2': 'down' });
    expect(observe(before, settledAt(site, '23m')).status).toBe('open');
  });

  it('keeps an ended incident as it was', () => {
    const site = siteOfFour();
    site.lost('10m', 'oslo-1');
    const ended = incident({ 'oslo-1': 'back' }, { status: 'resolved', resolvedAtMs: start });
    expect(observe(ended, settledAt(site, '1h'))).toBe(ended);
  });

  it('keeps the severity and remembers the worst', () => {
    const site = siteOfFour();
    site.lost('10m', 'oslo-1', 'oslo-2');
    const worst = observe(both, settledAt(site, '16m'));
    expect(worst).toMatchObject({ severity: 'critical', peakSeverity: 'critical' });
    site.connected('20m', 'oslo-1');
    const better = observe(worst, settledAt(site, '30m'));
    expect(better).toMatchObject({ severity: 'warning', peakSeverity: 'critical' });
    site.connected('40m', 'oslo-2');
    expect(observe(better, settledAt(site, '50m'))).toMatchObject({
      status: 'resolved',
      resolvedAtMs: at('50m'),
      severity: 'warning',
      peakSeverity: 'critical',
    });
  });
});

it('names the hub’s resource by the events of its devices, and keeps it', () => {
  const site = siteOfFour();
  site.lost('10m', 'oslo-1');
  const unnamed = observe(incident({ 'oslo-1': 'down' }), settledAt(site, '15m'));
  expect(unnamed).not.toHaveProperty('hubResourceId');
  const third = site.devices.get('oslo-3')!;
  site.devices.set('oslo-3', { ...third, hubResourceId });
  const named = observe(unnamed, settledAt(site, '15m'));
  expect(named.hubResourceId).toBe(hubResourceId);
  site.devices.set('oslo-3', third);
  expect(observe(named, settledAt(site, '15m')).hubResourceId).toBe(hubResourceId);
});

it('counts a device as affected when it is offline or flapping, since when it counted', () => {
  const site = siteOfFour();
  site.lost('10m', 'oslo-1');
  const [offline] = settledAt(site, '20m').devices.values();
  expect(isAffected(offline!)).toBe(true);
  expect(affectedSince(offline!)).toBe(at('15m'));
  expect(isAffected({ ...offline!, phase: 'recovering' })).toBe(false);
  expect(isAffected({ ...offline!, phase: 'online', flapping: true })).toBe(true);
  // It flaps since we know of it.
  expect(affectedSince({ ...offline!, flapping: true, receivedAtMs: at('11m') })).toBe(at('11m'));
});

it('takes the earlier of two moments, where null is never', () => {
  expect([earlier(1, 2), earlier(2, 1)]).toEqual([1, 1]);
  expect([earlier(null, 2), earlier(1, null), earlier(null, null)]).toEqual([2, 1, null]);
});

it('names a site by its id', () => {
  expect(siteById(config, 'oslo').name).toBe('Oslo plant');
});
