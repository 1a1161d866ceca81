import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { deviceLink, logsLink, resourceHealthLink } from '../../../src/lib/diagnosis/logs/links.ts';
import { compile } from './kustoLanguage.ts';

const hubResourceId =
  '/SUBSCRIPTIONS/1111/RESOURCEGROUPS/RG-FLEET/PROVIDERS/MICROSOFT.DEVICES/IOTHUBS/HUB-FLEET-01';
const nowMs = Date.parse('2026-03-04T09:20:00Z');
const ask = {
  hubResourceId,
  hubName: 'hub-fleet-01',
  deviceIds: ['a#b?c%d', 'x"y'],
  lostAtMs: nowMs - 300_000,
  nowMs,
};

describe('links', () => {
  it('the logs page holds a readable query for the devices, scoped to the hub', () => {
    const link = logsLink(ask)!;
    const [, hub = '', query = ''] = /resourceId\/([^/]+)\/source\/[^/]+\/q\/([^/]+)$/.exec(link) ?? [];
    expect(decodeURIComponent(hub)).toBe(hubResourceId);
    const text = gunzipSync(Buffer.from(decodeURIComponent(query), 'base64')).toString();
    expect(() => compile(text)).not.toThrow();
    expect(text).toContain('"a#b?c%d",\n    "x\\"y"');
  });

  it('stays short for a thousand devices', () => {
    const deviceIds = Array.from({ length: 1000 }, (_, index) => `oslo-press-${index}`);
    expect(logsLink({ ...ask, deviceIds })!.length).toBeLessThan(2_000);
  });

  it('the device page encodes the id twice, in the path and in the query of that path', () => {
    expect(deviceLink(hubResourceId, 'a#b?c%d')).toContain(
      'deviceId%3Da%2523b%253Fc%2525d/title/a%23b%3Fc%25d/',
    );
  });

  it('there is none before an event told the hub’s resource id', () => {
    expect([
      logsLink({ ...ask, hubResourceId: null }),
      deviceLink(null, 'x'),
      resourceHealthLink(null),
    ]).toEqual([null, null, null]);
  });
});
