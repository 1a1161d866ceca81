import { describe, expect, it } from 'vitest';
import type { OneTimeWindow, Silence } from '../../../src/lib/control/control.ts';
import type { Acknowledgement } from '../../../src/lib/incident/acknowledgement.ts';
import type { Held, Incident, Member } from '../../../src/lib/incident/incident.ts';
import type { Reason } from '../../../src/lib/incident/reasons.ts';
import { controlsTold } from '../../../src/lib/notify/controlsTold.ts';
import { start } from '../../support/events.ts';
import { noticeOf } from '../../support/files.ts';
import { incident, toldOf } from '../../support/incidents.ts';
import { offsetMs } from '../../support/offsetMs.ts';

const at = (when: string) => start + offsetMs(when);
const anywhere = { hubs: null, sites: ['oslo'], devices: null };
const silence: Silence = {
  kind: 'silence',
  id: 'sil_1',
  match: anywhere,
  fromMs: at('0s'),
  untilMs: at('2h'),
  by: 'Ola Nordmann',
  reason: null,
  createdAtMs: at('0s'),
};
const window: OneTimeWindow = {
  kind: 'maintenance',
  id: 'mnt_1',
  name: 'New switch',
  match: anywhere,
  fromMs: at('0s'),
  untilMs: at('2h'),
  returnGraceMs: 600_000,
  by: 'Siv',
  createdAtMs: at('0s'),
};
const rules = {
  controls: {
    version: 3,
    silences: [silence, { ...silence, id: 'sil_2', takenBack: { by: 'Kari', atMs: at('1h') } }],
    windows: [window],
  },
  maintenance: [{ name: 'Sunday service', match: anywhere, at: { during: [] }, returnGraceMs: 600_000 }],
};
const held = (why: Held['why'], control: string): Held => ({
  why,
  control,
  reason: 'outageBegan',
  sinceMs: at('1h'),
  untilMs: at('2h'),
});

function toldAt(
  reason: Reason,
  change: {
    incident?: Partial<Incident>;
    quiet?: Readonly<Record<string, Member['quiet']>>;
    told?: Parameters<typeof toldOf>[2];
    ledger?: Parameters<typeof controlsTold>[0]['ledger'];
    rules?: null;
  } = {},
) {
  const { members, ...rest } = incident({ a: 'down', b: 'down', c: 'back' }, change.incident);
  const quiet = new Map(
    [...members].map(([key, member]) => {
      const by = change.quiet?.[key];
      return [key, by ? { ...member, quiet: by } : member] as const;
    }),
  );
  return controlsTold({
    incident: { ...rest, members: quiet },
    told: toldOf({}, '10m', change.told),
    notice: noticeOf({ receiver: 'operators' }),
    reason,
    rules: change.rules === null ? undefined : rules,
    ledger: change.ledger,
  });
}

it('says nothing of controls where there are none', () => {
  expect(toldAt('outageGrew')).toEqual({});
  expect(toldAt('silenceEnded')).toEqual({});
  expect(toldAt('escalated', { ledger: [] })).toEqual({});
});

describe('what held it back', () => {
  it.each([
    [
      'a silence',
      'silenceEnded',
      held('silence', 'sil_1'),
      { why: 'silence', name: null, by: 'Ola Nordmann', atMs: at('2h'), endedBy: null },
    ],
    [
      'a silence that was taken back',
      'silenceEnded',
      held('silence', 'sil_2'),
      { why: 'silence', name: null, by: 'Ola Nordmann', atMs: at('1h'), endedBy: 'Kari' },
    ],
    [
      'a window, without its grace',
      'didNotReturn',
      held('maintenance', 'mnt_1'),
      { why: 'maintenance', name: 'New switch', by: 'Siv', atMs: at('2h'), endedBy: null },
    ],
    [
      'planned work of the configuration',
      'didNotReturn',
      held('maintenance', 'Sunday service'),
      { why: 'maintenance', name: 'Sunday service', by: null, atMs: null, endedBy: null },
    ],
    [
      'what nobody knows any more',
      'didNotReturn',
      held('maintenance', 'gone'),
      { why: 'maintenance', name: null, by: null, atMs: null, endedBy: null },
    ],
  ] as const)('is %s', (_, reason, before, letGo) => {
    expect(toldAt(reason, { told: { held: before } })).toEqual({ letGo });
  });

  it.each([
    ['the reason is another', 'outageGrew', held('silence', 'sil_1')],
    ['it were mute times', 'silenceEnded', held('muteTime', 'routes[0]')],
  ] as const)('is not said where %s', (_, reason, before) => {
    expect(toldAt(reason, { told: { held: before } })).toEqual({});
  });

  it('names nobody without the rules', () => {
    const told = toldAt('silenceEnded', { told: { held: held('silence', 'sil_1') }, rules: null });
    expect(told).toEqual({ letGo: { why: 'silence', name: null, by: null, atMs: null, endedBy: null } });
  });
});

describe('what is quiet now', () => {
  const bySilence = { why: 'silence', control: 'sil_1', untilMs: at('2h') } as const;
  const byWork = { why: 'maintenance', control: 'Sunday service', untilMs: at('3h') } as const;

  it.each([
    [
      'one silence',
      { a: bySilence, b: bySilence },
      { why: 'silence', untilMs: at('2h'), someEarlier: false, by: 'Ola Nordmann' },
    ],
    ['planned work', { a: byWork }, { why: 'maintenance', untilMs: at('3h'), someEarlier: false, by: null }],
    ['both', { a: bySilence, b: byWork }, { why: 'both', untilMs: at('3h'), someEarlier: true, by: null }],
    [
      'two silences',
      { a: bySilence, b: { ...bySilence, control: 'sil_2', untilMs: at('1h') } },
      { why: 'silence', untilMs: at('2h'), someEarlier: true, by: null },
    ],
  ] as const)('by %s', (_, quiet, expected) => {
    expect(toldAt('outageGrew', { quiet })).toEqual({ quiet: expected });
  });

  it('looks at what is down alone', () => {
    expect(toldAt('outageGrew', { quiet: { c: bySilence } })).toEqual({});
  });
});

describe('an acknowledgement that has ended', () => {
  const ended = (
    why: 'time' | 'takenBack' | 'severityRose',
    by: string | null,
    atMs = at('20m'),
  ): Acknowledgement => ({
    by: 'Ola Nordmann',
    atMs: at('5m'),
    untilMs: at('4h'),
    note: null,
    severity: 'warning',
    ended: { atMs, why, by },
  });

  it.each<[string, Reason, Acknowledgement, string | null]>([
    ['by its time', 'acknowledgementEnded', ended('time', null), 'time'],
    ['by somebody', 'acknowledgementEnded', ended('takenBack', 'Kari'), 'takenBack'],
    ['by the rise that is told', 'severityRose', ended('severityRose', null), 'severityRose'],
    ['by an earlier rise, which was told', 'severityRose', ended('severityRose', null, at('9m')), null],
    ['by its time before a rise', 'severityRose', ended('time', null), null],
    ['before something else is told', 'outageGrew', ended('time', null), null],
  ])('%s', (_, reason, acknowledged, why) => {
    const told = toldAt(reason, { incident: { acknowledged } }).acknowledgementEnded ?? null;
    expect(told?.why ?? null).toBe(why);
    if (told) expect(told.endedBy).toBe(acknowledged.ended?.by);
  });
});

describe('who was told before an escalation', () => {
  const ledger = [
    toldOf({}, '2m', { receiver: 'lead', firstAttemptAtMs: at('3m') }),
    toldOf({}, '2m', { receiver: 'hall', firstAttemptAtMs: at('1m'), status: 'untold' }),
    toldOf({}, '2m', { receiver: 'operators', firstAttemptAtMs: at('4m') }),
    toldOf({}, '2m', { receiver: 'waiting' }),
  ];

  it('is everybody who was tried, the first one first, but not the one who is told now', () => {
    expect(toldAt('escalated', { ledger }).toldFirst).toEqual([
      { receiver: 'hall', atMs: at('1m'), reached: false },
      { receiver: 'lead', atMs: at('3m'), reached: true },
    ]);
  });

  it('is not said to a fallback, which hears whom it stands in for', () => {
    const fallbacks = [{ receiver: 'operators', instead: 'hall', tells: 'outage' }] as const;
    expect(toldAt('escalated', { ledger, incident: { fallbacks } })).toEqual({});
  });
});
