import { InvocationContext } from '@azure/functions';
import { expect, it } from 'vitest';
import { answerWhenReady } from '../../src/functions/http.ts';
import { ContentionError } from '../../src/lib/app/app.ts';
import { configOf, osloConfig } from '../support/configOf.ts';
import { Instance } from '../support/instance.ts';

const { app } = new Instance(configOf(osloConfig));

function context(): { context: InvocationContext; logged: string[] } {
  const logged: string[] = [];
  const logHandler = (_level: string, ...words: unknown[]) => void logged.push(words.join(' '));
  return { context: new InvocationContext({ logHandler }), logged };
}

it('answers with the app', async () => {
  const answer = await answerWhenReady(
    async () => app,
    context().context,
    ({ rules }) => ({ body: rules.version.hash }),
  );
  expect(answer).toEqual({ body: app.rules.version.hash });
});

it('answers 503 while there is no app, and says why in the log alone', async () => {
  const { context: of, logged } = context();
  const broken = async () => {
    throw new Error('sites[0].id is missing, see https://host.example/secret');
  };
  const answer = await answerWhenReady(broken, of, () => ({ status: 200 }));
  expect(answer).toMatchObject({
    status: 503,
    headers: { 'content-type': 'application/problem+json' },
    jsonBody: { title: 'Service Unavailable', status: 503, detail: 'not ready; the log says why' },
  });
  expect(logged.join()).toContain('sites[0].id is missing, see https://host.example/…');
});

it('leaves an answer that fails to the host', async () => {
  const failing = answerWhenReady(
    async () => app,
    context().context,
    () => Promise.reject(new Error('the table is away')),
  );
  await expect(failing).rejects.toThrow('the table is away');
});

it.each([
  {
    error: Object.assign(new Error('busy'), { statusCode: 503 }),
    detail: 'the storage does not answer; try again',
  },
  { error: new ContentionError('action on inc_1'), detail: 'others are changing the same; try again' },
])('answers 503 when $detail', async ({ error, detail }) => {
  const answer = await answerWhenReady(
    async () => app,
    context().context,
    () => Promise.reject(error),
  );
  expect(answer).toMatchObject({ status: 503, headers: { 'retry-after': '5' }, jsonBody: { detail } });
});
