import type { Silence } from '../control/control.ts';
import type { ControlMatch } from '../control/controlMatch.ts';
import { stableId } from '../notify/stableId.ts';
import type { Log } from '../telemetry/log.ts';
import type { Acted } from './acted.ts';
import type { App } from './app.ts';
import { endControl, setControl } from './setControl.ts';

/** Silences what matches from now on, for a time. Milliseconds. */
export function addSilence(
  app: App,
  asked: {
    /** Names at least one hub, site or device. */
    readonly match: ControlMatch;
    readonly forMs: number;
    readonly by: string;
    readonly reason: string | null;
  },
  nowMs: number,
  log: Log,
): Promise<Acted<Silence>> {
  const { match, forMs, by, reason } = asked;
  const make = (version: number): Silence => ({
    kind: 'silence',
    // No two changes have the same version.
    id: stableId('sil', version, nowMs),
    match,
    fromMs: nowMs,
    untilMs: nowMs + forMs,
    by,
    reason,
    createdAtMs: nowMs,
  });
  return setControl(app, make, nowMs, log);
}

/** Ends a silence before its time: what is then true and untold is told at once. */
export function endSilence(
  app: App,
  id: string,
  { by }: { readonly by: string },
  nowMs: number,
  log: Log,
): Promise<Acted<Silence>> {
  return endControl(app, id, by, ({ silences }) => silences, nowMs, log);
}
