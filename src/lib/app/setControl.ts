import type { Controls } from '../control/control.ts';
import { type Control, endOf } from '../control/stage.ts';
import type { Log } from '../telemetry/log.ts';
import type { Acted } from './acted.ts';
import type { App } from './app.ts';
import { withControls } from './liveControls.ts';
import { wakeReached } from './wakeReached.ts';

/** Sets a control and wakes what it reaches. */
export async function setControl<Kind extends Control>(
  app: App,
  make: (version: number) => Kind,
  nowMs: number,
  log: Log,
): Promise<Acted<Kind>> {
  const value = await setControlWhile(app, make, () => true, nowMs, log);
  // Nothing stood against it.
  return { kind: 'done', value: value! };
}

/** As `setControl`, while the controls are as somebody saw them; null: they are not, and nothing was set. */
export async function setControlWhile<Kind extends Control>(
  app: App,
  make: (version: number) => Kind,
  isAsSeen: (current: Controls) => boolean,
  nowMs: number,
  log: Log,
): Promise<Kind | null> {
  let made: Kind | null = null;
  const decide = (current: Controls, version: number): Control | null => {
    made = isAsSeen(current) ? make(version) : null;
    return made;
  };
  const controls = await app.controls.change(decide, nowMs);
  // `change` writes whatever was decided last.
  const value = made as Kind | null;
  if (value !== null) await afterChange(app, controls, value, 'control set', value.by, log);
  return value;
}

/** Ends a control before its time, and wakes what it reached. A second one who takes it back hears that it is over. */
export async function endControl<Kind extends Control>(
  app: App,
  id: string,
  by: string,
  of: (controls: Controls) => readonly Kind[],
  nowMs: number,
  log: Log,
): Promise<Acted<Kind>> {
  let outcome: Acted<Kind> = { kind: 'notFound' };
  const controls = await app.controls.change((current) => {
    const found = of(current).find((one) => one.id === id);
    if (found === undefined) outcome = { kind: 'notFound' };
    else if (endOf(found) <= nowMs) outcome = { kind: 'over', atMs: endOf(found) };
    else {
      const value = { ...found, takenBack: { by, atMs: nowMs } };
      outcome = { kind: 'done', value };
      return value;
    }
    return null;
  }, nowMs);
  const ended = outcome as Acted<Kind>;
  if (ended.kind === 'done') await afterChange(app, controls, ended.value, 'control taken back', by, log);
  return ended;
}

async function afterChange(
  app: App,
  controls: Controls | null,
  { id, kind, match }: Control,
  what: string,
  by: string,
  log: Log,
): Promise<void> {
  const rules = controls ? withControls(app.rules, controls) : app.rules;
  const woken = await wakeReached({ ...app, rules }, match);
  log.info(what, { control: id, kind, by, woken });
}
