import { type ChildProcess, fork } from 'node:child_process';

type ChildOptions = {
  readonly module: string;
  readonly args?: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
  /** `inherit` shows what the child prints; `pipe` leaves it to the caller, standard error is always shown. */
  readonly stdout?: 'inherit' | 'pipe';
};

export type Child = {
  readonly process: ChildProcess;
  /** The exit code; 128 and more after a signal, as in a shell. */
  readonly exited: Promise<number>;
  /** Lets go of the child, which then ends itself; kills it when it has not ended after `graceMs`. */
  stop(graceMs: number): Promise<number>;
};

/**
 * Starts a Node.js module as a child in this process group. The channel between the two is the child's lifeline: it
 * ends when the channel closes, which also happens when this process is killed.
 */
export function startChild({
  module,
  args = [],
  env = process.env,
  stdout = 'inherit',
}: ChildOptions): Child {
  const child = fork(module, args, { env, execArgv: [], stdio: ['ignore', stdout, 'inherit', 'ipc'] });
  const exited = new Promise<number>((resolve) => {
    child.once('exit', (code) => resolve(code ?? 137));
    child.once('error', () => resolve(1));
  });
  return {
    process: child,
    exited,
    async stop(graceMs) {
      if (child.connected) child.disconnect();
      const timer = setTimeout(() => child.kill('SIGKILL'), graceMs);
      return exited.finally(() => clearTimeout(timer));
    },
  };
}
