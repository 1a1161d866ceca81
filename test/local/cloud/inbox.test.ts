import { EmailClient } from '@azure/communication-email';
import { describe, expect, it } from 'vitest';
import { useCloud } from './cloud.ts';

describe('the inbox page', () => {
  const local = useCloud();
  const hostile = `<img src=x onerror=alert(1)>"'&</pre></iframe><script>alert(2)</script>`;

  const mail = async (subject: string, html = '<p>hello</p>'): Promise<void> => {
    const client = new EmailClient(`endpoint=${local.cloud.url}/;accesskey=${local.cloud.accessKey}`, {
      allowInsecureConnection: true,
    });
    await client.beginSend({
      senderAddress: 'a@b.example',
      recipients: { to: [{ address: 'ops@oslo.example' }] },
      content: { subject, html, plainText: `line one\n  ${hostile}` },
      headers: { 'X-Note': hostile },
    });
  };
  const page = async (path = '/'): Promise<string> => (await local.send('GET', path)).body as string;

  it('shows the newest mail as its reader sees it, in a frame without scripts', async () => {
    await mail('first');
    await mail('second', '<b>bold</b>');
    const text = await page();
    expect(text).toContain('<h2 id="subject"><bdi>second</bdi></h2>');
    expect(text).toContain('&#60;b&#62;bold&#60;/b&#62;');
    expect(text).toMatch(/sandbox="(?!.*allow-scripts)[^"]+"/);
  });

  it('names the zone of its clock, and folds the header lines', async () => {
    await mail('first');
    const text = await page();
    expect(text).toMatch(/<time [^>]*>\d+ \w+ \d{4}, \d\d:\d\d:\d\d (UTC|GMT|[A-Z]{3,4})/);
    expect(text).toMatch(/<details id="mail-headers-\d+"><summary[^>]*>Headers<\/summary>\s*<dl><dt>From/);
  });

  it('shows the plain text with its lines', async () => {
    await mail('first');
    const id = /href="\/\?mail=(\d+)"/.exec(await page())?.[1];
    expect(await page(`/?mail=${id}&view=text`)).toContain('<pre>line one\n  &#60;img');
  });

  it('escapes whatever comes from outside, and allows only its own script', async () => {
    await mail(hostile, hostile);
    await local.send('POST', '/hooks/x', { type: hostile, [hostile]: hostile });
    await local.send('POST', `/hooks/${encodeURIComponent(hostile)}`, hostile);
    for (const path of ['/', '/?view=text', '/?tab=hooks']) {
      const { body, headers } = await local.send('GET', path);
      expect(body).not.toContain('<img');
      expect((body as string).match(/<script/g)).toHaveLength(1);
      const nonce = /<script nonce="([^"]+)"/.exec(body as string)?.[1];
      expect(headers.get('content-security-policy')).toContain(
        `default-src 'none'; script-src 'nonce-${nonce}'`,
      );
    }
  });

  it('lists webhook calls with readable JSON and the answer', async () => {
    await local.send('POST', '/hooks/on-call?status=503', { type: 'incident.opened' });
    const text = await page('/?tab=hooks');
    expect(text).toContain('answered 503');
    expect(text).toContain('{\n  &#34;type&#34;: &#34;incident.opened&#34;\n}');
  });

  it('says so when there is nothing, and when a mail is gone', async () => {
    expect(await page()).toContain('No mail yet');
    expect(await page('/?tab=hooks')).toContain('No webhook calls yet');
    await mail('first');
    expect(await page('/?mail=999999')).toContain('no longer kept');
  });
});
