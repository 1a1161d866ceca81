import type { HttpRequest, HttpResponseInit } from '@azure/functions';
import type { App } from '../lib/app/app.ts';
import type { Controls } from '../lib/control/control.ts';
import { answerProblem, filterProblem, parameterProblem } from './http.ts';

const statuses = ['upcoming', 'active', 'ended'] as const;
type Listed = { readonly status: (typeof statuses)[number] };

/** Lists controls of one kind as they are now: those of a status, or those that are not over. */
export async function answerControls(
  app: App,
  request: HttpRequest,
  list: (controls: Controls, nowMs: number) => readonly Listed[],
): Promise<HttpResponseInit> {
  const asked = request.query.get('status');
  const problem = parameterProblem(request, ['status']) ?? filterProblem('status', asked, statuses);
  if (problem !== null) return answerProblem(problem);
  const nowMs = Date.now();
  const items = list(await app.controls.look(nowMs, 0), nowMs).filter(({ status }) =>
    asked === null ? status !== 'ended' : status === asked,
  );
  return { status: 200, jsonBody: { items, nextLink: null } };
}
