import type { HttpRequest, HttpResponseInit } from '@azure/functions';
import type { App } from '../lib/app/app.ts';
import type { Controls } from '../lib/control/control.ts';
import { type Control, stageOf } from '../lib/control/stage.ts';
import { answerProblem, filterProblem, parameterProblem } from './http.ts';

/** By the value of `status`; without it, those that are not over. */
const stages = { upcoming: ['upcoming'], active: ['active'], ended: ['over'] } as const;
const notOver = ['upcoming', 'active'] as const;

/** Lists the controls of one kind as they are now, the newest first. */
export async function answerControls<Kind extends Control>(
  app: App,
  request: HttpRequest,
  of: (controls: Controls) => readonly Kind[],
  view: (control: Kind, nowMs: number) => object,
): Promise<HttpResponseInit> {
  const status = request.query.get('status');
  const problem =
    parameterProblem(request, ['status']) ?? filterProblem('status', status, Object.keys(stages));
  if (problem !== null) return answerProblem(problem);
  const nowMs = Date.now();
  const wanted: readonly string[] = status === null ? notOver : stages[status as keyof typeof stages];
  const controls = await app.controls.look(nowMs, 0);
  const items = of(controls)
    .filter((control) => wanted.includes(stageOf(control, nowMs)))
    .toReversed()
    .map((control) => view(control, nowMs));
  return { status: 200, jsonBody: { items, nextLink: null } };
}
