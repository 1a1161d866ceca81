import { describe, expect, it } from 'vitest';
import type { Diagnosis } from '../../../src/lib/diagnosis/diagnosis.ts';
import type { Incident, Notice, NoticeKind, Told } from '../../../src/lib/incident/incident.ts';
import { observe, siteAt } from '../../../src/lib/incident/observe.ts';
import { composeMessage } from '../../../src/lib/notify/composeMessage.ts';
import type { Message } from '../../../src/lib/notify/message.ts';
import { summarise } from '../../../src/lib/notify/words/summary.ts';
import { nothingFound } from '../../simulation/edges.ts';
import { configOf, osloConfig } from '../../support/configOf.ts';
import { start } from '../../support/events.ts';
import { incident, toldOf } from '../../support/incidents.ts';
import { offsetMs } from '../../support/offsetMs.ts';
import { SiteInMemory } from '../../support/siteView.ts';

const config = configOf(osloConfig);
const at = (text: string) => start + offsetMs(text);

const notice = (kind: NoticeKind): Notice => ({
  noticeId: 'ntc_1',
  incidentId: 'inc_1',
  receiver: 'operators',
  kind,
  reason: 'outageBegan',
  state: 'pending',
  createdAtMs: start,
  dueAtMs: start,
  leasedUntilMs: 0,
  attempts: 0,
  lastError: null,
  possiblyDelivered: null,
  finishedAtMs: null,
});

const untold: Told = { ...toldOf({}), status: 'untold', facts: null, lastNoticeAtMs: null };

function messageAt(
  site: SiteInMemory,
  when: string,
  {
    kind = 'opening',
    told = untold,
    now = incident({}),
    found = nothingFound,
  }: {
    kind?: NoticeKind;
    told?: Told;
    now?: Incident;
    found?: Diagnosis;
  } = {},
): Message {
  const settled = siteAt(config, site.site, [...site.devices.values()], at(when));
  return composeMessage({
    incident: observe({ ...now, openedAtMs: at('15m') }, settled),
    site: site.site,
    devices: settled.devices,
    nowMs: at(when),
    told,
    notice: notice(kind),
    reason: 'outageBegan',
    diagnosis: found,
    links: {
      incident: null,
      acknowledge: null,
      silence: null,
      logs: null,
      device: null,
      resourceHealth: null,
    },
  });
}

function site(count: number): SiteInMemory {
  const made = new SiteInMemory(config);
  made.connected('0s', ...Array.from({ length: count }, (_, index) => `oslo-${index}`));
  return made;
}

const listed = (message: Message) => message.devices.map((device) => `${device.deviceId} ${device.phase}`);

describe('type and status', () => {
  it.each([
    { kind: 'opening', told: untold, type: 'incident.opened', status: 'open' },
    { kind: 'update', told: toldOf({}), type: 'incident.updated', status: 'open' },
    { kind: 'reminder', told: toldOf({}), type: 'incident.reminder', status: 'open' },
    { kind: 'final', told: toldOf({}), type: 'incident.resolved', status: 'resolved' },
    { kind: 'reminder', told: untold, type: 'incident.opened', status: 'open' },
    // Nobody knows whether it has read the beginning.
    {
      kind: 'update',
      told: toldOf({}, '1m', { unconfirmed: true }),
      type: 'incident.opened',
      status: 'open',
    },
    {
      kind: 'final',
      told: toldOf({}, '1m', { unconfirmed: true }),
      type: 'incident.resolved',
      status: 'resolved',
    },
  ] as const)(
    'a notice of kind $kind to one that is $told.status is $type',
    ({ kind, told, type, status }) => {
      const made = site(2);
      made.lost('10m', 'oslo-0');
      expect(messageAt(made, '16m', { kind, told })).toMatchObject({ type, status });
    },
  );

  it('carries what the reader is to know', () => {
    const made = site(2);
    made.lost('10m', 'oslo-0');
    expect(messageAt(made, '16m')).toMatchObject({
      noticeId: 'ntc_1',
      incidentId: 'inc_1',
      receiver: 'operators',
      reason: 'outageBegan',
      severity: 'critical',
      per: 'site',
      hub: 'hub-fleet-01',
      site: { id: 'oslo', name: 'Oslo plant', timeZone: 'Europe/Oslo' },
      openedAtMs: at('15m'),
      resolvedAtMs: null,
      nowMs: at('16m'),
    });
  });

  it('ends with the worst severity that it had, and the time of the end', () => {
    const made = site(2);
    made.lost('10m', 'oslo-0');
    made.connected('20m', 'oslo-0');
    const now = incident({ 'oslo-0': 'down' }, { peakSeverity: 'critical' });
    expect(messageAt(made, '30m', { kind: 'final', told: toldOf({ down: ['oslo-0'] }), now })).toMatchObject({
      severity: 'critical',
      resolvedAtMs: at('30m'),
    });
  });

  it('resolves an open incident that is no longer followed for this receiver as of now', () => {
    const made = site(2);
    made.lost('10m', 'oslo-0');
    const message = messageAt(made, '30m', { kind: 'final', told: toldOf({ down: ['oslo-0'] }) });
    expect(message).toMatchObject({ status: 'resolved', resolvedAtMs: at('30m') });
    expect(listed(message)).toEqual(['oslo-0 offline']);
  });
});

describe('counts', () => {
  it('count a device that is coming back as offline', () => {
    const made = site(4);
    made.lost('10m', 'oslo-0', 'oslo-1');
    made.connected('16m', 'oslo-1');
    expect(messageAt(made, '17m').counts).toEqual({ offline: 2, flapping: 0, known: 4 });
  });

  it('count a flapping device as flapping alone, though it is away', () => {
    const made = site(4);
    for (let minute = 1; minute <= 9; minute += 2) {
      made.lost(`${minute}m`, 'oslo-0');
      if (minute < 9) made.connected(`${minute + 1}m`, 'oslo-0');
    }
    const message = messageAt(made, '15m');
    expect(message.counts).toEqual({ offline: 0, flapping: 1, known: 4 });
    expect(message.devices[0]).toMatchObject({ flapping: true, phase: 'offline' });
  });

  it('count those that are back', () => {
    const made = site(3);
    made.lost('10m', 'oslo-0', 'oslo-1');
    made.connected('16m', 'oslo-1');
    const now = incident({ 'oslo-0': 'down', 'oslo-1': 'down' });
    expect(messageAt(made, '20m', { now })).toMatchObject({ backCount: 1, counts: { offline: 1 } });
  });

  it('of an incident of one device count that device', () => {
    const made = site(4);
    made.lost('10m', 'oslo-0', 'oslo-1');
    const now = incident({ 'oslo-0': 'down' }, { subject: { kind: 'device', key: 'oslo-0' } });
    expect(messageAt(made, '20m', { now }).counts).toEqual({ offline: 1, flapping: 0, known: 1 });
  });
});

describe('devices', () => {
  it('are those still down, longest first, then those that are newly back', () => {
    const made = site(5);
    made.lost('10m', 'oslo-3');
    made.lost('9m', 'oslo-2');
    made.lost('11m', 'oslo-0', 'oslo-1');
    const opened = observe(incident({}), siteAt(config, made.site, [...made.devices.values()], at('16m')));
    made.connected('17m', 'oslo-2');
    const told = toldOf({ down: ['oslo-0', 'oslo-1', 'oslo-2', 'oslo-3'] });
    const message = messageAt(made, '20m', { kind: 'update', told, now: opened });
    expect(listed(message)).toEqual(['oslo-3 offline', 'oslo-0 offline', 'oslo-1 offline', 'oslo-2 online']);
    expect(message.devices.at(-1)?.backAtMs).toBe(at('17m'));
  });

  it('that are back leave the list once this receiver has heard of it', () => {
    const made = site(3);
    made.lost('10m', 'oslo-0', 'oslo-1');
    made.connected('17m', 'oslo-1');
    const now = incident({ 'oslo-0': 'down', 'oslo-1': 'down' });
    const told = toldOf({ down: ['oslo-0'] });
    expect(listed(messageAt(made, '20m', { kind: 'update', told, now }))).toEqual(['oslo-0 offline']);
  });

  it('that came back before the first notice are not in it', () => {
    const made = site(3);
    made.lost('10m', 'oslo-0', 'oslo-1');
    made.connected('17m', 'oslo-1');
    const now = incident({ 'oslo-0': 'down', 'oslo-1': 'down' });
    expect(listed(messageAt(made, '20m', { now }))).toEqual(['oslo-0 offline']);
  });

  it('are all that took part when it is over', () => {
    const made = site(3);
    made.lost('10m', 'oslo-0', 'oslo-1');
    made.connected('17m', 'oslo-0', 'oslo-1');
    const now = incident({ 'oslo-0': 'down', 'oslo-1': 'down' });
    const told = toldOf({ down: ['oslo-0'] });
    expect(listed(messageAt(made, '20m', { kind: 'final', told, now }))).toEqual([
      'oslo-0 online',
      'oslo-1 online',
    ]);
  });

  it('are cut at 100, with the number of the rest', () => {
    const made = site(130);
    made.lost('10m', ...Array.from({ length: 120 }, (_, index) => `oslo-${index}`));
    const message = messageAt(made, '16m');
    expect(message.devices).toHaveLength(100);
    expect(message).toMatchObject({ devicesTruncated: 20, counts: { offline: 120, known: 130 } });
  });

  it('that are deleted are counted beyond the 100 that are listed', () => {
    const made = site(2);
    const gone = Object.fromEntries(
      Array.from({ length: 120 }, (_, index) => [`gone-${index}`, 'down' as const]),
    );
    const message = messageAt(made, '16m', { kind: 'final', now: incident(gone) });
    expect([message.devices.length, message.deletedCount]).toEqual([100, 120]);
    expect(summarise({ ...message, reason: 'noLongerFollowed' })).toBe(
      'Oslo plant: no longer followed: 120 devices deleted',
    );
  });

  it('are not cut when all that are news are listed, however many took part', () => {
    const made = site(130);
    const many = Array.from({ length: 120 }, (_, index) => `oslo-${index}`);
    made.lost('10m', ...many);
    const now = incident(Object.fromEntries(many.map((id) => [id, 'down'])));
    made.connected('17m', ...many.slice(1));
    const message = messageAt(made, '20m', { kind: 'update', told: toldOf({ down: ['oslo-0'] }), now });
    expect([listed(message), message.devicesTruncated]).toEqual([['oslo-0 offline'], 0]);
  });

  it('that were told as flapping and are back are newly back too', () => {
    const now = incident({ 'oslo-0': 'flapping', 'oslo-1': 'down' });
    const made = site(3);
    made.lost('10m', 'oslo-1');
    const told = toldOf({ flapping: ['oslo-0'], down: ['oslo-1'] });
    expect(listed(messageAt(made, '20m', { kind: 'update', told, now }))).toEqual([
      'oslo-1 offline',
      'oslo-0 online',
    ]);
  });

  it('tell of one that is coming back since when', () => {
    const made = site(3);
    made.lost('10m', 'oslo-0', 'oslo-1');
    made.connected('16m', 'oslo-1');
    expect(messageAt(made, '17m').devices.map((one) => [one.phase, one.backAtMs])).toEqual([
      ['offline', null],
      ['recovering', at('16m')],
    ]);
  });

  it.each([
    { last: 'offline', back: false },
    { last: 'recovering', back: true },
  ])('that were deleted keep their last phase: $last', ({ last, back }) => {
    const made = site(3);
    made.lost('10m', 'oslo-0', 'oslo-1');
    if (back) made.connected('16m', 'oslo-0');
    const settled = siteAt(config, made.site, [...made.devices.values()], at('17m'));
    const before = observe(incident({}), settled);
    made.happens('deleted', 'oslo-0', '18m');
    const told = toldOf({ down: ['oslo-0', 'oslo-1'] });
    const message = messageAt(made, '19m', { kind: 'update', told, now: before });
    expect(message.devices.find((one) => one.deviceId === 'oslo-0')).toMatchObject({
      phase: last,
      deleted: true,
    });
  });

  it('that were back and are deleted were online last', () => {
    const made = site(3);
    made.lost('10m', 'oslo-1');
    made.happens('deleted', 'oslo-0', '18m');
    const now = incident({ 'oslo-0': 'back', 'oslo-1': 'down' });
    const told = toldOf({ down: ['oslo-0', 'oslo-1'] });
    const message = messageAt(made, '19m', { kind: 'update', told, now });
    expect(listed(message)).toEqual(['oslo-1 offline', 'oslo-0 online']);
    expect(message.devices.map((one) => one.deleted)).toEqual([false, true]);
  });

  it('that are back are online, though they are under suspicion again', () => {
    const made = site(3);
    made.lost('10m', 'oslo-1');
    made.lost('18m', 'oslo-0');
    const now = incident({ 'oslo-0': 'back', 'oslo-1': 'down' });
    const told = toldOf({ down: ['oslo-0', 'oslo-1'] });
    expect(listed(messageAt(made, '19m', { kind: 'update', told, now }))).toEqual([
      'oslo-1 offline',
      'oslo-0 online',
    ]);
  });

  it('that flap are shown as they are now', () => {
    const made = site(3);
    for (let minute = 1; minute <= 8; minute += 2) {
      made.lost(`${minute}m`, 'oslo-0');
      made.connected(`${minute + 1}m`, 'oslo-0');
    }
    made.lost('3m', 'oslo-1');
    const message = messageAt(made, '9m');
    expect(message.devices.map((one) => [one.deviceId, one.phase, one.flapping])).toEqual([
      ['oslo-1', 'offline', false],
      ['oslo-0', 'online', true],
    ]);
  });

  it('that count since the same moment are in the order of their names', () => {
    const made = site(4);
    made.lost('10m', 'oslo-2', 'oslo-0', 'oslo-1');
    const now = incident({ 'oslo-2': 'down', 'oslo-0': 'down', 'oslo-1': 'down' });
    expect(messageAt(made, '16m', { now }).devices.map((one) => one.deviceId)).toEqual([
      'oslo-0',
      'oslo-1',
      'oslo-2',
    ]);
  });
});

it('says what the hub as a whole is missing', () => {
  const made = site(2);
  made.lost('10m', 'oslo-0');
  const level = { expected: 100, connected: 60, explained: 0, ended: null } as const;
  const now = incident({ 'oslo-0': 'down' }, { subject: { kind: 'hub', level } });
  expect(messageAt(made, '16m', { now })).toMatchObject({ hubLevel: level, per: 'site' });
  expect(messageAt(made, '16m').hubLevel).toBeNull();
});

describe('lost contact', () => {
  it('lies between the longest silence before the event and the event', () => {
    const made = site(2);
    made.lost('10m', 'oslo-0');
    expect(messageAt(made, '16m').devices[0]?.lostContact).toEqual({
      notBeforeMs: at('10m') - 450_000 - 60_000,
      notAfterMs: at('10m'),
    });
  });

  it('is not before the device was last seen to connect', () => {
    const made = site(2);
    made.connected('8m', 'oslo-0');
    made.lost('10m', 'oslo-0');
    expect(messageAt(made, '16m').devices[0]?.lostContact).toEqual({
      notBeforeMs: at('8m'),
      notAfterMs: at('10m'),
    });
  });

  it('is not after the event, though the device has connected since', () => {
    const made = site(2);
    made.lost('10m', 'oslo-0');
    made.connected('16m', 'oslo-0');
    expect(messageAt(made, '17m').devices[0]?.lostContact).toEqual({
      notBeforeMs: at('10m') - 450_000 - 60_000,
      notAfterMs: at('10m'),
    });
  });

  it('is the instant of the log row when the diagnosis has it', () => {
    const made = site(2);
    made.lost('10m', 'oslo-0');
    const found = { ...nothingFound, lostAtMs: { 'oslo-0': at('9m12s') } };
    expect(messageAt(made, '16m', { found }).devices[0]?.lostContact).toEqual({
      notBeforeMs: at('9m12s'),
      notAfterMs: at('9m12s'),
    });
  });

  it('is unknown for a device that only flaps', () => {
    const made = site(2);
    for (let minute = 1; minute <= 8; minute += 2) {
      made.lost(`${minute}m`, 'oslo-0');
      made.connected(`${minute + 1}m`, 'oslo-0');
    }
    expect(messageAt(made, '9m').devices[0]).toMatchObject({ flapping: true, lostContact: null });
  });
});
