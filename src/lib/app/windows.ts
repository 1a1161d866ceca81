import type { OneTimeWindow } from '../control/control.ts';
import type { ControlMatch } from '../control/controlMatch.ts';
import { stableId } from '../notify/stableId.ts';
import type { Log } from '../telemetry/log.ts';
import type { Acted } from './acted.ts';
import type { App } from './app.ts';
import { endControl, setControl } from './setControl.ts';

/** Plans work at one time. Milliseconds. */
export function addWindow(
  app: App,
  asked: {
    readonly name: string;
    /** Names at least one hub, site or device. */
    readonly match: ControlMatch;
    readonly fromMs: number;
    readonly untilMs: number;
    readonly returnGraceMs: number;
    readonly by: string;
  },
  nowMs: number,
  log: Log,
): Promise<Acted<OneTimeWindow>> {
  const make = (version: number): OneTimeWindow => ({
    kind: 'maintenance',
    id: stableId('win', version, nowMs),
    ...asked,
    createdAtMs: nowMs,
  });
  return setControl(app, make, nowMs, log);
}

/** Ends a window before its time, or before it began; its grace runs from then on. */
export function endWindow(
  app: App,
  id: string,
  { by }: { readonly by: string },
  nowMs: number,
  log: Log,
): Promise<Acted<OneTimeWindow>> {
  return endControl(app, id, by, ({ windows }) => windows, nowMs, log);
}
