import type { Call } from '../lib/api/call.ts';
import { type ListPart, type Part, partOf } from '../lib/app/lists/listPage.ts';
import type { Controls } from '../lib/control/control.ts';
import { type ControlMatch, seenBy } from '../lib/control/controlMatch.ts';
import type { Asked } from './read.ts';

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
