import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunningAzurite, startAzurite } from '../../local/azurite.ts';
import { eventGridEvent } from '../../local/scenarios/iotHub.ts';
import { runLinks } from '../../tools/links/runLinks.ts';
import { type Receivers, startReceivers } from '../crash/receivers.ts';
import { Responder } from '../crash/responder.ts';
import { shown } from '../support/linkPages.ts';
import { eventually } from './eventually.ts';

// The built functions in the local host, over HTTP: what a browser, a scanner and somebody else's page get.

let azurite: RunningAzurite;
let receivers: Receivers;
let responder: Responder;
/** The link of the outage that all stories look at. */
let link: string;

beforeAll(async () => {
  [azurite, receivers] = await Promise.all([startAzurite(), startReceivers(() => 1)]);
  const config = `
policy: { offlineAfter: 1s, recoveredAfter: 1s, groupWait: 1s, flapping: off }
receivers: { everyone: { webhook: { url: "${receivers.url}/everyone" } } }
routes: [{ match: {}, per: site, to: [everyone] }]
`;
  responder = new Responder(config, {
    AzureWebJobsStorage: azurite.connectionString,
    AZURE_FUNCTIONS_ENVIRONMENT: 'Development',
    PUBLIC_URL: 'https://responder.example',
  });
  await responder.start();
  link = await outage('oslo-1');
});
afterAll(async () => {
  await responder?.remove();
  await Promise.all([azurite?.stop(), receivers?.close()]);
});

/** A device is lost; answers the link in what is said of it, on this machine. */
async function outage(deviceId: string): Promise<string> {
  const event = eventGridEvent({ kind: 'DeviceDisconnected', deviceId, atMs: Date.now(), sequence: 1 });
  await fetch(`${responder.url}/runtime/webhooks/eventgrid?functionName=receiveConnectionEvent`, {
    method: 'POST',
    headers: { 'aeg-event-type': 'Notification' },
    body: JSON.stringify([event]),
  });
  let found = '';
  await eventually(() => {
    const told = receivers.heard
      .map(({ body }) => JSON.stringify(body))
      .find((body) => body.includes(deviceId));
    found = /"incident":"([^"]+)"/.exec(told ?? '')?.[1] ?? '';
    expect(found).toMatch(/^https:\/\/responder\.example\/l\/[\w.-]+$/);
  });
  return found.replace('https://responder.example', responder.url);
}

const pageOf = async (url: string) => shown(await (await fetch(url)).text());

async function press(
  action: 'acknowledge' | 'take-back' | 'silence' | 'note',
  init: { headers?: Record<string, string>; body?: string } = {},
) {
  const form = (await pageOf(link)).form(action) ?? new URLSearchParams();
  return fetch(`${link}/${action}`, { method: 'POST', body: form, redirect: 'manual', ...init });
}

describe('the page of a link', () => {
  it('is kept nowhere, framed nowhere, names itself to nobody and runs nothing', async () => {
    const answer = await fetch(link);
    expect(answer.status).toBe(200);
    const nonce = /nonce="([^"]+)"/.exec(await answer.text())?.[1];
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': `default-src 'none'; style-src 'nonce-${nonce}'; img-src data:; form-action 'self'; frame-ancestors 'none'; base-uri 'none'`,
      'referrer-policy': 'no-referrer',
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'server-timing': expect.stringMatching(/^app;dur=\d/),
    });
    expect(answer.headers.get('etag')).toBeNull();
    expect(answer.headers.get('set-cookie')).toBeNull();
    expect((await (await fetch(link)).text()).includes(nonce!)).toBe(false);
  });

  it('has no script, no style in a tag, and nothing that it loads', async () => {
    const { html } = await pageOf(link);
    expect(html).not.toMatch(/<script|\son\w+=|\sstyle=|<(?:img|iframe|object)|https?:/i);
    expect(html.length).toBeLessThan(100_000);
  });

  it('is answered to HEAD without its body', async () => {
    const answer = await fetch(link, { method: 'HEAD' });
    expect([answer.status, await answer.text()]).toEqual([200, '']);
    expect((await fetch(`${link}x`, { method: 'HEAD' })).status).toBe(404);
  });

  it.each(['PUT', 'PATCH', 'DELETE', 'OPTIONS', 'POST'])('is nothing for %s', async (method) => {
    expect((await fetch(link, { method })).status).toBe(404);
    expect((await pageOf(link)).text).toContain('Nobody has this yet');
  });

  it.each([
    ['a letter', 'x'],
    ['three parts', 'a.b.c'],
    ['a control character', '%00'],
    ['half a character', '%F0%9F'],
    ['far too much', 'x'.repeat(5_000)],
  ])('of %s is in words that name nothing', async (_what, token) => {
    const answer = await fetch(`${responder.url}/l/${token}`);
    const { text } = shown(await answer.text());
    expect(answer.status).toBe(404);
    expect(text).toContain('This link is not one of ours');
    expect(text).not.toMatch(/oslo|everyone|hub/);
  });
});

describe('a form', () => {
  it('answers 303 to its page, which says what became of it', async () => {
    const answer = await press('acknowledge', {
      headers: { origin: 'null', 'sec-fetch-site': 'same-origin' },
    });
    expect(answer.status).toBe(303);
    expect(answer.headers.get('cache-control')).toBe('no-store');
    const after = new URL(answer.headers.get('location') ?? '', responder.url).href;
    expect(after).toBe(`${link}?said=acknowledged`);
    expect((await pageOf(after)).text).toMatch(/^ Acknowledged until/);
    expect((await press('take-back')).headers.get('location')).toMatch(/\?said=taken-back$/);
  });

  it.each([
    ['another site', { origin: 'https://evil.example' }],
    ['another site, as new browsers say', { origin: 'null', 'sec-fetch-site': 'cross-site' }],
    ['another port', { origin: 'http://127.0.0.1:1' }],
  ])('from %s is forbidden', async (_from, headers) => {
    const answer = await press('acknowledge', { headers });
    expect(answer.status).toBe(403);
    expect(shown(await answer.text()).text).toContain('did not come from this page');
    expect((await pageOf(link)).text).toContain('Nobody has this yet');
  });

  it.each([
    ['nothing', 403, ''],
    ['another token', 403, 'form=a.b.c'],
    ['JSON', 403, '{"form":"x"}'],
    ['far too much', 400, `form=${'x'.repeat(200_000)}`],
  ])('with %s is answered %i', async (_what, status, body) => {
    expect((await press('acknowledge', { body })).status).toBe(status);
  });

  it('of an altered link is 404, and so is what no form of ours does', async () => {
    for (const where of [`${link}x/acknowledge`, `${link}/delete`, `${link}/acknowledge/more`])
      expect((await fetch(where, { method: 'POST', body: 'form=x' })).status, where).toBe(404);
  });

  it('sent many times at once does its thing once', async () => {
    const form = (await pageOf(link)).form('note')!;
    form.set('text', 'the fuse of line 2');
    const send = () => fetch(`${link}/note`, { method: 'POST', body: form, redirect: 'manual' });
    const answers = await Promise.all(Array.from({ length: 6 }, send));
    const said = answers.map((answer) => answer.headers.get('location')?.split('said=')[1]);
    expect(said.filter((code) => code === 'noted')).toHaveLength(1);
    expect(said.filter((code) => code === 'stale')).toHaveLength(5);
    expect((await pageOf(link)).html.match(/<bdi>the fuse of line 2<\/bdi>/g)).toHaveLength(1);
  });
});

it('the keys are listed without their secrets, and no earlier link opens once they are rotated', async () => {
  const printed: string[] = [];
  const run = (...args: string[]) =>
    runLinks(args, { AzureWebJobsStorage: azurite.connectionString }, (line) => printed.push(line));
  expect(await run('list')).toBe(0);
  expect(printed).toEqual([expect.stringMatching(/^[\w-]{8} {2}made \S+ {2}signs links$/)]);
  expect(await run('rotate')).toBe(0);
  expect(await run('nonsense')).toBe(2);
  // A link that was made after the rotation opens, whoever has remembered the earlier keys.
  await new Promise((resolve) => setTimeout(resolve, 2_500));
  const later = await outage('bergen-1');
  await eventually(async () => expect((await fetch(link)).status).toBe(410));
  expect((await pageOf(link)).text).toMatch(/This link has ended/);
  expect((await pageOf(link)).text).not.toMatch(/oslo|everyone/);
  expect((await fetch(later)).status).toBe(200);
});
