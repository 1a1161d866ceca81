import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const root = path.resolve(import.meta.dirname, '../../..');

export type Call = {
  name: string;
  input: unknown;
  metadata?: Record<string, unknown>;
};

export type FixtureHost = {
  readonly url: string;
  readonly process: ChildProcess;
  /** Everything printed so far, both streams. */
  output(): string;
  /** The recorded invocations of one function. */
  calls(name: string): Promise<Call[]>;
  /** Waits until `count` invocations of a function are recorded. */
  callsOf(name: string, count: number): Promise<Call[]>;
  exitCode(): Promise<number | null>;
};

/** Runs test/fixtures/app in the local host on a free port, as a child that ends with the test run. */
export async function startFixtureHost(env: Record<string, string>): Promise<FixtureHost> {
  const child = spawn(
    process.execPath,
    [path.join(root, 'local/host/main.ts'), path.join(root, 'test/fixtures/app')],
    {
      env: { ...process.env, PORT: '0', ...env },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    },
  );
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk) => (output += chunk));
  const exited = once(child, 'exit').then(([code]) => code as number | null);
  const url = await new Promise<string>((resolve) => {
    child.stdout?.on('data', () => {
      const match = /Functions on (\S+)/.exec(output);
      if (match) resolve(match[1]!.replace('localhost', '127.0.0.1'));
    });
    void exited.then(() => resolve(''));
  });
  const host: FixtureHost = {
    url,
    process: child,
    output: () => output,
    exitCode: () => exited,
    async calls(name) {
      const all = (await (await fetch(`${url}/api/calls`)).json()) as Call[];
      return all.filter((call) => call.name === name);
    },
    async callsOf(name, count) {
      for (let attempt = 0; attempt < 100; attempt++) {
        const calls = await host.calls(name);
        if (calls.length >= count) return calls;
        await sleep(50);
      }
      throw new Error(`${name} was not called ${count} times:\n${output}`);
    },
  };
  return host;
}
