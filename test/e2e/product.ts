import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const root = path.resolve(import.meta.dirname, '../..');

/** An item of the API's lists, as far as the stories look at it. */
export type Item = { readonly [field: string]: unknown };

export type Mail = {
  readonly to: readonly string[];
  readonly subject: string;
  readonly html: string;
  readonly text: string;
  readonly receivedAt: string;
};

/** A working copy of what a clone would have, in which `npm start` runs as often as a story wants. */
export class Installation {
  readonly folder = mkdtempSync(path.join(tmpdir(), 'responder-e2e-'));
  readonly env: Record<string, string>;

  private constructor(env: Record<string, string>) {
    this.env = env;
  }

  /** On free ports; `env` is added to the settings of each start. */
  static async create(env: Record<string, string> = {}): Promise<Installation> {
    const [port, cloudPort] = await freePorts(2);
    const made = new Installation({ PORT: String(port), LOCAL_CLOUD_PORT: String(cloudPort), ...env });
    const listed = execFileSync('git', ['ls-files', '-co', '--exclude-standard', '-z'], { cwd: root });
    for (const file of listed.toString().split('\0')) {
      if (file === '' || file.startsWith('test/') || !existsSync(path.join(root, file))) continue;
      cpSync(path.join(root, file), path.join(made.folder, file), { recursive: true });
    }
    symlinkSync(path.join(root, 'node_modules'), path.join(made.folder, 'node_modules'), 'dir');
    return made;
  }

  /** Runs `npm start`, without waiting for it. */
  run(config: string | null, env: Record<string, string> = {}): Product {
    const settings = { ...this.env, ...env };
    if (config !== null) {
      settings.RESPONDER_CONFIG = path.join(this.folder, 'story.config.yaml');
      writeFileSync(settings.RESPONDER_CONFIG, config);
    }
    return new Product(this.folder, settings);
  }

  /** Runs `npm start` until it is ready. */
  async start(config: string, env: Record<string, string> = {}): Promise<Product> {
    const product = this.run(config, env);
    await product.ready();
    return product;
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** One `npm start` with all its children, in a process group of its own. */
export class Product {
  readonly url: string;
  readonly cloudUrl: string;
  /** The exit code of npm; null after a signal. */
  readonly exited: Promise<number | null>;
  readonly process: ChildProcess;
  output = '';
  #errors = '';

  constructor(folder: string, env: Record<string, string>) {
    this.url = `http://127.0.0.1:${env.PORT}`;
    this.cloudUrl = `http://127.0.0.1:${env.LOCAL_CLOUD_PORT}`;
    this.process = spawn('npm', ['start'], {
      cwd: folder,
      env: { ...ownEnvironment(), ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    });
    this.process.stdout?.on('data', (chunk) => {
      this.output += String(chunk);
    });
    this.process.stderr?.on('data', (chunk) => {
      this.#errors += String(chunk);
    });
    this.exited = once(this.process, 'exit').then(([code]) => code as number | null);
  }

  /** The lines on standard error, without npm's own. */
  errors(): string[] {
    return this.#errors.split('\n').filter((line) => line !== '' && !line.startsWith('npm '));
  }

  async ready(): Promise<void> {
    const untilMs = Date.now() + 45_000;
    while (Date.now() < untilMs && this.process.exitCode === null) {
      const answer = await fetch(`${this.url}/api/health`).catch(() => null);
      if (answer?.status === 200) return;
      await sleep(50);
    }
    throw new Error(`npm start was not ready:\n${this.output}${this.#errors}`);
  }

  /** SIGTERM to npm alone. */
  async terminate(): Promise<number | null> {
    this.process.kill('SIGTERM');
    return this.exited;
  }

  /** `kill -9` of the whole group: nothing gets to say goodbye. */
  async kill(): Promise<void> {
    if (this.process.exitCode === null && this.process.signalCode === null)
      process.kill(-Number(this.process.pid), 'SIGKILL');
    await this.exited;
  }

  /** Delivers events as Event Grid does; one POST. */
  async post(body: unknown, init: { query?: string; headers?: Record<string, string> } = {}) {
    return fetch(
      `${this.url}/runtime/webhooks/eventgrid${init.query ?? '?functionName=receiveConnectionEvent'}`,
      {
        method: 'POST',
        headers: init.headers ?? { 'content-type': 'application/json', 'aeg-event-type': 'Notification' },
        body: typeof body === 'string' ? body : JSON.stringify(body),
      },
    );
  }

  async incidents(query = ''): Promise<Item[]> {
    return this.#list<Item>(`${this.url}/api/incidents${query}`);
  }

  async notices(query = ''): Promise<Item[]> {
    return this.#list<Item>(`${this.url}/api/notices${query}`);
  }

  /** Mails to one address, oldest first. */
  async mails(to: string): Promise<Mail[]> {
    const all = await this.#list<Mail>(`${this.cloudUrl}/emails`);
    return all.filter((mail) => mail.to.includes(to)).reverse();
  }

  /** Puts rows into the log table, or says how the log service is to misbehave. */
  async logs(rows: readonly object[]): Promise<void> {
    await this.#tell('POST', '/logs', rows);
  }

  async logsBehave(behaviour: object): Promise<void> {
    await this.#tell('PUT', '/logs/behaviour', behaviour);
  }

  async clearLogs(): Promise<void> {
    await this.#tell('DELETE', '/logs');
  }

  async #tell(method: string, where: string, body?: object): Promise<void> {
    const answer = await fetch(`${this.cloudUrl}${where}`, {
      method,
      headers: { 'content-type': 'application/json' },
      ...(body && { body: JSON.stringify(body) }),
    });
    if (!answer.ok) throw new Error(`${method} ${where}: ${answer.status} ${await answer.text()}`);
  }

  async #list<Entry>(url: string): Promise<Entry[]> {
    const answer = await fetch(url);
    if (!answer.ok) throw new Error(`${url}: ${answer.status} ${await answer.text()}`);
    return ((await answer.json()) as { items: Entry[] }).items;
  }
}

/** What a shell would have: nothing of the test run, no settings of another installation. */
function ownEnvironment(): Record<string, string> {
  const kept = ['PATH', 'HOME', 'LANG', 'TMPDIR', 'USER'];
  return Object.fromEntries(kept.flatMap((name) => (process.env[name] ? [[name, process.env[name]]] : [])));
}

export async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer().listen(0, '127.0.0.1'));
  const ports: number[] = [];
  for (const server of servers) {
    if (!server.listening) await once(server, 'listening');
    ports.push((server.address() as { port: number }).port);
  }
  for (const server of servers) {
    server.close();
    await once(server, 'close');
  }
  return ports;
}
