/**
 * Alertmanager 0.34.0 (August 2026), notify/notify_test.go, `TestDedupStageNeedsUpdate`, and notify/dedup_stage.go: the
 * eleven rows of "does this group need a notification?". An alert is a device here, firing is down, resolved is back,
 * the log entry is what the receiver was told, and the repeat interval is `remindEvery`.
 */
import { expect, it } from 'vitest';
import { decide } from '../../src/lib/incident/decide.ts';
import type { Incident, Member, Told } from '../../src/lib/incident/incident.ts';
import { start } from '../support/events.ts';
import { routed } from '../support/incidents.ts';
import { defaultPolicy } from './lived.ts';

const minuteMs = 60_000;
const nowMs = start + 60 * minuteMs;
const policy = { ...defaultPolicy, groupIntervalMs: 5 * minuteMs, remindEveryMs: 10 * minuteMs };

type Row = {
  readonly fact: string;
  /** What the log holds; null: nothing was ever sent. */
  readonly told: { readonly down: readonly number[]; readonly minutesAgo: number } | null;
  readonly down: readonly number[];
  readonly back: readonly number[];
  readonly alertmanager: boolean;
  readonly ours: string;
  readonly why?: string;
};

const rows: readonly Row[] = [
  {
    fact: 'nothing was sent yet and devices are down',
    told: null,
    down: [2, 3, 4],
    back: [],
    alertmanager: true,
    ours: 'opening outageBegan',
  },
  {
    fact: 'nothing was sent yet and all is over',
    told: null,
    down: [],
    back: [2, 3, 4],
    alertmanager: false,
    ours: 'overBeforeItWasTold',
  },
  {
    fact: 'another device is down than was told',
    told: { down: [1, 2, 3], minutesAgo: 9 },
    down: [2, 3, 4],
    back: [1],
    alertmanager: true,
    ours: 'update outageGrew',
  },
  {
    fact: 'the same are down and it was told at the beginning of time',
    told: { down: [1, 2, 3], minutesAgo: nowMs / minuteMs },
    down: [1, 2, 3],
    back: [],
    alertmanager: true,
    ours: 'reminder reminder',
  },
  {
    fact: 'the same are down and the repeat interval is not over',
    told: { down: [1, 2, 3], minutesAgo: 9 },
    down: [1, 2, 3],
    back: [],
    alertmanager: false,
    ours: 'later',
  },
  {
    fact: 'the same are down and the repeat interval is over',
    told: { down: [1, 2, 3], minutesAgo: 11 },
    down: [1, 2, 3],
    back: [],
    alertmanager: true,
    ours: 'reminder reminder',
  },
  {
    fact: 'the end was told and others fell and came back since',
    told: { down: [], minutesAgo: 11 },
    down: [],
    back: [3, 4, 5],
    alertmanager: false,
    ours: 'closed',
  },
  {
    fact: 'one more is back, for a receiver without send_resolved',
    told: { down: [1, 2], minutesAgo: 9 },
    down: [1],
    back: [2, 3],
    alertmanager: false,
    ours: 'update partlyRecovered',
    why: 'there is no such setting: whoever was told down is told up',
  },
  {
    fact: 'one more is back, for a receiver with send_resolved',
    told: { down: [1, 2], minutesAgo: 9 },
    down: [1],
    back: [2, 3],
    alertmanager: true,
    ours: 'update partlyRecovered',
  },
  {
    fact: 'all are back, for a receiver without send_resolved',
    told: { down: [1, 2], minutesAgo: 9 },
    down: [],
    back: [1, 2, 3],
    alertmanager: true,
    ours: 'final recovered',
  },
  {
    fact: 'all are back, for a receiver with send_resolved',
    told: { down: [1, 2], minutesAgo: 9 },
    down: [],
    back: [1, 2, 3],
    alertmanager: true,
    ours: 'final recovered',
  },
];

const name = (device: number) => `oslo-${device}`;

function member(device: number, state: 'down' | 'back'): [string, Member] {
  return [
    name(device),
    {
      deviceId: name(device),
      moduleId: null,
      state,
      recovering: false,
      lostAtMs: start,
      connectedBeforeMs: 0,
      since: start,
      backAtMs: state === 'back' ? nowMs : null,
    },
  ];
}

function incidentOf({ down, back }: Row): Incident {
  const over = down.length === 0;
  return {
    incidentId: 'inc_1',
    subject: { kind: 'site' },
    hubName: 'hub-fleet-01',
    status: over ? 'resolved' : 'open',
    openedAtMs: start,
    resolvedAtMs: over ? nowMs : null,
    severity: 'warning',
    peakSeverity: 'warning',
    firstSeverity: 'warning',
    members: new Map([
      ...down.map((device) => member(device, 'down')),
      ...back.map((device) => member(device, 'back')),
    ]),
    knownDevices: 40,
    fallbacks: [],
  };
}

function toldOf({ told }: Row): Told | null {
  if (told === null) return null;
  return {
    incidentId: 'inc_1',
    receiver: 'operators',
    status: told.down.length === 0 ? 'closed' : 'told',
    facts: { severity: 'warning', down: told.down.map(name), flapping: [], diagnosisKey: '' },
    lastNoticeAtMs: nowMs - told.minutesAgo * minuteMs,
    noticeCount: 1,
    pendingNoticeId: null,
    failingSinceMs: null,
    failedForGood: false,
  };
}

it.each(
  rows.map((row, index) => [index + 1, row.fact, row.ours + (row.why ? ` (${row.why})` : ''), row] as const),
)('row %d: %s: %s', (_, __, ___, row) => {
  const recipient = { ...routed, remindEveryMs: policy.remindEveryMs };
  const sight = { recipient, hides: 'quiet', hearsAcknowledgements: false } as const;
  const decision = decide({ ...sight, incident: incidentOf(row) }, toldOf(row), policy, null);
  const saysNow = decision.kind === 'say' && decision.atMs <= nowMs;
  expect(saysNow).toBe(row.why === undefined ? row.alertmanager : !row.alertmanager);
  if (decision.kind === 'nothing') expect(decision.because).toBe(row.ours);
  else expect(saysNow ? `${decision.notice} ${decision.reason}` : 'later').toBe(row.ours);
});
