import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

const root = path.resolve(import.meta.dirname, '../..');

/**
 * The built functions in the local host, as a process that can be killed and started again. With `SHOW_HOST=1` in the
 * environment its lines are shown.
 */
export class Responder {
  readonly #folder = mkdtempSync(path.join(tmpdir(), 'crash-'));
  readonly #env: Record<string, string>;
  #child: ChildProcess | undefined;
  /** Changes with every start. */
  url = '';
  output = '';

  /** Works on a copy of the build, so that a build meanwhile does no harm. */
  constructor(config: string, env: Record<string, string>) {
    cpSync(path.join(root, 'dist'), path.join(this.#folder, 'dist'), { recursive: true });
    copyFileSync(path.join(root, 'host.json'), path.join(this.#folder, 'host.json'));
    writeFileSync(path.join(this.#folder, 'package.json'), '{ "main": "dist/main.cjs" }');
    const configFile = path.join(this.#folder, 'responder.config.yaml');
    writeFileSync(configFile, config);
    this.#env = {
      RESPONDER_CONFIG: configFile,
      LOG_ANALYTICS_WORKSPACE_ID: 'none',
      PORT: '0',
      ...env,
    };
  }

  /** @throws Error with its output when it ends before it is ready */
  async start(): Promise<void> {
    const child = spawn(process.execPath, [path.join(root, 'local/host/main.ts'), this.#folder], {
      env: { PATH: process.env.PATH, ...this.#env },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    this.#child = child;
    let printed = '';
    this.url = await new Promise<string>((resolve, reject) => {
      for (const stream of [child.stdout, child.stderr])
        stream?.on('data', (chunk: Buffer) => {
          this.output += chunk;
          if (process.env.SHOW_HOST) process.stderr.write(chunk);
          printed += chunk;
          const match = /Functions on http:\/\/localhost:(\d+)/.exec(printed);
          if (match) resolve(`http://127.0.0.1:${match[1]}`);
        });
      const fail = (what: string) => reject(new Error(`the host ${what}:\n${printed}`));
      child.once('exit', (code) => fail(`ended with ${code}`));
      setTimeout(() => fail('was not ready within 30 s'), 30_000).unref();
    });
  }

  /** `kill -9`, between any two instructions. */
  async kill(): Promise<void> {
    const child = this.#child;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGKILL');
    await once(child, 'exit');
  }

  async remove(): Promise<void> {
    await this.kill();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  /** All items of `/api/<list>`, however many answers they take. */
  async list<Item>(list: string): Promise<Item[]> {
    const items: Item[] = [];
    for (let url: string | null = `${this.url}/api/${list}`; url; ) {
      const answer = await fetch(url, { signal: AbortSignal.timeout(20_000) });
      if (!answer.ok) throw new Error(`${url} answered ${answer.status}`);
      const page = (await answer.json()) as { items: Item[]; nextLink: string | null };
      items.push(...page.items);
      url = page.nextLink;
    }
    return items;
  }
}
