import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const debianPackage = 'prometheus-alertmanager';

/** What Prometheus posts at a time: maxBatchSize of its notifier. */
const inBatch = 64;

/** Where the program is. Debian's needs its templates at their place, so the package must be installed; an Error says so. */
export function findAlertmanager(): string | Error {
  const program = '/usr/bin/prometheus-alertmanager';
  if (existsSync(program)) return program;
  return new Error(`it is not here; on Debian: apt-get install --no-install-recommends ${debianPackage}`);
}

/** The first line of `--version`, which goes to standard error or output. */
export function versionOf(program: string): string {
  const said = execFileSync(program, ['--version'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  return /version ([^ ]+)/.exec(said)?.[1] ?? 'unknown';
}

export type Alert = { readonly device: string; readonly site: string };

/** A running Alertmanager that groups alerts by site and tells a webhook. */
export class Alertmanager {
  readonly #url: string;
  readonly #child: ReturnType<typeof spawn>;
  readonly #folder: string;

  private constructor(url: string, child: ReturnType<typeof spawn>, folder: string) {
    this.#url = url;
    this.#child = child;
    this.#folder = folder;
  }

  static async start(
    program: string,
    webhook: string,
    waits: { readonly groupWaitS: number; readonly groupIntervalS: number },
  ): Promise<Alertmanager> {
    const folder = mkdtempSync(path.join(tmpdir(), 'alertmanager-'));
    const config = path.join(folder, 'alertmanager.yml');
    writeFileSync(
      config,
      `
route:
  receiver: operators
  group_by: [site]
  group_wait: ${waits.groupWaitS}s
  group_interval: ${waits.groupIntervalS}s
  repeat_interval: 4h
receivers:
  - name: operators
    webhook_configs: [{ url: "${webhook}", send_resolved: true, max_alerts: 100 }]
`,
    );
    const port = await freePort();
    const options = [
      `--config.file=${config}`,
      `--storage.path=${folder}`,
      `--web.listen-address=127.0.0.1:${port}`,
      '--cluster.listen-address=',
      '--log.level=error',
    ];
    const child = spawn(program, options, { stdio: ['ignore', 'ignore', 'inherit'] });
    const url = `http://127.0.0.1:${port}`;
    for (let tries = 0; !(await isReady(url)); tries++) {
      if (tries > 200 || child.exitCode !== null) throw new Error('Alertmanager does not get ready');
      await sleep(50);
    }
    return new Alertmanager(url, child, folder);
  }

  /** Posts as Prometheus does, one batch after the other. @param endsMs when they ended; null: they are firing */
  async post(alerts: readonly Alert[], startsMs: number, endsMs: number | null): Promise<void> {
    for (let from = 0; from < alerts.length; from += inBatch) {
      const batch = alerts.slice(from, from + inBatch).map(({ device, site }) => ({
        labels: { alertname: 'DeviceOffline', device, site },
        annotations: { summary: `${device} is offline` },
        startsAt: new Date(startsMs).toISOString(),
        endsAt: new Date(endsMs ?? startsMs + 3_600_000).toISOString(),
      }));
      const headers = { 'content-type': 'application/json' };
      const answer = await fetch(`${this.#url}/api/v2/alerts`, {
        method: 'POST',
        headers,
        body: JSON.stringify(batch),
      });
      if (!answer.ok) throw new Error(`Alertmanager answered ${answer.status}: ${await answer.text()}`);
      await answer.arrayBuffer();
    }
  }

  /** Its processor time so far; null where the system does not say (it is read from /proc). */
  cpuMs(): number | null {
    try {
      const fields = readFileSync(`/proc/${this.#child.pid}/stat`, 'utf8').split(') ')[1]!.split(' ');
      return (Number(fields[11]) + Number(fields[12])) * 10;
    } catch {
      return null;
    }
  }

  async stop(): Promise<void> {
    this.#child.kill('SIGTERM');
    if (this.#child.exitCode === null) await once(this.#child, 'exit');
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

async function isReady(url: string): Promise<boolean> {
  const answer = await fetch(`${url}/-/ready`).catch(() => null);
  await answer?.arrayBuffer();
  return answer?.ok ?? false;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address ? address.port : 0;
}
