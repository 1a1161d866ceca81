import fc from 'fast-check';
import { acknowledge, takeBack } from '../../src/lib/app/acknowledge.ts';
import type { Acted, ActedIncident } from '../../src/lib/app/acted.ts';
import type { App } from '../../src/lib/app/app.ts';
import { addNote } from '../../src/lib/app/notes.ts';
import { addSilence, endSilence } from '../../src/lib/app/silences.ts';
import { addWindow, endWindow } from '../../src/lib/app/windows.ts';
import type { ControlMatch } from '../../src/lib/control/controlMatch.ts';
import { type Control, endOf } from '../../src/lib/control/stage.ts';
import { silentLog } from '../../src/lib/telemetry/log.ts';
import { start } from '../support/events.ts';
import { hubName } from './configs.ts';
import { liveIncidentIds } from './leftovers.ts';
import type { World } from './world.ts';

/** What somebody does by the API, a page or a link. What a kind has no use for says nothing. Milliseconds. */
export type Act = {
  /** Since the start. */
  readonly atMs: number;
  readonly kind: 'silence' | 'window' | 'end' | 'acknowledge' | 'takeBack' | 'note';
  /** What a silence or window is for. */
  readonly of: keyof typeof matches;
  /** How much later a window begins. */
  readonly inMs: number;
  readonly forMs: number;
  readonly graceMs: number;
  /** Which of the controls set so far, or of the incidents that stand. */
  readonly which: number;
};

const match = (part: Partial<ControlMatch>): ControlMatch => ({
  hubs: null,
  sites: null,
  devices: null,
  ...part,
});

export const matches = {
  hub: match({ hubs: [hubName] }),
  site: match({ sites: ['oslo'] }),
  plant: match({ devices: ['oslo-*'] }),
  some: match({ devices: ['oslo-1', 'alone*'] }),
  others: match({ hubs: [hubName], devices: ['oslo-0', 'oslo-2'] }),
} as const;

const minutes = (most: number) => fc.integer({ min: 60_000, max: most * 60_000 });

/** Most of them in the first minutes, in which devices change. */
export const anyAct: fc.Arbitrary<Act> = fc.record({
  atMs: fc.integer({ min: 0, max: 900_000 }),
  kind: fc.oneof(
    { weight: 3, arbitrary: fc.constant('silence' as const) },
    { weight: 2, arbitrary: fc.constant('window' as const) },
    { weight: 3, arbitrary: fc.constant('end' as const) },
    { weight: 4, arbitrary: fc.constant('acknowledge' as const) },
    { weight: 2, arbitrary: fc.constant('takeBack' as const) },
    { weight: 1, arbitrary: fc.constant('note' as const) },
  ),
  of: fc.constantFrom('hub' as const, 'site' as const, 'plant' as const, 'some' as const, 'others' as const),
  inMs: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 120_000 })),
  forMs: minutes(5),
  graceMs: fc.integer({ min: 1_000, max: 120_000 }),
  which: fc.nat({ max: 5 }),
});

/** Somebody said that they have an incident, and heard that it is stored. */
export type Acknowledged = {
  readonly incidentId: string;
  readonly doneAtMs: number;
  readonly acted: ActedIncident;
};

/** What people heard that they did: where an instance died they heard nothing. */
export type Deeds = {
  readonly controls: Control[];
  readonly acknowledged: Acknowledged[];
  readonly takenBack: Acknowledged[];
};

/** Has people act at their times, by whichever instance answers. */
export function playPeople(acts: readonly Act[], world: World): Deeds {
  const deeds: Deeds = { controls: [], acknowledged: [], takenBack: [] };
  for (const act of acts) world.ask(start + act.atMs, (app) => doAct(act, app, world, deeds));
  return deeds;
}

async function doAct(act: Act, app: App, world: World, deeds: Deeds): Promise<unknown> {
  const { kind, of, forMs, which } = act;
  const { nowMs } = world;
  const by = 'somebody';
  const keep = (acted: Acted<Control>) => {
    if (acted.kind === 'done') deeds.controls.push(acted.value);
  };
  switch (kind) {
    case 'silence': {
      const asked = { match: matches[of], forMs, by, reason: null };
      return keep(await addSilence(app, asked, nowMs, silentLog));
    }
    case 'window': {
      const fromMs = nowMs + act.inMs;
      const span = { fromMs, untilMs: fromMs + forMs, returnGraceMs: act.graceMs };
      return keep(await addWindow(app, { name: 'work', match: matches[of], ...span, by }, nowMs, silentLog));
    }
    case 'end': {
      const lasting = deeds.controls.filter((control) => endOf(control) > nowMs);
      const one = lasting[which % Math.max(1, lasting.length)];
      if (!one) return null;
      return (one.kind === 'silence' ? endSilence : endWindow)(app, one.id, { by }, nowMs, silentLog);
    }
    default: {
      const live = liveIncidentIds(world.rows);
      const incidentId = live[which % Math.max(1, live.length)];
      if (incidentId === undefined) return null;
      if (kind === 'note') return addNote(app, incidentId, { by, text: 'the router' }, nowMs, silentLog);
      const done =
        kind === 'acknowledge'
          ? await acknowledge(app, incidentId, { by, forMs, note: null }, nowMs, silentLog)
          : await takeBack(app, incidentId, { by }, nowMs, silentLog);
      if (done.kind !== 'done') return null;
      const list = kind === 'acknowledge' ? deeds.acknowledged : deeds.takenBack;
      return list.push({ incidentId, doneAtMs: world.nowMs, acted: done.value });
    }
  }
}
