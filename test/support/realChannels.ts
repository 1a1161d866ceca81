import { afterAll, beforeAll, beforeEach } from 'vitest';
import { type RunningLocalCloud, startLocalCloud } from '../../local/cloud/localCloud.ts';
import { openChannels } from '../../src/lib/notify/channels/registry.ts';
import type { Instance } from './instance.ts';

/** A call to a stand-in, as its list shows it. */
export type Call<Body> = { readonly name: string; readonly body: Body; readonly status: number };

/** The local cloud as what the product's own channels call, for the stories of a file. */
export function useChannels(kind: 'slack' | 'pagerduty') {
  let cloud: RunningLocalCloud;
  const request = (method: string, path: string, body?: object, headers: Record<string, string> = {}) =>
    fetch(`${cloud.url}${path}`, {
      method,
      headers: { 'content-type': 'application/json', ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  beforeAll(async () => {
    cloud = await startLocalCloud({ port: 0 });
  });
  beforeEach(() => request('DELETE', `/${kind}`));
  afterAll(() => cloud.close());
  return {
    request,
    behaves: (behaviour: object) => request('PUT', `/${kind}/behaviour`, behaviour),
    /** Oldest first. */
    calls: async <Body>(): Promise<Call<Body>[]> => {
      const { items } = (await (await request('GET', `/${kind}`)).json()) as { items: Call<Body>[] };
      return items.reverse();
    },
    /** The instance sends by the real channels, with these application settings. */
    connect: (one: Instance, settings: Readonly<Record<string, string>> = {}): void => {
      const channels = openChannels({
        setting: (name) => (name === 'LOCAL_RECEIVERS' ? cloud.url : (settings[name] ?? null)),
        addresses: () => ({ development: false, allowHosts: [] }),
      });
      one.answer = (message) =>
        channels.send(
          message,
          one.app.rules.receivers.get(message.receiver)!,
          one.nowMs,
          one.handles.at(-1) ?? null,
        );
    },
  };
}
