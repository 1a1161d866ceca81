import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';

/** An item of the API's lists, as far as the stories look at it. */
export type Item = { readonly [field: string]: unknown };

export type Mail = {
  readonly to: readonly string[];
  readonly subject: string;
  readonly html: string;
  readonly text: string;
  readonly receivedAt: string;
};

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
    const untilMs = Date.now() + 120_000;
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

  /** One call of the API. */
  async call(method: string, path: string, body?: object) {
    const answer = await fetch(`${this.url}${path}`, {
      method,
      ...(body && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
    });
    const content = (await answer.json()) as Item;
    return { status: answer.status, type: answer.headers.get('content-type'), body: content };
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
    const items: Entry[] = [];
    for (let next: string | null | undefined = url; next; ) {
      const answer = await fetch(next);
      if (!answer.ok) throw new Error(`${next}: ${answer.status} ${await answer.text()}`);
      const page = (await answer.json()) as { items: Entry[]; nextLink?: string | null };
      items.push(...page.items);
      next = page.nextLink;
    }
    return items;
  }
}

/** What a shell would have: nothing of the test run, no settings of another installation. */
function ownEnvironment(): Record<string, string> {
  const kept = ['PATH', 'HOME', 'LANG', 'TMPDIR', 'USER'];
  return Object.fromEntries(kept.flatMap((name) => (process.env[name] ? [[name, process.env[name]]] : [])));
}
