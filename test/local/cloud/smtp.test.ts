import { describe, expect, it } from 'vitest';
import { openSmtp } from '../../../src/lib/notify/channels/email/smtp/send.ts';
import { message, nowMs } from '../../lib/notify/renderMessages.ts';
import { trust } from '../../support/mailServer.ts';
import { receiverWith } from '../../support/receivers.ts';
import { useCloud } from './cloud.ts';

describe('the mail server', () => {
  const local = useCloud();
  const to = ['ops@oslo.example', 'shift@oslo.example'];
  const send = () => {
    trust(local.cloud.certificatePem);
    const settings: Record<string, string> = {
      EMAIL_SENDER: 'responder@plant.example',
      LOCAL_RECEIVERS: local.cloud.url,
      LOCAL_SMTP_PORT: String(local.cloud.smtpPort),
    };
    const channel = openSmtp({
      setting: (name) => settings[name] ?? null,
      addresses: () => ({ development: true, allowHosts: [] }),
    });
    const server = { host: 'mail.oslo.example', port: 587, tls: 'starttls', login: null } as const;
    return channel.send(
      message(),
      receiverWith('plant-mail', { kind: 'email', to, via: 'smtp', server }, 10_000),
      nowMs,
    );
  };

  it('stands in for the configured one, and keeps the mail beside the others', async () => {
    expect(await send()).toMatchObject({ kind: 'sent' });
    expect(await local.items('/emails')).toMatchObject([
      {
        via: 'smtp',
        from: 'responder@plant.example',
        to,
        subject: 'Oslo plant: 38 of 42 devices offline',
        html: expect.stringContaining('<html'),
        text: expect.stringContaining('Oslo plant: 38 of 42 devices offline'),
        headers: {
          References: expect.stringMatching(/^<\S+>$/),
          'Message-ID': expect.stringMatching(/^<\S+@plant\.example>$/),
          'Auto-Submitted': 'auto-generated',
        },
      },
    ]);
  });

  it('refuses whom it is told to refuse', async () => {
    await local.send('PUT', '/smtp/behaviour', {
      status: 550,
      recipient: to[1],
      error: '5.1.1 No such user',
    });
    expect(await send()).toMatchObject({
      kind: 'sentPartly',
      error: expect.stringContaining(`for ${to[1]}`),
    });
    expect(await local.items('/emails')).toMatchObject([{ to: [to[0]] }]);
  });

  it('behaves again when the mails are deleted', async () => {
    await local.send('PUT', '/smtp/behaviour', { status: 451 });
    await local.send('DELETE', '/emails');
    expect(await send()).toMatchObject({ kind: 'sent' });
  });
});
