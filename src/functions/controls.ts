import type { Call } from '../lib/api/call.ts';
import { type ListPart, type Part, partOf } from '../lib/app/lists/listPage.ts';
import type { Controls } from '../lib/control/control.ts';
import type { Asked } from './read.ts';

type Listed = { readonly status: 'upcoming' | 'active' | 'ended' };

/** Lists controls of one kind as they are now: those of a status, or those that are not over. */
export async function listControls(
  { app, nowMs }: Pick<Asked<Call>, 'app' | 'nowMs'>,
  asked: Listed['status'] | null,
  part: Part,
  list: (controls: Controls, nowMs: number) => readonly Listed[],
): Promise<ListPart<object>> {
  const items = list(await app.controls.look(nowMs, 0), nowMs).filter(({ status }) =>
    asked === null ? status !== 'ended' : status === asked,
  );
  return partOf(items, part);
}
