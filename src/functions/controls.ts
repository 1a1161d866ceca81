import type { Call } from '../lib/api/call.ts';
import { type ListPart, type Part, partOf } from '../lib/app/lists/listPage.ts';
import type { Controls } from '../lib/control/control.ts';
import { type Control, stageOf } from '../lib/control/stage.ts';
import type { Asked } from './read.ts';

/** By the value of `status`; without it, those that are not over. */
const stages = { upcoming: ['upcoming'], active: ['active'], ended: ['over'] } as const;
const notOver = ['upcoming', 'active'] as const;

/** Lists the controls of one kind as they are now, the newest first. */
export async function listControls<Kind extends Control>(
  { app, nowMs }: Pick<Asked<Call>, 'app' | 'nowMs'>,
  status: keyof typeof stages | null,
  part: Part,
  of: (controls: Controls) => readonly Kind[],
  view: (control: Kind, nowMs: number) => object,
): Promise<ListPart<object>> {
  const wanted: readonly string[] = status === null ? notOver : stages[status];
  const controls = await app.controls.look(nowMs, 0);
  const found = of(controls).filter((control) => wanted.includes(stageOf(control, nowMs)));
  const { items, next } = partOf(found.toReversed(), part);
  return { items: items.map((control) => view(control, nowMs)), next };
}
