import { readdirSync } from 'node:fs';
import { describe, expect, it, vi } from 'vitest';
import {
  channelKinds,
  channelOf,
  openChannels,
  shownSetting,
} from '../../../../src/lib/notify/channels/registry.ts';
import { webhook } from '../../../../src/lib/notify/channels/webhook/channel.ts';
import { configOf } from '../../../support/configOf.ts';
import { message, nowMs } from '../renderMessages.ts';

const none = { setting: () => null, addresses: () => ({ development: true, allowHosts: [] }) };
const config = configOf(`
receivers:
  operators: { email: { to: [ops@oslo.example] } }
  on-call: { webhook: { url: "http://127.0.0.1:9/k3y" } }
routes: []`);

describe('every kind of channel', () => {
  it('has the folder of its name, and every folder is registered', () => {
    const folder = new URL('../../../../src/lib/notify/channels/', import.meta.url);
    const folders = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory());
    expect(folders.map(({ name }) => name).sort()).toEqual(channelKinds.map(({ kind }) => kind).sort());
  });

  const rules = { development: false, allowHosts: [] };
  const standIns = channelKinds.flatMap((each) =>
    Object.entries(each.standIns).map(
      ([field, standIn]) => [each.kind, field, each, standIn('NAME', 'name.example')] as const,
    ),
  );
  it.each(standIns)('%s accepts what stands in for %s', (_, field, each, written) => {
    // A field that takes a list is given one.
    const faults = [written, [written]].map((value) =>
      (each.section(rules).safeParse({ [field]: value }).error?.issues ?? []).filter(
        ({ path }) => path[0] === field,
      ),
    );
    expect(faults).toContainEqual([]);
  });
});

describe('openChannels', () => {
  it.each([
    ['operators', 'email is not set up'],
    ['on-call', 'ECONNREFUSED'],
  ])('sends to %s by the channel of its kind', async (name, error) => {
    const result = await openChannels(none).send(message(), config.receivers.get(name)!, nowMs);
    expect(result).toMatchObject({ error: expect.stringContaining(error) });
  });

  it('refuses a kind that nobody registered', async () => {
    const receiver = { ...config.receivers.get('on-call')!, channel: { kind: 'pigeon' } };
    await expect(openChannels(none).send(message(), receiver, nowMs)).rejects.toThrow('pigeon');
  });
});

describe('handles', () => {
  const receiver = {
    ...config.receivers.get('on-call')!,
    channel: { kind: 'webhook', url: 'x', secret: null },
  };

  it('of another kind are kept from a channel: the receiver was reached in another way before', async () => {
    const given: unknown[] = [];
    const spy = vi.spyOn(webhook, 'open').mockReturnValue({
      send: async (_message, _receiver, _nowMs, handle) => {
        given.push(handle);
        return { kind: 'sent' };
      },
    });
    const channels = openChannels(none);
    await channels.send(message(), receiver, nowMs, { kind: 'webhook', n: 1 });
    await channels.send(message(), receiver, nowMs, { kind: 'slack', ts: '1' });
    await channels.send(message(), receiver, nowMs);
    expect(given).toEqual([{ kind: 'webhook', n: 1 }, null, null]);
    spy.mockRestore();
  });

  it('that are too long to be kept leave the one before', async () => {
    const spy = vi.spyOn(webhook, 'open').mockReturnValue({
      send: async () => ({ kind: 'sent', handle: { kind: 'webhook', text: 'x'.repeat(5_000) } }),
    });
    expect(await openChannels(none).send(message(), receiver, nowMs)).toEqual({ kind: 'sent' });
    spy.mockRestore();
  });
});

it('a receiver without a channel is a fault of the checks', () => {
  expect(() => channelOf({ email: undefined, fallback: 'x' }, {})).toThrow('without a channel');
});

it.each([
  ['email', 'to', 'ops@oslo.example', 'ops@oslo.example'],
  ['webhook', 'url', 'https://hooks.example:8443/k3y?code=k3y', 'https://hooks.example:8443/…'],
  ['webhook', 'url', 'k3y', null],
  ['webhook', 'secret', 'whsec_k3y', null],
  ['webhook', 'to', 'k3y', null],
  ['pagerduty', 'routingKey', 'k3y', null],
  ['pagerduty', 'formerKeys', 'k3y, k3y', null],
  ['slack', 'botToken', 'xoxb-k3y', null],
  ['slack', 'webhookUrl', 'https://hooks.slack.com/services/k3y', 'https://hooks.slack.com/…'],
  ['slack', 'channel', 'C0123ABCD', 'C0123ABCD'],
  ['pigeon', 'to', 'k3y', null],
])('of %s.%s = %s is shown: %s', (kind, field, text, shown) => {
  expect(shownSetting(kind, field, text)).toBe(shown);
});
