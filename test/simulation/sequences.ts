import { acknowledge, takeBack } from '../../src/lib/app/acknowledge.ts';
import { addSilence, endSilence } from '../../src/lib/app/silences.ts';
import { addWindow, endWindow } from '../../src/lib/app/windows.ts';
import type { Rules } from '../../src/lib/policy/rules.ts';
import { silentLog } from '../../src/lib/telemetry/log.ts';
import { configOf } from '../support/configOf.ts';
import { eventGridEvent, start } from '../support/events.ts';
import { liveIncidentIds } from './leftovers.ts';
import { matches } from './people.ts';
import { World } from './world.ts';

export type Step = 'problem' | 'recovery' | 'begins' | 'ends';
export const controlKinds = ['silence', 'window', 'planned', 'mute', 'acknowledgement'] as const;
export type ControlKind = (typeof controlKinds)[number];

/** Steps are so far apart that each has its consequences before the next one. */
const stepMs = 5 * 60_000;
const graceMs = 60_000;

/** Every order of problem, recovery, beginning and end, up to that length: what is down falls no further, and so on. */
export function sequencesUpTo(length: number): Step[][] {
  const all: Step[][] = [];
  const grow = (sofar: readonly Step[], isDown: boolean, runs: boolean) => {
    if (sofar.length > 0) all.push([...sofar]);
    if (sofar.length === length) return;
    grow([...sofar, isDown ? 'recovery' : 'problem'], !isDown, runs);
    grow([...sofar, runs ? 'ends' : 'begins'], isDown, !runs);
  };
  grow([], false, false);
  return all;
}

/** What each receiver heard after each step, as `receiver reason`. */
export async function playSequence(steps: readonly Step[], kind: ControlKind): Promise<string[][]> {
  const world = new World({ config: rulesFor(steps, kind), startMs: start, looksAtControls: true });
  let sequence = 1;
  const send = (connected: boolean, atMs: number) => {
    const event = connected ? 'DeviceConnected' : 'DeviceDisconnected';
    world.post(atMs, [eventGridEvent({ kind: event, deviceId: 'oslo-0', atMs, sequence: sequence++ })]);
  };
  send(true, start);
  const control = controlOf(world, kind);
  for (const [index, step] of steps.entries()) {
    const atMs = timeOf(index);
    if (step === 'problem') send(false, atMs);
    else if (step === 'recovery') send(true, atMs);
    else world.ask(atMs, step === 'begins' ? control.begin : control.end);
  }
  await world.run(timeOf(steps.length + 2) - 1);
  if (world.errors.length > 0) throw world.errors[0];
  return Array.from({ length: steps.length + 2 }, (_, index) =>
    world.heard
      .filter(({ atMs }) => atMs >= timeOf(index) && atMs < timeOf(index + 1))
      .map(({ receiver, message }) => `${receiver} ${message.reason}`)
      .toSorted(),
  );
}

const timeOf = (index: number) => start + (index + 1) * stepMs;

/** `12:05` of a step's moment, in UTC. */
const clockOf = (index: number) => new Date(timeOf(index)).toISOString().slice(11, 16);

function rulesFor(steps: readonly Step[], kind: ControlKind): Rules {
  const times: string[] = [];
  for (const [index, step] of steps.entries()) {
    if (step !== 'begins') continue;
    const end = steps.indexOf('ends', index);
    times.push(`"${clockOf(index)}-${end < 0 ? '23:00' : clockOf(end)}"`);
  }
  const intervals =
    times.length > 0 ? `timeIntervals: { then: { timeZone: UTC, times: [${times.join(', ')}] } }\n` : '';
  const mute = kind === 'mute' && times.length > 0 ? ', muteDuring: [then]' : '';
  const work =
    kind === 'planned' && times.length > 0
      ? 'maintenance: [{ name: work, match: { sites: [oslo] }, during: [then], returnGrace: 1m }]\n'
      : '';
  return configOf(`
sites: [{ id: oslo, name: The plant, devices: ["oslo-*"] }]
policy: { offlineAfter: 60s, recoveredAfter: 30s, groupWait: 10s, groupInterval: 60s, remindEvery: 4h, diagnosisBudget: 5s }
${intervals}${work}
receivers:
  operators: { email: { to: ["ops@oslo.example"] } }
  desk: { webhook: { url: "http://127.0.0.1/desk" }, tellAcknowledgements: true }
  lead: { email: { to: ["lead@oslo.example"] } }
routes:
  - { per: site, to: [operators], escalate: [{ after: 6m, to: [lead] }]${mute} }
  - { per: site, to: [desk], remindEvery: 5m${mute} }
`);
}

/** The use cases that begin and end a control; those of the configuration go by the clock. */
function controlOf(world: World, kind: ControlKind): { begin: Ask; end: Ask } {
  const by = 'Kari';
  const nothing: Ask = async () => {};
  let id = '';
  const forMs = 24 * 60 * 60_000;
  switch (kind) {
    case 'silence':
      return {
        begin: async (app) => {
          const asked = { match: matches.plant, forMs, by, reason: null };
          const acted = await addSilence(app, asked, world.nowMs, silentLog);
          if (acted.kind === 'done') id = acted.value.id;
        },
        end: (app) => endSilence(app, id, { by }, world.nowMs, silentLog),
      };
    case 'window':
      return {
        begin: async (app) => {
          const span = { fromMs: world.nowMs, untilMs: world.nowMs + forMs, returnGraceMs: graceMs };
          const asked = { name: 'work', match: matches.site, ...span, by };
          const acted = await addWindow(app, asked, world.nowMs, silentLog);
          if (acted.kind === 'done') id = acted.value.id;
        },
        end: (app) => endWindow(app, id, { by }, world.nowMs, silentLog),
      };
    case 'acknowledgement':
      return {
        begin: async (app) => {
          [id = ''] = liveIncidentIds(world.rows);
          if (id) await acknowledge(app, id, { by, forMs, note: null }, world.nowMs, silentLog);
        },
        end: async (app) => {
          if (id) await takeBack(app, id, { by }, world.nowMs, silentLog);
        },
      };
    case 'planned':
    case 'mute':
      return { begin: nothing, end: nothing };
    default:
      return kind satisfies never;
  }
}

type Ask = Parameters<World['ask']>[1];
