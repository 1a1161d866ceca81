import type { Diagnosis } from '../../../src/lib/diagnosis/diagnosis.ts';
import { lossesOf } from '../../../src/lib/notify/losses.ts';
import type { DeviceFact, Message } from '../../../src/lib/notify/message.ts';

/** 2026-03-04 09:20:52 in Oslo is an hour later than UTC. */
export const nowMs = Date.parse('2026-03-04T08:20:52.184Z');
const at = (time: string) => Date.parse(`2026-03-04T${time}Z`);

export const diagnosis: Diagnosis = {
  status: 'available',
  cause: 'siteUplink',
  confidence: 'high',
  summary:
    'Nearly all of the plant went silent within three minutes while every other site stayed connected: power or the internet line of the plant.',
  errors: [
    {
      code: '404104',
      name: 'DeviceConnectionClosedRemotely',
      count: 36,
      lastSeen: '2026-03-04T08:15:21.000Z',
    },
    { code: '500008', name: 'GenericTimeout', count: 1, lastSeen: '2026-03-04T08:14:02.000Z' },
  ],
  steps: [
    'Is the power on in the hall? Look at lights and machine panels.',
    'Look at the router in the network cabinet: its internet light should be steady. If it is off or red, switch the router off for 30 seconds and on again.',
    'If another device at the site has no internet either, call the internet provider and give them the time of the loss.',
    'If the line works: ask IT whether outgoing port 8883 was blocked.',
  ],
  evidence: {
    for: [
      '38 of 42 devices of the site went offline within 3 min',
      '36 of 38 devices closed with 404104, without a goodbye',
      'no other site of the hub lost a device',
    ],
    against: ['4 devices of the site are still connected'],
  },
  unavailableBecause: null,
  also: [],
  lostAtMs: {},
};

export function device(deviceId: string, overrides: Partial<DeviceFact> = {}): DeviceFact {
  return {
    deviceId,
    moduleId: null,
    phase: 'offline',
    flapping: false,
    lostContact: { notBeforeMs: at('08:12:10'), notAfterMs: at('08:15:20') },
    backAtMs: null,
    deleted: false,
    ...overrides,
  };
}

/** Ola has it until half past two in Oslo. */
export const hasIt: NonNullable<Message['acknowledged']> = {
  by: 'Ola Nordmann',
  atMs: at('08:30:00'),
  untilMs: at('13:30:00'),
  note: 'On my way to the hall',
};

/** Ola had it until then; @param endedBy who took it back, or null */
export function hadBy(endedBy: string | null): NonNullable<Message['acknowledgementEnded']> {
  return { by: hasIt.by, atMs: hasIt.untilMs, why: endedBy === null ? 'time' : 'takenBack', endedBy };
}

export const back = { phase: 'online', backAtMs: at('08:26:10') } as const;

/** A plant of 42 devices of which 38 are offline. */
export function message(overrides: Partial<Message> = {}): Message {
  const devices =
    overrides.devices ??
    Array.from({ length: 38 }, (_, index) => device(`oslo-press-${String(index + 1).padStart(2, '0')}`));
  return {
    noticeId: 'ntc_01JNGZ3V9K',
    incidentId: 'inc_01JNGZ3V4C',
    receiver: 'oslo-operators',
    acknowledged: null,
    notes: [],
    type: 'incident.opened',
    reason: 'outageBegan',
    status: 'open',
    severity: 'critical',
    per: 'site',
    hub: 'hub-fleet-01',
    site: { kind: 'site', id: 'oslo', name: 'Oslo plant', timeZone: 'Europe/Oslo' },
    counts: { offline: 38, flapping: 0, known: 42 },
    devices,
    devicesTruncated: 0,
    backCount: 0,
    deletedCount: devices.filter(({ deleted }) => deleted).length,
    openedAtMs: at('08:20:20'),
    resolvedAtMs: null,
    losses: lossesOf(devices, overrides.status === 'resolved' ? 'all' : 'down'),
    unstableSinceMs: null,
    lasted: null,
    diagnosis,
    hubLevel: null,
    links: {
      incident: 'https://responder.example/incidents/inc_01JNGZ3V4C',
      acknowledge: null,
      silence: null,
      logs: 'https://portal.azure.com/#blade/logs',
      device: null,
      resourceHealth: null,
    },
    nowMs,
    ...overrides,
  };
}

/** The all-clear of the same incident. */
export function resolved(overrides: Partial<Message> = {}): Message {
  return message({
    type: 'incident.resolved',
    reason: 'recovered',
    status: 'resolved',
    counts: { offline: 0, flapping: 0, known: 42 },
    devices: message().devices.map((each) => ({ ...each, ...back })),
    backCount: 38,
    resolvedAtMs: at('08:34:20'),
    lasted: { fromMs: at('08:15:20'), toMs: at('08:26:10') },
    nowMs: at('08:34:21'),
    ...overrides,
  });
}

/** A notice about one device alone. */
export function single(overrides: Partial<Message> = {}): Message {
  return message({
    per: 'device',
    severity: 'warning',
    counts: { offline: 1, flapping: 0, known: 1 },
    devices: [device('oslo-press-07')],
    ...overrides,
  });
}
