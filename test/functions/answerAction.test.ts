import { type HttpRequest, InvocationContext } from '@azure/functions';
import { expect, it } from 'vitest';
import { answerAction } from '../../src/functions/http.ts';
import { configOf, osloConfig } from '../support/configOf.ts';
import { Instance } from '../support/instance.ts';

const { app } = new Instance(configOf(osloConfig));

async function statusFor(origin: string | null, publicUrl: string | null): Promise<number> {
  const headers = new Headers(origin === null ? {} : { origin });
  const request = { url: 'https://app.azurewebsites.net/api/silences', headers } as unknown as HttpRequest;
  const answer = await answerAction(
    async () => ({ ...app, publicUrl }),
    request,
    new InvocationContext({ logHandler: () => {} }),
    () => ({ status: 201 }),
  );
  return answer.status ?? 200;
}

it.each([
  { who: 'a program', origin: null, publicUrl: null, status: 201 },
  { who: 'a page of the app', origin: 'https://app.azurewebsites.net', publicUrl: null, status: 201 },
  {
    who: 'a page of the public address',
    origin: 'https://down.example',
    publicUrl: 'https://down.example',
    status: 201,
  },
  {
    who: 'a page of elsewhere',
    origin: 'https://evil.example',
    publicUrl: 'https://down.example',
    status: 403,
  },
  {
    who: 'a page of a name that only begins alike',
    origin: 'https://app.azurewebsites.net.evil.example',
    publicUrl: null,
    status: 403,
  },
  {
    who: 'a page of another port',
    origin: 'https://app.azurewebsites.net:8443',
    publicUrl: null,
    status: 403,
  },
  { who: 'a page that says nothing', origin: 'null', publicUrl: null, status: 403 },
  { who: 'something that is no origin', origin: 'nonsense', publicUrl: null, status: 403 },
])('$who is answered $status', async ({ origin, publicUrl, status }) => {
  expect(await statusFor(origin, publicUrl)).toBe(status);
});
