import type { HttpRequest } from '@azure/functions';
import { expect, it } from 'vitest';
import { answerList } from '../../src/functions/http.ts';
import type { ListQuery } from '../../src/lib/app/listings.ts';

async function ask(query: string, next: string | null = null) {
  const url = `https://responder.example/api/incidents${query}`;
  const asked: ListQuery[] = [];
  const request = { url, query: new URL(url).searchParams } as unknown as HttpRequest;
  const answer = await answerList(request, 'status', ['open', 'resolved'], async (listed) => {
    asked.push(listed);
    return { items: [{}], next };
  });
  return { answer, asked };
}

it.each([
  { query: '', asked: { filter: null, from: null } },
  { query: '?status=open', asked: { filter: 'open', from: null } },
  { query: '?status=resolved&from=a%7Cb', asked: { filter: 'resolved', from: 'a|b' } },
])('"$query" asks for $asked', async ({ query, asked }) => {
  expect(await ask(query)).toEqual({
    asked: [asked],
    answer: { status: 200, jsonBody: { items: [{}], nextLink: null } },
  });
});

it('links to the next page of the same list', async () => {
  const { answer } = await ask('?status=open&from=a', 'b|c');
  const { nextLink } = answer.jsonBody as { nextLink: string };
  expect(nextLink).toBe('https://responder.example/api/incidents?status=open&from=b%7Cc');
});

it('refuses a value that it does not know, and lists nothing', async () => {
  const { answer, asked } = await ask('?status=closed');
  expect(asked).toEqual([]);
  expect(answer).toMatchObject({
    status: 400,
    headers: { 'content-type': 'application/problem+json' },
    jsonBody: {
      title: 'Bad Request',
      status: 400,
      detail: 'the request has a mistake',
      errors: [
        {
          path: 'status',
          value: '"closed"',
          message: 'is not accepted; use one of open, resolved, or leave it out',
        },
      ],
    },
  });
});
