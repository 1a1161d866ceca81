import type { Call } from '../lib/api/call.ts';
import { type ListPart, type Part, partOf } from '../lib/app/lists/listPage.ts';
import type { Controls } from '../lib/control/control.ts';
import type { Asked } from './read.ts';

type Listed = { readonly status: 'upcoming' | 'active' | 'ended' };

/** Lists controls of one kind as they are now: those of a status (null: those that are not over). */
export async function listControls(
  { app, nowMs }: Pick<Asked<Call>, 'app' | 'nowMs'>,
  wanted: Listed['status'] | null,
  part: Part,
  list: (controls: Controls) => readonly Listed[],
): Promise<ListPart<object>> {
  const found = list(await app.controls.look(nowMs, 0)).filter(({ status }) =>
    wanted === null ? status !== 'ended' : status === wanted,
  );
  return partOf(found, part);
}
