import { describe, expect, it } from 'vitest';
import { loadConfig } from '../../../src/lib/config/loadConfig.ts';
import { ownSite, siteById } from '../../../src/lib/directory/placeOf.ts';
import { devicePolicy, hubPolicy, sitePolicy } from '../../../src/lib/policy/policyFor.ts';

const result = loadConfig(
  `
  sites: [{ id: oslo, devices: ["oslo-*"] }, { id: bergen, devices: ["bergen-*"] }]
  policy: { offlineAfter: 5m, recoveredAfter: 2m, groupWait: 30s }
  overrides:
    - sites: [oslo]
      policy: { offlineAfter: 4m, groupWait: 10s }
    - devices: ["*-gateway"]
      policy: { offlineAfter: 1m, severity: critical }
    - devices: ["*-gateway"]
      sites: [oslo]
      policy: { flapping: off, recoveredAfter: 9m }
  receivers: {}
  routes: []
  `,
  'test.yaml',
  {},
  { development: false },
);
if (!result.ok) throw new Error('the test has a mistake');
const { config } = result;
const oslo = siteById(config, 'oslo');
const bergen = siteById(config, 'bergen');

/** Rules of thirteen overrides, each of one device `dN` and in minutes of its own; the second and third are for `x` too. */
function thirteen(firstMinutes: number) {
  const overrides = Array.from({ length: 13 }, (_, n) => {
    const devices = n === 1 || n === 2 ? `[d${n}, x]` : `[d${n}]`;
    return `{ devices: ${devices}, policy: { offlineAfter: ${firstMinutes + n}m } }`;
  });
  const text = `overrides: [${overrides}]\nreceivers: {}\nroutes: []`;
  const loaded = loadConfig(text, 'test.yaml', {}, { development: false });
  if (!loaded.ok) throw new Error('the test has a mistake');
  return loaded.config;
}

describe('devicePolicy', () => {
  it('is of the overrides that match, whichever of many they are, and of these rules', () => {
    const minutes = [thirteen(10), thirteen(30)].map((rules) =>
      ['d1', 'd12', 'x', 'd2'].map((id) => devicePolicy(rules, ownSite(id), id).offlineAfterMs / 60_000),
    );
    expect(minutes).toEqual([
      [11, 22, 12, 12],
      [31, 42, 32, 32],
    ]);
  });

  it('is the general one where no override matches', () => {
    expect(devicePolicy(config, bergen, 'bergen-press')).toBe(config.policy);
  });

  it('takes the last override that matches, field by field', () => {
    expect(devicePolicy(config, oslo, 'oslo-gateway')).toEqual({
      ...config.policy,
      offlineAfterMs: 60_000,
      groupWaitMs: 10_000,
      recoveredAfterMs: 540_000,
      severity: 'critical',
      flapping: null,
    });
  });

  it('needs both when an override names devices and sites', () => {
    expect(devicePolicy(config, bergen, 'bergen-gateway')).toMatchObject({
      offlineAfterMs: 60_000,
      recoveredAfterMs: 120_000,
    });
  });

  it('keeps a device without a site apart from a configured site of the same id', () => {
    expect(devicePolicy(config, ownSite('oslo'), 'oslo')).toBe(config.policy);
  });

  it('lets no override change a hub as a whole, which is critical and never flaps', () => {
    expect(hubPolicy(config)).toEqual({
      ...config.policy,
      groupWaitMs: 0,
      lateEventGraceMs: 0,
      flapping: null,
      severity: 'critical',
    });
  });

  it('makes one object for all devices of the same overrides', () => {
    const [first, second] = ['oslo-a', 'oslo-b'].map((deviceId) => devicePolicy(config, oslo, deviceId));
    expect(first).not.toBe(config.policy);
    expect(first).toBe(second);
  });
});

describe('sitePolicy', () => {
  it('takes overrides by site alone', () => {
    expect(sitePolicy(config, oslo)).toEqual({
      ...config.policy,
      offlineAfterMs: 240_000,
      groupWaitMs: 10_000,
    });
  });

  it('is that of the device when the device is its own site', () => {
    expect(sitePolicy(config, ownSite('lone-gateway'))).toMatchObject({
      severity: 'critical',
      offlineAfterMs: 60_000,
    });
  });
});
