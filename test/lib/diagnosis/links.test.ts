import { randomBytes, randomUUID } from 'node:crypto';
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

const queryIn = (link: string) => {
  const [, query = ''] = /\/source\/[^/]+\/q\/([^/]+)$/.exec(link) ?? [];
  return gunzipSync(Buffer.from(decodeURIComponent(query), 'base64')).toString();
};

describe('links', () => {
  it('the logs page holds a readable query for the devices, scoped to the hub', () => {
    const link = logsLink(ask)!;
    const [, hub = ''] = /resourceId\/([^/]+)\//.exec(link) ?? [];
    expect(decodeURIComponent(hub)).toBe(hubResourceId);
    const text = queryIn(link);
    expect(() => compile(text)).not.toThrow();
    expect(text).toContain('"a#b?c%d",\n    "x\\"y"');
  });

  it.each([
    ['a thousand devices', Array.from({ length: 1000 }, (_, index) => `oslo-press-${index}`)],
    ['fifty GUIDs', Array.from({ length: 50 }, () => randomUUID())],
    ['ten long ids', Array.from({ length: 10 }, () => randomBytes(64).toString('hex'))],
  ])('stays short enough for mail programs with %s, and then asks for the whole hub', (_, deviceIds) => {
    const longHub = hubResourceId.replace('RG-FLEET', 'R'.repeat(90));
    const link = logsLink({ ...ask, hubResourceId: longHub, deviceIds })!;
    expect(link.length).toBeLessThanOrEqual(2_000);
    const text = queryIn(link);
    expect(() => compile(text)).not.toThrow();
    expect(text).toContain(`// ${deviceIds.length} devices are affected`);
    expect(text).toContain('hub-fleet-01');
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
