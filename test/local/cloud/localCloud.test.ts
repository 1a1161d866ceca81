import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { startLocalCloud } from '../../../local/cloud/localCloud.ts';
import { useCloud } from './cloud.ts';

/** Writes bytes to the main port and hangs up. */
const sendRaw = (url: string, text: string): Promise<void> =>
  new Promise((resolve, reject) => {
    const socket = connect(Number(new URL(url).port), '127.0.0.1', () => socket.end(text));
    socket
      .on('error', reject)
      .on('close', () => resolve())
      .resume();
  });

describe('startLocalCloud', () => {
  const local = useCloud();

  it('serves queries under a certificate that NODE_EXTRA_CA_CERTS makes trusted', async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'cloud-'));
    const file = path.join(folder, 'cloud.pem');
    await writeFile(file, local.cloud.certificatePem);
    const script = `fetch(process.argv[1], { method: 'POST' }).then((answer) => console.log(answer.status))`;
    const { stdout } = await promisify(execFile)(
      process.execPath,
      ['-e', script, `${local.cloud.logsUrl}/v1/workspaces/x/query`],
      { env: { ...process.env, NODE_EXTRA_CA_CERTS: file } },
    );
    await rm(folder, { recursive: true });
    expect(stdout.trim()).toBe('401');
  });

  it('survives garbage and uploads that break off', async () => {
    await sendRaw(local.cloud.url, '\u0000\u0001garbage\r\n\r\n');
    await sendRaw(local.cloud.url, 'POST /hooks/a HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\nhalf');
    await sendRaw(local.cloud.url, 'GET //[ HTTP/1.1\r\nhost: a b\r\n\r\n');
    expect((await local.send('GET', '/hooks')).body).toEqual({ items: [], nextLink: null });
  });

  it('says which port is taken', async () => {
    const port = Number(new URL(local.cloud.url).port);
    await expect(startLocalCloud({ port })).rejects.toMatchObject({ code: 'EADDRINUSE', port });
  });

  it('closes while calls hang', async () => {
    const other = await startLocalCloud({ port: 0 });
    const hanging = fetch(`${other.url}/hooks/a?hang=1`, { method: 'POST' }).catch(() => 'cut');
    const slow = fetch(`${other.url}/hooks/a?delayMs=60000`, { method: 'POST' }).catch(() => 'cut');
    while (((await (await fetch(`${other.url}/hooks`)).json()) as { items: object[] }).items.length < 2);
    await other.close();
    expect(await Promise.all([hanging, slow])).toEqual(['cut', 'cut']);
  });
});
