import type { Access } from '../lib/access/access.ts';
import type { Call } from '../lib/api/call.ts';
import type { App } from '../lib/app/app.ts';
import { type ListPart, type Part, partOf } from '../lib/app/lists/listPage.ts';
import type { Controls } from '../lib/control/control.ts';
import { type ControlMatch, seenBy, staysWithin } from '../lib/control/controlMatch.ts';
import type { Asked } from './read.ts';

/** Whether somebody may end the control of an id: with limits to sites, one that is there and names these alone. */
export async function mayEnd(
  { controls }: Pick<App, 'controls'>,
  { sites }: Access,
  id: string,
  nowMs: number,
  of: (controls: Controls) => readonly { readonly id: string; readonly match: ControlMatch }[],
): Promise<boolean> {
  if (sites === null) return true;
  const known = of(await controls.look(nowMs, 0)).find((control) => control.id === id);
  return known !== undefined && staysWithin(known.match, sites);
}

type Listed = { readonly status: 'upcoming' | 'active' | 'ended' };

/** Those of some controls that may reach a site which may be seen: all that name no site, and of the others those sites alone. */
export type Seen = <Control extends { readonly match: ControlMatch }>(
  controls: readonly Control[],
) => Control[];

/** Lists controls of one kind as they are now: those of a status, or those that are not over. */
export async function listControls(
  { app, nowMs, visible }: Pick<Asked<Call>, 'app' | 'nowMs' | 'visible'>,
  asked: Listed['status'] | null,
  part: Part,
  list: (controls: Controls, nowMs: number, seen: Seen) => readonly Listed[],
): Promise<ListPart<object>> {
  const seen: Seen = (controls) =>
    controls.flatMap((control) => {
      const match = seenBy(control.match, visible);
      return match === null ? [] : [{ ...control, match }];
    });
  const items = list(await app.controls.look(nowMs, 0), nowMs, seen).filter(({ status }) =>
    asked === null ? status !== 'ended' : status === asked,
  );
  return partOf(items, part);
}
