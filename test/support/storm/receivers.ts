import { once } from 'node:events';
import path from 'node:path';
import { startChild } from '../../../local/processChild.ts';

/** One notice as it arrived; a digest is one for each of its incidents. */
export type Heard = {
  readonly receiver: string;
  readonly atMs: number;
  /** `incident.opened` and so on; empty: not one of ours. */
  readonly type: string;
  readonly site: string;
  readonly id: string;
  readonly severity: string;
  readonly over: boolean;
  readonly offline: number;
};

/** Above so many requests a second it answers 429; null: it takes everything. */
export type Limit = { readonly perSecond: number; readonly retryAfterSeconds: number } | null;

/** Webhook receivers in a process of their own, one for each path. */
export class Receivers {
  readonly url: string;
  readonly #stop: () => Promise<unknown>;

  private constructor(url: string, stop: () => Promise<unknown>) {
    this.url = url;
    this.#stop = stop;
  }

  static async start(): Promise<Receivers> {
    const child = startChild({ module: path.join(import.meta.dirname, 'receiverProcess.ts') });
    const [port] = (await once(child.process, 'message')) as [number];
    return new Receivers(`http://127.0.0.1:${port}`, () => child.stop(2_000));
  }

  async heard(): Promise<Heard[]> {
    return (await (await fetch(this.url)).json()) as Heard[];
  }

  async forget(): Promise<void> {
    await fetch(this.url, { method: 'DELETE' });
  }

  async limit(limit: Limit): Promise<void> {
    await fetch(this.url, { method: 'PUT', body: JSON.stringify(limit) });
  }

  async stop(): Promise<void> {
    await this.#stop();
  }
}
