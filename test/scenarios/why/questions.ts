import { acknowledge, takeBack } from '../../../src/lib/app/acknowledge.ts';
import { addSilence, endSilence } from '../../../src/lib/app/silences.ts';
import { addWindow } from '../../../src/lib/app/windows.ts';
import type { Code } from '../../../src/lib/explain/explanation.ts';
import { silentLog } from '../../../src/lib/telemetry/log.ts';
import { accepts, isBusy } from '../../support/answers.ts';
import type { AskedSite } from '../../support/askedSite.ts';
import { configOf } from '../../support/configOf.ts';
import { start } from '../../support/events.ts';

/** Something that happens at a site, by the time since the start. */
export type Step = readonly [at: string, act: (site: AskedSite) => Promise<unknown> | unknown];

/** A question, and the answer that a person who knows the story gives. */
export type Question = {
  readonly what: string;
  /** Beside what `base` has; empty: nothing. */
  readonly config?: string;
  readonly story: readonly Step[];
  readonly asks: readonly {
    readonly at: string;
    readonly device?: string;
    readonly receiver?: string;
    readonly outcome: Code;
    /** By receiver: the code, with `told` before it where it was told. */
    readonly receivers?: Readonly<Record<string, Code | `told ${Code}`>>;
    readonly phase?: string | null;
    /** Words that stand in its sentences. */
    readonly says?: RegExp;
  }[];
};

const site = 'sites: [{ id: oslo, name: Oslo plant, timeZone: Europe/Oslo, devices: ["oslo-*"] }]\n';
const people = `receivers:
  operators: { email: { to: ["ops@oslo.example"] }, fallback: standby, fallbackAfter: 2m }
  standby: { email: { to: ["standby@oslo.example"] } }
  lead: { email: { to: ["lead@oslo.example"] } }
  limited: { email: { to: ["limited@oslo.example"] }, rateLimit: 1 per 1h }
  nobody: { email: { to: ["nobody@oslo.example"] } }
`;
export const plain = 'routes: [{ to: [operators] }]\n';
export const rulesOf = (more: string = plain) => configOf(`${site}${people}${more}`);

export const ids = Array.from({ length: 6 }, (_, n) => `oslo-${n}`);
const all: Step = ['0s', (one) => one.change('DeviceConnected', ...ids)];
const lost = (at: string, ...devices: string[]): Step => [
  at,
  (one) => one.change('DeviceDisconnected', ...(devices.length > 0 ? devices : ['oslo-0'])),
];
const back = (at: string, ...devices: string[]): Step => [
  at,
  (one) => one.change('DeviceConnected', ...(devices.length > 0 ? devices : ['oslo-0'])),
];
const silence = (at: string, forMs: number, devices = ['oslo-0']): Step => [
  at,
  (one) =>
    addSilence(
      one.app,
      { match: { hubs: null, sites: null, devices }, forMs, by: 'Ada', reason: null },
      one.nowMs,
      silentLog,
    ),
];
const minuteMs = 60_000;
const incident = async (one: AskedSite) => {
  const [first] = (await one.app.list.openItems()) as { incidentId: string }[];
  return first!.incidentId;
};
const flap = (from: number, to: number): Step[] =>
  Array.from({ length: to - from }, (_, n) => (n % 2 ? back : lost)(`${from + n}m`));

export const questions: readonly Question[] = [
  {
    what: 'a device of which no event ever came',
    story: [all],
    asks: [
      {
        at: '5m',
        device: 'oslo-99',
        outcome: 'neverSeen',
        phase: null,
        receivers: {},
        says: /No event of oslo-99/,
      },
      {
        at: '5m',
        device: 'oslo-99',
        receiver: 'operators',
        outcome: 'neverSeen',
        receivers: { operators: 'neverSeen' },
      },
      { at: '5m', device: 'oslo-0/agent', outcome: 'neverSeen' },
    ],
  },
  {
    what: 'a device that is online',
    story: [all],
    asks: [
      { at: '5m', outcome: 'online', phase: 'online', receivers: {} },
      { at: '5m', receiver: 'operators', outcome: 'online', receivers: { operators: 'online' } },
    ],
  },
  {
    what: 'a blip: in its hold, and after it',
    story: [all, lost('10m'), back('12m')],
    asks: [
      {
        at: '11m',
        outcome: 'hold',
        phase: 'suspect',
        receivers: { operators: 'hold' },
        says: /only after 5m/,
      },
      { at: '20m', outcome: 'online', receivers: {} },
    ],
  },
  {
    what: 'an outage, from its hold to its end',
    story: [all, lost('10m'), back('30m')],
    asks: [
      { at: '14m', outcome: 'hold', receivers: { operators: 'hold' } },
      { at: '15m20s', outcome: 'groupWait', phase: 'offline', receivers: { operators: 'groupWait' } },
      {
        at: '20m',
        outcome: 'told',
        receivers: { operators: 'told route' },
        says: /operators was told at 10:15/,
      },
      { at: '31m', outcome: 'told', phase: 'recovering', receivers: { operators: 'told route' } },
      { at: '20m', receiver: 'lead', outcome: 'told', receivers: { lead: 'noRoute' } },
      {
        at: '40m',
        outcome: 'online',
        phase: 'online',
        says: /Its last incident ended at 10:32; operators had been told of it/,
      },
    ],
  },
  {
    what: 'a route for what is critical alone, to somebody who also stands in for another one',
    config: 'routes: [{ to: [operators] }, { match: { severity: [critical] }, to: [standby] }]\n',
    story: [all, lost('10m')],
    asks: [
      {
        at: '20m',
        receiver: 'standby',
        outcome: 'told',
        receivers: { standby: 'severity' },
        says: /not one that its route routes\[1\] wants/,
      },
    ],
  },
  {
    what: 'an event that came late',
    config: `policy: { offlineAfter: 1m }\n${plain}`,
    story: [
      all,
      [
        '20m',
        (one) =>
          one.receive({
            kind: 'DeviceDisconnected',
            deviceId: 'oslo-0',
            sequence: 2,
            atMs: start + 10 * minuteMs,
          }),
      ],
    ],
    asks: [
      { at: '21m', outcome: 'lateEvent', phase: 'suspect', receivers: { operators: 'lateEvent' } },
      { at: '23m', outcome: 'told' },
    ],
  },
  {
    what: 'a device that flaps',
    story: [all, ...flap(10, 24)],
    asks: [{ at: '26m', outcome: 'flapping', receivers: { operators: 'told route' } }],
  },
  {
    what: 'a device that was deleted while it was away',
    story: [
      all,
      lost('10m'),
      ['12m', (one) => one.receive({ kind: 'DeviceDeleted', deviceId: 'oslo-0' })],
      ['13m', (one) => one.receive({ kind: 'DeviceDisconnected', deviceId: 'oslo-0', sequence: 9 })],
    ],
    asks: [
      {
        at: '20m',
        outcome: 'deleted',
        says: /^oslo-0 had been deleted\. .*it did not count: the device was deleted/,
      },
      { at: '20m', receiver: 'operators', outcome: 'deleted', receivers: { operators: 'deleted' } },
    ],
  },
  {
    what: 'a second device that falls after the first was told',
    story: [all, lost('10m'), lost('13m', 'oslo-1')],
    asks: [
      { at: '19m', device: 'oslo-1', outcome: 'groupInterval', receivers: { operators: 'groupInterval' } },
      { at: '19m', device: 'oslo-0', outcome: 'told' },
      { at: '25m', device: 'oslo-1', outcome: 'told', receivers: { operators: 'told route' } },
    ],
  },
  {
    what: 'no route for the site',
    config: 'routes: [{ match: { devices: ["bergen-*"] }, to: [operators] }]\n',
    story: [all, lost('10m')],
    asks: [
      { at: '20m', outcome: 'noRoute', receivers: {} },
      { at: '20m', receiver: 'operators', outcome: 'noRoute', receivers: { operators: 'noRoute' } },
      { at: '20m', receiver: 'nobody', outcome: 'noRoute', receivers: { nobody: 'noRoute' } },
    ],
  },
  {
    what: 'a route that wants critical alone',
    config: 'routes: [{ match: { severity: [critical] }, to: [operators] }]\n',
    story: [all, lost('10m')],
    asks: [
      { at: '20m', outcome: 'severity', receivers: {} },
      { at: '20m', receiver: 'operators', outcome: 'severity', receivers: { operators: 'severity' } },
    ],
  },
  {
    what: 'a route behind one that is final',
    config: 'routes: [{ to: [lead], final: true }, { to: [operators] }]\n',
    story: [all, lost('10m')],
    asks: [
      { at: '20m', outcome: 'told', receivers: { lead: 'told route' } },
      { at: '20m', receiver: 'operators', outcome: 'told', receivers: { operators: 'final' } },
    ],
  },
  {
    what: 'a route that is removed while the incident stands',
    config: 'routes: [{ to: [operators] }, { to: [lead] }]\n',
    story: [all, lost('10m'), ['20m', (one) => one.use(rulesOf('routes: [{ to: [lead] }]\n'))]],
    asks: [
      { at: '18m', outcome: 'told', receivers: { operators: 'told route', lead: 'told route' } },
      { at: '30m', receiver: 'operators', outcome: 'told', receivers: { operators: 'told routeRemoved' } },
    ],
  },
  {
    what: 'a route that is removed while the incident stands, and comes back',
    config: 'routes: [{ to: [operators] }, { to: [lead] }]\n',
    story: [
      all,
      lost('10m'),
      ['20m', (one) => one.use(rulesOf('routes: [{ to: [lead] }]\n'))],
      ['30m', (one) => one.use(rulesOf('routes: [{ to: [operators] }, { to: [lead] }]\n'))],
      lost('31m', 'oslo-1'),
    ],
    asks: [
      {
        at: '45m',
        device: 'oslo-1',
        outcome: 'told',
        receivers: { operators: 'routeRemoved', lead: 'told route' },
        says: /with that this incident had ended for it/,
      },
    ],
  },
  {
    what: 'a route that is removed before its notice was due',
    config: 'routes: [{ to: [operators] }, { to: [lead] }]\n',
    story: [all, lost('10m'), ['15m10s', (one) => one.use(rulesOf('routes: [{ to: [lead] }]\n'))]],
    asks: [{ at: '20m', receiver: 'operators', outcome: 'told', receivers: { operators: 'routeRemoved' } }],
  },
  {
    what: 'a step of a route, before and after its time',
    config: 'routes: [{ to: [operators], escalate: [{ after: 15m, to: [lead] }] }]\n',
    story: [all, lost('10m')],
    asks: [
      { at: '20m', outcome: 'told', receivers: { operators: 'told route', lead: 'notDue' } },
      { at: '40m', outcome: 'told', receivers: { operators: 'told route', lead: 'told escalation' } },
    ],
  },
  {
    what: 'a receiver that cannot be reached, and its fallback',
    story: [
      [
        '0s',
        (one) => {
          one.answer = (receiver) => (receiver === 'operators' ? isBusy.result : accepts.result);
        },
      ],
      all,
      lost('10m'),
    ],
    asks: [
      { at: '16m', outcome: 'deliveryFailed', receivers: { operators: 'deliveryFailed' }, says: /HTTP 503/ },
      { at: '20m', outcome: 'told', receivers: { operators: 'deliveryFailed', standby: 'told fallback' } },
    ],
  },
  {
    what: 'a fallback that was not needed',
    story: [all, lost('10m')],
    asks: [{ at: '20m', receiver: 'standby', outcome: 'told', receivers: { standby: 'fallback' } }],
  },
  {
    what: 'a receiver that refuses',
    config: 'routes: [{ to: [lead] }]\n',
    story: [
      [
        '0s',
        (one) => {
          one.answer = () => ({ kind: 'failedPermanently', error: 'HTTP 410' });
        },
      ],
      all,
      lost('10m'),
    ],
    asks: [{ at: '20m', outcome: 'deliveryFailed', receivers: { lead: 'deliveryFailed' }, says: /HTTP 410/ }],
  },
  {
    what: 'a receiver that asked for quiet',
    config: 'routes: [{ to: [lead] }]\n',
    story: [
      [
        '0s',
        (one) => {
          one.answer = () => ({
            kind: 'failedTemporarily',
            error: 'HTTP 429',
            retryAfterMs: 10 * minuteMs,
            outcomeUnknown: false,
            timedOut: false,
          });
        },
      ],
      ['5m', (one) => one.change('DeviceConnected', 'bergen-0')],
      all,
      lost('10m'),
      lost('10m', 'bergen-0'),
      [
        '16m',
        (one) => {
          one.answer = () => ({ kind: 'sent' });
        },
      ],
    ],
    asks: [{ at: '18m', device: 'bergen-0', outcome: 'receiverQuiet', receivers: { lead: 'receiverQuiet' } }],
  },
  {
    what: 'a receiver whose limit is reached',
    config: 'routes: [{ per: device, to: [limited] }]\n',
    story: [all, lost('10m'), lost('12m', 'oslo-1')],
    asks: [
      { at: '16m', outcome: 'told', receivers: { limited: 'told route' } },
      { at: '20m', device: 'oslo-1', outcome: 'rateLimit', receivers: { limited: 'rateLimit' } },
    ],
  },
  {
    what: 'a silence over a device, and its end',
    story: [all, silence('5m', 30 * minuteMs), lost('10m')],
    asks: [
      {
        at: '20m',
        outcome: 'silence',
        receivers: { operators: 'silence' },
        says: /the silence of Ada ran until 10:35/,
      },
      { at: '37m', outcome: 'told', receivers: { operators: 'told route' } },
    ],
  },
  {
    what: 'a silence that is taken back',
    story: [
      all,
      silence('5m', 60 * minuteMs),
      lost('10m'),
      [
        '20m',
        async (one) => {
          const [first] = (await one.app.controls.look(one.nowMs, 0)).silences;
          await endSilence(one.app, first!.id, { by: 'Bo' }, one.nowMs, silentLog);
        },
      ],
    ],
    asks: [
      { at: '19m', outcome: 'silence', receivers: { operators: 'silence' } },
      { at: '22m', outcome: 'told', receivers: { operators: 'told route' } },
    ],
  },
  {
    what: 'a silence over one of two devices that are down',
    story: [all, silence('5m', 60 * minuteMs), lost('10m', 'oslo-0', 'oslo-1')],
    asks: [
      { at: '20m', device: 'oslo-0', outcome: 'silence', receivers: { operators: 'silence' } },
      { at: '20m', device: 'oslo-1', outcome: 'told', receivers: { operators: 'told route' } },
    ],
  },
  {
    what: 'planned work by the API, and its grace',
    story: [
      all,
      [
        '5m',
        (one) =>
          addWindow(
            one.app,
            {
              name: 'New switch',
              match: { hubs: null, sites: ['oslo'], devices: null },
              fromMs: one.nowMs,
              untilMs: start + 30 * minuteMs,
              returnGraceMs: 10 * minuteMs,
              by: 'Ada',
            },
            one.nowMs,
            silentLog,
          ),
      ],
      lost('10m'),
    ],
    asks: [
      {
        at: '20m',
        outcome: 'maintenance',
        receivers: { operators: 'maintenance' },
        says: /the planned work New switch ran until 10:40, its grace included/,
      },
      { at: '35m', outcome: 'maintenance', receivers: { operators: 'maintenance' } },
      { at: '42m', outcome: 'told', receivers: { operators: 'told route' } },
    ],
  },
  {
    what: 'planned work of the configuration',
    config: `${plain}maintenance: [{ name: Switch, match: { devices: ["oslo-0"] }, from: "2026-03-04T10:00", until: "2026-03-04T11:00", timeZone: Europe/Oslo }]\n`,
    story: [all, lost('10m')],
    asks: [{ at: '20m', outcome: 'maintenance', receivers: { operators: 'maintenance' }, says: /Switch/ }],
  },
  {
    what: 'a route in its mute time',
    config: `timeIntervals: { mornings: { timeZone: Europe/Oslo, times: ["10:00-10:45"] } }\nroutes: [{ to: [operators], muteDuring: [mornings] }]\n`,
    story: [all, lost('10m')],
    asks: [
      { at: '20m', outcome: 'muteTime', receivers: { operators: 'muteTime' }, says: /10:45/ },
      { at: '50m', outcome: 'told', receivers: { operators: 'told route' } },
    ],
  },
  {
    what: 'an acknowledgement that stops a step',
    config: 'routes: [{ to: [operators], escalate: [{ after: 15m, to: [lead] }] }]\n',
    story: [
      all,
      lost('10m'),
      [
        '20m',
        async (one) =>
          acknowledge(
            one.app,
            await incident(one),
            { by: 'Ada', forMs: 60 * minuteMs, note: null },
            one.nowMs,
            silentLog,
          ),
      ],
      ['50m', async (one) => takeBack(one.app, await incident(one), { by: 'Ada' }, one.nowMs, silentLog)],
    ],
    asks: [
      { at: '40m', outcome: 'told', receivers: { operators: 'told route', lead: 'acknowledged' } },
      {
        at: '40m',
        receiver: 'lead',
        outcome: 'told',
        receivers: { lead: 'acknowledged' },
        says: /Ada had acknowledged the incident until 11:20/,
      },
      { at: '55m', outcome: 'told', receivers: { lead: 'told escalation' } },
    ],
  },
  {
    what: 'an outage that was over before it was told',
    story: [all, lost('10m'), back('15m10s')],
    asks: [
      {
        at: '16m',
        outcome: 'overBeforeTold',
        phase: 'recovering',
        receivers: { operators: 'overBeforeTold' },
      },
      { at: '25m', outcome: 'overBeforeTold', phase: 'online' },
    ],
  },
  {
    what: 'a loss that a newer connect had overtaken',
    story: [
      all,
      ['10m', (one) => one.receive({ kind: 'DeviceConnected', deviceId: 'oslo-0', sequence: 9 })],
      [
        '11m',
        (one) =>
          one.receive({
            kind: 'DeviceDisconnected',
            deviceId: 'oslo-0',
            sequence: 8,
            atMs: start + 9 * minuteMs,
          }),
      ],
    ],
    asks: [{ at: '20m', outcome: 'outdatedEvent', phase: 'online', says: /did not count/ }],
  },
  {
    what: 'each device by itself',
    config: 'routes: [{ per: device, to: [operators] }]\n',
    story: [all, lost('10m')],
    asks: [{ at: '20m', outcome: 'told', receivers: { operators: 'told route' } }],
  },
  {
    what: 'a device with hundreds of events since',
    story: [
      all,
      lost('10m'),
      back('30m'),
      ...Array.from({ length: 60 }, (_, n): Step[] => [
        lost(`${40 + n * 4}m`),
        back(`${41 + n * 4}m`),
      ]).flat(),
    ],
    asks: [
      { at: '12m', outcome: 'hold', receivers: { operators: 'hold' } },
      { at: '20m', outcome: 'told', receivers: { operators: 'told route' } },
      { at: '38m', outcome: 'online' },
    ],
  },
  {
    what: 'a device that is given to another site while it is away',
    story: [
      all,
      lost('10m'),
      [
        '20m',
        (one) =>
          one.use(
            configOf(
              `sites: [{ id: bergen, name: Bergen, devices: ["oslo-0"] }, { id: oslo, name: Oslo plant, timeZone: Europe/Oslo, devices: ["oslo-*"] }]\n${people}${plain}`,
            ),
          ),
      ],
    ],
    asks: [
      { at: '18m', outcome: 'told', receivers: { operators: 'told route' } },
      { at: '30m', outcome: 'told', receivers: { operators: 'told route' } },
    ],
  },
  {
    what: 'a module',
    story: [
      [
        '0s',
        (one) => one.receive({ kind: 'DeviceConnected', deviceId: 'oslo-0', moduleId: 'agent', sequence: 1 }),
      ],
      all,
      [
        '10m',
        (one) =>
          one.receive({ kind: 'DeviceDisconnected', deviceId: 'oslo-0', moduleId: 'agent', sequence: 2 }),
      ],
    ],
    asks: [
      { at: '12m', device: 'oslo-0/agent', outcome: 'hold' },
      { at: '20m', device: 'oslo-0/agent', outcome: 'told', receivers: { operators: 'told route' } },
      { at: '20m', device: 'oslo-0', outcome: 'online', receivers: {} },
    ],
  },
  {
    what: 'a device that fell and came back within a silence',
    story: [all, silence('5m', 60 * minuteMs), lost('10m'), back('30m')],
    asks: [{ at: '40m', outcome: 'online' }],
  },
  {
    what: 'a short outage that no route wanted',
    config: 'routes: [{ match: { severity: [critical] }, to: [operators] }]\n',
    story: [all, lost('10m'), back('15m10s')],
    asks: [{ at: '25m', outcome: 'online', receivers: {} }],
  },
  {
    what: 'a cause that a route waits for',
    config: 'routes: [{ match: { cause: [siteUplink] }, to: [lead] }, { to: [operators] }]\n',
    story: [all, lost('10m')],
    asks: [
      { at: '20m', outcome: 'told', receivers: { operators: 'told route' } },
      { at: '20m', receiver: 'lead', outcome: 'told', receivers: { lead: 'noRoute' } },
    ],
  },
];
