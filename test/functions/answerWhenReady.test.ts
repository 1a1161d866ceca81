import { InvocationContext } from '@azure/functions';
import { expect, it } from 'vitest';
import { answerWhenReady } from '../../src/functions/http.ts';
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
  expect(answer).toEqual({ status: 503, jsonBody: { status: 'not ready' } });
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
