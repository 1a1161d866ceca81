import { describe, expect, it } from 'vitest';
import type { ControlMatch } from '../../../src/lib/control/controlMatch.ts';
import { type HubWatch, neverWatched } from '../../../src/lib/hubWatch/decideLevel.ts';
import { evaluateHub, type HubView, observeHub } from '../../../src/lib/hubWatch/evaluateHub.ts';
import type { Evaluation } from '../../../src/lib/incident/evaluate.ts';
import type { Rules } from '../../../src/lib/policy/rules.ts';
import { configOf } from '../../support/configOf.ts';
import { hubResourceId, start } from '../../support/events.ts';
import { facts, toldOf } from '../../support/incidents.ts';

const watching = configOf(`
sites: [{ id: oslo, devices: ["oslo-*"] }]
hubs: [{ resourceId: "${hubResourceId}" }]
receivers: { on-call: { email: { to: ["a@b.example"] } }, other: { email: { to: ["c@b.example"] } } }
routes: [{ match: { hubs: [hub-fleet-01] }, to: [on-call] }, { match: { sites: [oslo] }, to: [other] }]
`);
const blind = { ...watching, hubs: [] };
const minuteMs = 60_000;
const level = { connected: 600, expected: 1_000, explained: 12, ended: null };
const drop = { sinceMs: start, expected: 1_000, awayBefore: 0, raisedAtMs: null };

const watches = {
  never: null,
  quiet: { ...neverWatched, knownAtMs: start },
  suspected: { ...neverWatched, drop },
  raised: {
    ...neverWatched,
    drop: { ...drop, raisedAtMs: start + 5 * minuteMs },
    level,
    changedAtMs: start + 5 * minuteMs,
  },
  cleared: {
    ...neverWatched,
    level: { ...level, ended: 'levelBack' as const },
    changedAtMs: start + 20 * minuteMs,
  },
} satisfies Record<string, HubWatch | null>;

const viewOf = (watch: HubWatch | null, ledger: Partial<HubView> = {}): HubView => ({
  hub: 'hub-fleet-01',
  watch,
  incidents: [],
  told: [],
  notices: [],
  diagnoses: [],
  ...ledger,
});

const said = ({ changes }: Evaluation) =>
  changes.flatMap(({ notices }) =>
    notices.map(({ receiver, kind, reason }) => `${receiver}: ${kind} ${reason}`),
  );

const nowMs = start + 30 * minuteMs;
const begun = evaluateHub(watching, viewOf(watches.raised), start + 5 * minuteMs).changes[0]!.incident;
const told = toldOf({ ...facts({ severity: 'critical', down: ['hub-fleet-01'], diagnosisKey: '' }) }, '6m', {
  incidentId: begun.incidentId,
  receiver: 'on-call',
});

describe('a hub of which nothing is told yet', () => {
  it.each([
    { rule: 'that was never looked at', watch: watches.never, says: [] },
    { rule: 'with its usual number', watch: watches.quiet, says: [] },
    { rule: 'under suspicion', watch: watches.suspected, says: [] },
    { rule: 'with a loss', watch: watches.raised, says: ['on-call: opening outageBegan'] },
    { rule: 'whose loss is over', watch: watches.cleared, says: [] },
  ])('$rule: $says', ({ watch, says }) => {
    const result = evaluateHub(watching, viewOf(watch), nowMs);
    expect(said(result)).toEqual(says);
    expect(result.idle).toBe(says.length === 0);
  });

  it('has an incident of the hub as a whole, critical, since the loss was sure', () => {
    expect(begun).toMatchObject({
      subject: { kind: 'hub', level },
      hubResourceId,
      openedAtMs: start + 5 * minuteMs,
      severity: 'critical',
      knownDevices: 1,
      members: new Map([['hub-fleet-01', expect.objectContaining({ state: 'down', lostAtMs: start })]]),
    });
  });

  it('has no devices to be followed by themselves: routes per device mean it too', () => {
    const perDevice = {
      ...watching,
      routes: watching.routes.map((route) => ({ ...route, per: 'device' as const })),
    };
    expect(said(evaluateHub(perDevice, viewOf(watches.raised), nowMs))).toEqual([
      'on-call: opening outageBegan',
    ]);
  });

  it('that is not watched has none', () => {
    expect(evaluateHub(blind, viewOf(watches.raised), nowMs)).toMatchObject({ changes: [], idle: true });
  });
});

describe('a loss that was told', () => {
  it.each([
    { rule: 'that stands is not told again', rules: watching, watch: watches.raised, says: [] },
    {
      rule: 'that is over is told to be over',
      rules: watching,
      watch: watches.cleared,
      says: ['on-call: final recovered'],
    },
    {
      rule: 'of a hub that is no longer watched is no longer followed',
      rules: blind,
      watch: watches.raised,
      says: ['on-call: final noLongerFollowed'],
    },
    {
      rule: 'of which nothing is remembered any more is no longer followed',
      rules: watching,
      watch: watches.never,
      says: ['on-call: final noLongerFollowed'],
    },
  ])('$rule', ({ rules, watch, says }) => {
    expect(said(evaluateHub(rules, viewOf(watch, { incidents: [begun], told: [told] }), nowMs))).toEqual(
      says,
    );
  });

  it('is one incident, however often it is looked at', () => {
    const result = evaluateHub(watching, viewOf(watches.raised, { incidents: [begun], told: [told] }), nowMs);
    expect(result.incidents.map(({ incidentId }) => incidentId)).toEqual([begun.incidentId]);
  });

  it('that comes again while its end is on its way is another incident', () => {
    const over = observeHub(watching, begun, watches.cleared, nowMs);
    expect(over).toMatchObject({
      status: 'resolved',
      members: new Map([
        ['hub-fleet-01', expect.objectContaining({ state: 'back', backAtMs: start + 20 * minuteMs })],
      ]),
    });
    const later = { ...watches.raised, drop: { ...watches.raised.drop, raisedAtMs: start + 25 * minuteMs } };
    const result = evaluateHub(watching, viewOf(later, { incidents: [over], told: [told] }), nowMs);
    expect(said(result)).toEqual(['on-call: final recovered', 'on-call: opening outageBegan']);
    expect(new Set(result.incidents.map(({ incidentId }) => incidentId)).size).toBe(2);
  });
});

it('shows the numbers of now, and keeps those of the end', () => {
  const now = { ...watches.raised, level: { ...level, connected: 700 } };
  expect(observeHub(watching, begun, now, nowMs).subject).toEqual({ kind: 'hub', level: now.level });
  const over = observeHub(watching, begun, watches.cleared, nowMs);
  expect(observeHub(watching, over, watches.raised, nowMs + 1)).toBe(over);
});

it('that is watched again, before the end of its watch is told, has another incident of the same loss', () => {
  const over = observeHub(blind, begun, null, nowMs);
  const { changes } = evaluateHub(
    watching,
    viewOf(watches.raised, { incidents: [over], told: [told] }),
    nowMs,
  );
  const ids = changes.map(({ incident }) => incident.incidentId);
  expect(ids).toHaveLength(2);
  expect(new Set(ids).size).toBe(2);
});

describe('a silence', () => {
  const silenced = (match: ControlMatch): Rules => {
    const span = { fromMs: start, untilMs: start + 20 * minuteMs };
    const silence = {
      kind: 'silence',
      id: 'sil_1',
      match,
      ...span,
      by: '',
      reason: null,
      createdAtMs: start,
    } as const;
    return { ...watching, controls: { version: 1, silences: [silence], windows: [] } };
  };
  const ofHub = silenced({ hubs: ['hub-fleet-01'], sites: null, devices: null });
  const ofDevices = silenced({ hubs: ['hub-fleet-01'], sites: null, devices: ['*'] });
  const minute = (count: number) => start + count * minuteMs;

  it('of the hub keeps its drop from everybody, and lets go of it', () => {
    const first = evaluateHub(ofHub, viewOf(watches.raised), minute(5));
    expect(said(first)).toEqual([]);
    const [change] = first.changes;
    expect(change?.told).toMatchObject([{ receiver: 'on-call', held: { why: 'silence', control: 'sil_1' } }]);
    expect(first.nextAtMs).toBe(minute(20));
    const { incidents } = first;
    const later = viewOf(watches.raised, { incidents, told: change?.told ?? [] });
    expect(said(evaluateHub(ofHub, later, minute(20)))).toEqual(['on-call: opening silenceEnded']);
  });

  it('of devices says nothing of the hub as a whole', () => {
    expect(said(evaluateHub(ofDevices, viewOf(watches.raised), minute(5)))).toEqual([
      'on-call: opening outageBegan',
    ]);
  });

  it('lets the end of a drop pass that was told before', () => {
    const cleared = viewOf(watches.cleared, { incidents: [begun], told: [told] });
    expect(said(evaluateHub(ofHub, cleared, minute(15)))).toEqual(['on-call: final recovered']);
  });
});
