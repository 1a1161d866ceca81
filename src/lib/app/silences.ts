import type { Controls, Silence } from '../control/control.ts';
import type { ControlMatch } from '../control/controlMatch.ts';
import { stableId } from '../notify/stableId.ts';
import type { Log } from '../telemetry/log.ts';
import type { Acted } from './acted.ts';
import type { App } from './app.ts';
import { endControl, setControl, setControlWhile } from './setControl.ts';

/** Silences what matches from now on, for a time. Milliseconds. */
export function addSilence(app: App, asked: AskedSilence, nowMs: number, log: Log): Promise<Acted<Silence>> {
  return setControl(app, silenceOf(asked, nowMs), nowMs, log);
}

/** As `addSilence`, while the controls are as the person saw them; null: they are not, and nothing was set. */
export function addSilenceWhile(
  app: App,
  asked: AskedSilence,
  isAsSeen: (current: Controls) => boolean,
  nowMs: number,
  log: Log,
): Promise<Silence | null> {
  return setControlWhile(app, silenceOf(asked, nowMs), isAsSeen, nowMs, log);
}

type AskedSilence = {
  /** Names at least one hub, site or device. */
  readonly match: ControlMatch;
  readonly forMs: number;
  readonly by: string;
  readonly reason: string | null;
};

function silenceOf({ match, forMs, by, reason }: AskedSilence, nowMs: number) {
  return (version: number): Silence => ({
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
