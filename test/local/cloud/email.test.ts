import { randomUUID } from 'node:crypto';
import { EmailClient, type EmailMessage } from '@azure/communication-email';
import { describe, expect, it } from 'vitest';
import type { ReceivedMail } from '../../../local/cloud/email.ts';
import { useCloud } from './cloud.ts';

const mail: EmailMessage = {
  senderAddress: 'alerts@notify.example',
  recipients: { to: [{ address: 'ops@oslo.example', displayName: 'Ops' }, { address: 'two@oslo.example' }] },
  content: { subject: 'Oslo plant: 3 devices offline', plainText: 'plain', html: '<p>html</p>' },
  headers: { 'X-Incident-Id': 'i1' },
};
const repeatable = (id: string = randomUUID(), firstSentMs = Date.now()): Record<string, string> => ({
  'Repeatability-Request-Id': id,
  'Repeatability-First-Sent': new Date(firstSentMs).toUTCString(),
});

describe('the email stand-in', () => {
  const local = useCloud();
  const client = (accessKey = local.cloud.accessKey): EmailClient =>
    new EmailClient(`endpoint=${local.cloud.url}/;accesskey=${accessKey}`, {
      allowInsecureConnection: true,
      retryOptions: { maxRetries: 0 },
    });
  const mails = (): Promise<ReceivedMail[]> => local.items('/emails');

  it('keeps a mail that the real client signs, and reports its operation as succeeded', async () => {
    const operationId = randomUUID();
    const poller = await client().beginSend(mail, { operationId });
    expect(await poller.pollUntilDone()).toMatchObject({ id: operationId, status: 'Succeeded' });
    expect(await mails()).toEqual([
      {
        id: operationId,
        from: 'alerts@notify.example',
        to: ['ops@oslo.example', 'two@oslo.example'],
        subject: 'Oslo plant: 3 devices offline',
        html: '<p>html</p>',
        text: 'plain',
        headers: { 'X-Incident-Id': 'i1' },
        via: 'acs',
        receivedAt: expect.stringMatching(/^\d{4}-.*Z$/),
      },
    ]);
  });

  it('refuses a mail that is signed with another key', async () => {
    const other = Buffer.alloc(32, 1).toString('base64');
    await expect(client(other).beginSend(mail)).rejects.toMatchObject({ statusCode: 401, code: 'Denied' });
    expect(await mails()).toEqual([]);
  });

  it('refuses a request without a signature', async () => {
    expect(await local.send('POST', '/emails:send?api-version=2025-09-01', mail)).toMatchObject({
      status: 401,
      body: { error: { code: 'Denied' } },
    });
  });

  it.each([
    ['no recipients', { recipients: { to: [] } }, /recipients\.to/],
    ['51 recipients', { recipients: { to: Array(51).fill({ address: 'a@b.example' }) } }, /at most 50/],
    [
      'a recipient that is no address',
      { recipients: { to: [{ address: 'nobody' }] } },
      /recipients\.to\[0\]\.address/,
    ],
    ['no subject', { content: { subject: '', plainText: 'x' } }, /content\.subject/],
    ['neither text nor html', { content: { subject: 'x' } as never }, /plainText or html/],
    ['a sender that is no address', { senderAddress: 'alerts' }, /senderAddress/],
  ])('refuses %s with 400', async (_case, change, message) => {
    await expect(client().beginSend({ ...mail, ...change } as EmailMessage)).rejects.toMatchObject({
      statusCode: 400,
      message: expect.stringMatching(message),
    });
    expect(await mails()).toEqual([]);
  });

  it('mails once when a request id is repeated, and answers the same', async () => {
    const options = { requestOptions: { customHeaders: repeatable() } };
    const first = await client().beginSend(mail, options);
    const second = await client().beginSend(mail, options);
    expect(second.getOperationState().result?.id).toBe(first.getOperationState().result?.id);
    expect(await mails()).toHaveLength(1);
  });

  it.each([
    ['another body', {}, 400],
    ['a first attempt six minutes ago', { firstSentMs: Date.now() - 360_000 }, 412],
    ['an id that is no GUID', { id: 'notice-1' }, 400],
  ])('refuses a repeat with %s', async (_case, change: { id?: string; firstSentMs?: number }, statusCode) => {
    const id = randomUUID();
    await client().beginSend(mail, { requestOptions: { customHeaders: repeatable(id) } });
    const customHeaders = repeatable(change.id ?? id, change.firstSentMs);
    const repeated = client().beginSend(
      { ...mail, senderAddress: 'b@c.example' },
      { requestOptions: { customHeaders } },
    );
    await expect(repeated).rejects.toMatchObject({ statusCode });
    expect(await mails()).toHaveLength(1);
  });

  it('refuses a request id without the date of the first attempt', async () => {
    const customHeaders = { 'Repeatability-Request-Id': randomUUID() };
    const sent = client().beginSend(mail, { requestOptions: { customHeaders } });
    await expect(sent).rejects.toMatchObject({
      statusCode: 400,
      message: expect.stringMatching(/First-Sent is missing/),
    });
  });

  it('throttles as told, for as many requests as told', async () => {
    await local.send('PUT', '/emails/behaviour', { status: 429, retryAfterSeconds: 7, times: 1 });
    const error = await client()
      .beginSend(mail)
      .catch((thrown) => thrown);
    expect(error).toMatchObject({ statusCode: 429, code: 'TooManyRequests' });
    expect(error.response.headers.get('retry-after')).toBe('7');
    await client().beginSend(mail);
    expect(await mails()).toHaveLength(1);
  });

  it('loses its answer as told: the mail is kept, and a repeat is answered without a second mail', async () => {
    await local.send('PUT', '/emails/behaviour', { loseAnswer: true, times: 1 });
    const options = { requestOptions: { customHeaders: repeatable() } };
    await expect(client().beginSend(mail, options)).rejects.toMatchObject({ code: 'ECONNRESET' });
    await client().beginSend(mail, options);
    expect(await mails()).toHaveLength(1);
  });

  it('lets an operation fail as told', async () => {
    await local.send('PUT', '/emails/behaviour', { operationStatus: 'Failed', times: 1 });
    await expect(client().beginSend(mail)).rejects.toThrow(/EmailDroppedAllRecipientsSuppressed/);
  });
});
