import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Handle } from '../../../../../../src/lib/incident/handle.ts';
import type { EmailSettings } from '../../../../../../src/lib/notify/channels/email/settings.ts';
import { openSmtp } from '../../../../../../src/lib/notify/channels/email/smtp/send.ts';
import type { MailServer } from '../../../../../../src/lib/notify/channels/email/smtp/server.ts';
import type { Receiver } from '../../../../../../src/lib/policy/receiver.ts';
import {
  certificateFor,
  hostName,
  nameThisMachine,
  startMailServer,
  stopMailServers,
  trust,
} from '../../../../../support/mailServer.ts';
import { receiverWith } from '../../../../../support/receivers.ts';
import { resolveAsBefore } from '../../../../../support/slowHosts.ts';
import { message, nowMs } from '../../../renderMessages.ts';

const closing: (() => void)[] = [];
afterEach(async () => {
  resolveAsBefore();
  trust();
  vi.unstubAllEnvs();
  for (const close of closing.splice(0)) close();
  await stopMailServers();
});

const three = ['ops@oslo.example', 'shift@oslo.example', 'lead@oslo.example'];

const onThisMachine = (port: number): MailServer => ({
  host: '127.0.0.1',
  port,
  tls: 'starttls',
  login: null,
});
const byName = (port: number, tls: MailServer['tls'] = 'starttls'): MailServer => ({
  host: hostName,
  port,
  tls,
  login: null,
});

function receiverOf(server: MailServer, to: readonly string[], timeoutMs = 5_000): Receiver<EmailSettings> {
  return receiverWith('plant-mail', { kind: 'email', to, via: 'smtp', server }, timeoutMs);
}

const channel = openSmtp({
  setting: (name) => (name === 'EMAIL_SENDER' ? 'responder@plant.example' : null),
  addresses: () => ({ development: true, allowHosts: [] }),
});

function send(server: MailServer, to: readonly string[], handle: Handle | null = null, timeoutMs?: number) {
  return channel.send(message(), receiverOf(server, to, timeoutMs), nowMs, handle);
}

/** A server that goes through a script: what it answers to each line, by the line's beginning. */
async function scriptedServer(script: Readonly<Record<string, string | null>>) {
  const said: string[] = [];
  const server = createServer((socket: Socket) => {
    socket.on('error', () => {});
    closing.push(() => socket.destroy());
    const greeting = script.greeting === undefined ? '220 mail.plant.example' : script.greeting;
    if (greeting !== null) socket.write(`${greeting}\r\n`);
    let rest = '';
    socket.on('data', (data) => {
      const lines = (rest + data.toString()).split('\r\n');
      rest = lines.pop() ?? '';
      for (const line of lines) {
        said.push(line);
        const known = Object.keys(script).find((start) => start !== 'greeting' && line.startsWith(start));
        if (known === undefined) continue;
        const answer = script[known];
        if (answer === 'break') socket.destroy();
        else if (answer !== null) socket.write(`${answer}\r\n`);
      }
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  closing.push(() => server.close());
  return { port: (server.address() as AddressInfo).port, said };
}

const polite = {
  EHLO: '250 mail.plant.example',
  MAIL: '250 OK',
  RCPT: '250 OK',
  DATA: '354 go',
  QUIT: '221 bye',
};

describe('a mail', () => {
  it('goes once to all, names all, and can be threaded', async () => {
    const { port, mails } = await startMailServer();
    expect(await send(onThisMachine(port), three)).toMatchObject({ kind: 'sent' });
    expect(mails).toHaveLength(1);
    const [mail] = mails;
    expect(mail).toMatchObject({ from: 'responder@plant.example', to: three });
    expect(mail?.text).toMatch(/^To: ops@oslo\.example, shift@oslo\.example, lead@oslo\.example\r$/m);
    expect(mail?.text).toMatch(/^Message-ID: <[0-9a-f-]{36}@plant\.example>\r$/m);
    expect(mail?.text).toMatch(/^References: <\S+@iothub\.responder>\r$/m);
    expect(mail?.text).toMatch(/^Subject: Oslo plant: 38 of 42 devices offline\r$/m);
    expect(mail?.text).toMatch(/^Auto-Submitted: auto-generated\r$/m);
    expect(mail?.text).toContain('Content-Type: text/plain');
    expect(mail?.text).toContain('Content-Type: text/html');
  });

  it('has the same Message-ID at every attempt, and another for another notice', async () => {
    const { port, mails } = await startMailServer();
    const receiver = receiverOf(onThisMachine(port), ['ops@oslo.example']);
    await channel.send(message(), receiver, nowMs);
    await channel.send(message(), receiver, nowMs + 60_000);
    await channel.send(message({ noticeId: 'ntc_2' }), receiver, nowMs);
    const ids = mails.map(({ text }) => /^Message-ID: (\S+)/m.exec(text)?.[1]);
    expect(ids[0]).toBe(ids[1]);
    expect(ids[2]).not.toBe(ids[0]);
  });

  it('cannot be given a header by a name', async () => {
    const { port, mails } = await startMailServer();
    const name = 'Oslo\r\nBcc: evil@evil.example\r\n\r\nhello';
    const sent = message({ site: { kind: 'site', id: 'oslo', name, timeZone: 'UTC' } });
    await channel.send(sent, receiverOf(onThisMachine(port), ['ops@oslo.example']), nowMs);
    expect(mails[0]?.to).toEqual(['ops@oslo.example']);
    expect(mails[0]?.text).not.toMatch(/^Bcc:/m);
  });

  it('is not sent without a sender', async () => {
    const none = openSmtp({ setting: () => null, addresses: () => ({ development: true, allowHosts: [] }) });
    const result = await none.send(message(), receiverOf(onThisMachine(9), three), nowMs);
    expect(result).toMatchObject({
      kind: 'failedPermanently',
      error: expect.stringContaining('EMAIL_SENDER'),
    });
  });
});

describe('recipients are judged one by one', () => {
  it('one who is greylisted is tried again, alone', async () => {
    const { port, mails } = await startMailServer({
      recipients: (address, times) => (address === three[1] && times === 1 ? '451 4.7.1 Greylisted' : null),
    });
    const first = await send(onThisMachine(port), three);
    expect(first).toMatchObject({
      kind: 'failedTemporarily',
      error: 'the mail server put off 451 4.7.1 for shift@oslo.example',
      outcomeUnknown: true,
    });
    const second = await send(onThisMachine(port), three, first.handle);
    expect(second).toMatchObject({ kind: 'sent', someHeardEarlier: true });
    expect(mails.map(({ to }) => to)).toEqual([[three[0], three[2]], [three[1]]]);
  });

  it('one who is refused is named with code and address, and the others have it', async () => {
    const { port, mails } = await startMailServer({
      recipients: (address) => (address === three[1] ? '550 5.1.1 No such user' : null),
    });
    expect(await send(onThisMachine(port), three)).toMatchObject({
      kind: 'sentPartly',
      error: 'the mail server refused 550 5.1.1 for shift@oslo.example',
    });
    expect(mails.map(({ to }) => to)).toEqual([[three[0], three[2]]]);
  });

  it('one who is refused while another is put off has the fallback told at once, and is not asked again', async () => {
    const { port, mails, asked } = await startMailServer({
      recipients: (address, times) =>
        address === three[0]
          ? '550 5.1.1 No such user'
          : address === three[1] && times === 1
            ? '452 full'
            : null,
    });
    const first = await send(onThisMachine(port), three);
    expect(first).toMatchObject({
      kind: 'failedTemporarily',
      refusedInPart: true,
      error:
        'the mail server refused 550 5.1.1 for ops@oslo.example; the mail server put off 452 for shift@oslo.example',
    });
    expect(await send(onThisMachine(port), three, first.handle)).toMatchObject({
      kind: 'sentPartly',
      error: 'the mail server refused 550 5.1.1 for ops@oslo.example',
    });
    expect(asked.get('ops@oslo.example')).toBe(1);
    expect(mails.map(({ to }) => to)).toEqual([[three[2]], [three[1]]]);
  });

  it('all who are refused fail the notice', async () => {
    const { port, mails } = await startMailServer({ recipients: () => '550 5.1.1 No such user' });
    expect(await send(onThisMachine(port), three.slice(0, 2))).toEqual({
      kind: 'failedPermanently',
      error: 'the mail server refused 550 5.1.1 for ops@oslo.example, 550 5.1.1 for shift@oslo.example',
      handle: null,
    });
    expect(mails).toEqual([]);
  });

  it('all who are put off are tried again', async () => {
    const { port } = await startMailServer({ recipients: () => '450 4.2.0 Greylisted' });
    expect(await send(onThisMachine(port), three)).toMatchObject({
      kind: 'failedTemporarily',
      outcomeUnknown: false,
      timedOut: false,
    });
  });

  it('the next notice of the incident asks everybody anew', async () => {
    const { port, mails } = await startMailServer();
    const first = await send(onThisMachine(port), three);
    const receiver = receiverOf(onThisMachine(port), three);
    await channel.send(message({ noticeId: 'ntc_2' }), receiver, nowMs, first.handle);
    expect(mails.map(({ to }) => to)).toEqual([three, three]);
  });

  it('fifty of them, all with long addresses, fit the handle', async () => {
    const long = Array.from(
      { length: 50 },
      (_, index) => `${'x'.repeat(60)}${index}@${'y'.repeat(60)}.example`,
    );
    const { port } = await startMailServer({
      recipients: (address) => (/[13579]@/.test(address) ? '550 5.1.1 No such user' : null),
    });
    const { handle } = await send(onThisMachine(port), long);
    expect(JSON.stringify(handle).length).toBeLessThan(4_096);
  });
});

describe('a mail that is judged as a whole', () => {
  it.each([
    [
      'is refused for good',
      '554 5.7.1 Looks like spam',
      'failedPermanently',
      'the mail server refused the mail (554 5.7.1)',
    ],
    ['is put off', '452 4.3.1 No space', 'failedTemporarily', 'the mail server put off the mail (452 4.3.1)'],
  ])('%s', async (_, answer, kind, error) => {
    const { port } = await startMailServer({ takes: () => answer });
    expect(await send(onThisMachine(port), three)).toMatchObject({ kind, error });
  });

  it.each([
    ['553 5.1.8 Who is that', 'failedPermanently', 'the mail server refused the sender (553 5.1.8)'],
    ['451 4.3.0 Not now', 'failedTemporarily', 'the mail server put off the sender (451 4.3.0)'],
  ])('with a sender of whom the server says %s', async (answer, kind, error) => {
    const { port } = await scriptedServer({ ...polite, MAIL: answer });
    expect(await send(onThisMachine(port), three)).toMatchObject({ kind, error });
  });
});

describe('a server that fails is tried again', () => {
  it.each([
    ['says nothing', { greeting: null }, true, false],
    ['hangs before the mail', { ...polite, RCPT: null }, true, false],
    ['hangs after the mail', { ...polite, '.': null }, true, true],
    ['breaks before the mail', { ...polite, RCPT: 'break' }, false, false],
    ['breaks after the mail', { ...polite, '.': 'break' }, false, true],
    ['has no service', { greeting: '554 5.3.2 No service' }, false, false],
    ['is about to go', { ...polite, MAIL: '421 4.3.2 Shutting down' }, false, false],
  ])('when it %s', async (_, script, timedOut, outcomeUnknown) => {
    const { port } = await scriptedServer(script);
    const startMs = performance.now();
    const result = await send(onThisMachine(port), three, null, 400);
    expect(result).toMatchObject({ kind: 'failedTemporarily', timedOut, outcomeUnknown });
    expect(performance.now() - startMs).toBeLessThan(1_500);
  });

  it('when it is not there', async () => {
    const { port } = await startMailServer();
    await stopMailServers();
    expect(await send(onThisMachine(port), three)).toMatchObject({
      kind: 'failedTemporarily',
      error: 'no connection to the mail server (ECONNREFUSED)',
      outcomeUnknown: false,
    });
  });
});

describe('encryption', () => {
  it('is made by STARTTLS, and the login comes after it', async () => {
    nameThisMachine();
    const certificate = await certificateFor();
    trust(certificate.cert);
    const logins: { user: string | undefined; secure: boolean }[] = [];
    const { port, mails } = await startMailServer({
      ...certificate,
      disabledCommands: [],
      authOptional: false,
      onAuth({ username, password }, { secure }, callback) {
        logins.push({ user: username, secure });
        callback(null, password === 'pa55' ? { user: username } : { user: false });
      },
    });
    const login = { user: 'responder', password: 'pa55' };
    expect(await send({ ...byName(port), login }, three)).toMatchObject({ kind: 'sent' });
    expect(logins).toEqual([{ user: 'responder', secure: true }]);
    expect(mails).toHaveLength(1);
    const wrong = await send({ ...byName(port), login: { ...login, password: 'wrong-pa55' } }, three);
    expect(wrong).toMatchObject({
      kind: 'failedTemporarily',
      error: expect.stringMatching(/^the mail server refused the user or the password \(535/),
    });
    expect(JSON.stringify(wrong)).not.toContain('pa55');
  });

  it('is there from the first byte on where it is implicit', async () => {
    nameThisMachine();
    const certificate = await certificateFor();
    trust(certificate.cert);
    const { port, mails } = await startMailServer({ ...certificate, secure: true });
    expect(await send(byName(port, 'implicit'), three)).toMatchObject({ kind: 'sent' });
    expect(mails).toHaveLength(1);
  });

  it('that is not offered is waited for; nothing is sent without it', async () => {
    nameThisMachine();
    const { port, said } = await scriptedServer({ ...polite, STARTTLS: '502 5.5.1 Not implemented' });
    const login = { user: 'responder', password: 'pa55' };
    expect(await send({ ...byName(port), login }, three)).toMatchObject({
      kind: 'failedTemporarily',
      error: 'the mail server offers no TLS that can be used (502 5.5.1); nothing was sent',
      outcomeUnknown: false,
    });
    expect(said.filter((line) => !/^(EHLO|STARTTLS|QUIT)/.test(line))).toEqual([]);
  });

  it.each([
    [
      'nobody knows',
      hostName,
      false,
      /^the certificate of the mail server is not good \(\w+\); nothing was sent$/,
    ],
    ['is for another host', 'mail.evil.example', true, /ERR_TLS_CERT_ALTNAME_INVALID/],
  ])('by a certificate that %s is none', async (_, name, isTrusted, error) => {
    nameThisMachine();
    const certificate = await certificateFor(name);
    if (isTrusted) trust(certificate.cert);
    vi.stubEnv('NODE_TLS_REJECT_UNAUTHORIZED', '0');
    const starttls = await startMailServer({ ...certificate, disabledCommands: [] });
    const implicit = await startMailServer({ ...certificate, secure: true });
    for (const server of [byName(starttls.port), byName(implicit.port, 'implicit')]) {
      expect(await send(server, three)).toMatchObject({
        kind: 'failedTemporarily',
        error: expect.stringMatching(error),
        outcomeUnknown: false,
      });
    }
    expect([...starttls.mails, ...implicit.mails]).toEqual([]);
  });

  it('is used on this machine where it is offered, and its certificate is checked there, too', async () => {
    const certificate = await certificateFor('localhost');
    const { port } = await startMailServer({ ...certificate, disabledCommands: [] });
    const server = { ...onThisMachine(port), host: 'localhost' };
    expect(await send(server, three)).toMatchObject({ kind: 'failedTemporarily' });
    trust(certificate.cert);
    expect(await send(server, three)).toMatchObject({ kind: 'sent' });
  });

  it('is left out on this machine with tls: none', async () => {
    const { port, mails } = await startMailServer({ disabledCommands: [] });
    expect(await send({ ...onThisMachine(port), tls: 'none' }, three)).toMatchObject({ kind: 'sent' });
    expect(mails).toHaveLength(1);
  });
});

describe('a mail server inside a private network', () => {
  const guarded = (allowHosts: readonly string[]) =>
    openSmtp({
      setting: () => 'responder@plant.example',
      addresses: () => ({ development: false, allowHosts }),
    });

  it('is not connected to', async () => {
    nameThisMachine();
    const { port, said } = await scriptedServer(polite);
    expect(await guarded([]).send(message(), receiverOf(byName(port), three), nowMs)).toMatchObject({
      kind: 'failedPermanently',
      error: 'the mail server: the host name leads to a loopback, private or reserved address',
    });
    expect(said).toEqual([]);
  });

  it('is connected to when the owner allows it', async () => {
    nameThisMachine();
    const certificate = await certificateFor();
    trust(certificate.cert);
    const { port } = await startMailServer({ ...certificate, disabledCommands: [] });
    const sent = await guarded([hostName]).send(message(), receiverOf(byName(port), three), nowMs);
    expect(sent).toMatchObject({ kind: 'sent' });
  });
});
