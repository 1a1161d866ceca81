import type { Log } from '../telemetry/log.ts';
import type { Acted, ActedIncident } from './acted.ts';
import type { App } from './app.ts';
import { actionEntry, changeOpenIncident } from './changeIncident.ts';

/** So many steps of one incident are kept. */
const mostSteps = 50;

/** Ticks off a step of the diagnosis, by its words, or takes the tick away. Twice the same changes nothing. */
export async function tickStep(
  app: App,
  incidentId: string,
  { step, by, done }: { readonly step: string; readonly by: string; readonly done: boolean },
  nowMs: number,
  log: Log,
): Promise<Acted<ActedIncident>> {
  const acted = await changeOpenIncident(
    app,
    incidentId,
    (file) => {
      const before = file.done ?? [];
      if (before.some((one) => one.step === step) === done) return { kind: 'write', file };
      const others = before.filter((one) => one.step !== step);
      const steps = done ? [...others, { step, by, atMs: nowMs }].slice(-mostSteps) : others;
      const sentence = done ? `${by} has done: ${step}` : `${by} took back: ${step}`;
      const timeline = [...file.timeline, actionEntry('note', sentence, nowMs)];
      return { kind: 'write', file: { ...file, done: steps, timeline } };
    },
    nowMs,
  );
  if (acted.kind === 'done') log.info('step ticked', { incident: incidentId, by, done });
  return acted;
}
