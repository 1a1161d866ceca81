import type { HttpResponseInit } from '@azure/functions';
import { problemDetails } from '../lib/api/problemDetails.ts';
import type { Acted } from '../lib/app/acted.ts';
import { answerProblem } from './http.ts';

/** Answers what became of an action. @param words what a 404 and a 409 say; the second goes on with the moment */
export function answerActed<Value>(
  acted: Acted<Value>,
  status: 200 | 201,
  words: { readonly missing: string; readonly over: string },
  view: (value: Value) => object,
): HttpResponseInit {
  switch (acted.kind) {
    case 'done':
      return { status, jsonBody: view(acted.value) };
    case 'notFound':
      return answerProblem(problemDetails(404, words.missing));
    case 'over':
      return answerProblem(problemDetails(409, `${words.over} at ${new Date(acted.atMs).toISOString()}`));
    case 'changed':
      return answerProblem(problemDetails(409, 'somebody else was faster; nothing was changed'));
    default:
      return acted satisfies never;
  }
}
