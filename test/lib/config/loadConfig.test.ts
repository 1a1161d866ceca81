import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { loadConfig, loadConfigFile } from '../../../src/lib/config/loadConfig.ts';
import { ConfigError, formatProblem } from '../../../src/lib/config/problem.ts';
import type { Rules } from '../../../src/lib/policy/rules.ts';

const sample = new URL('../../../responder.config.yaml', import.meta.url).pathname;
const secret = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
const settings = { ONCALL_WEBHOOK_URL: 'http://127.0.0.1:7072/hooks/on-call', ONCALL_WEBHOOK_SECRET: secret };

const minimal = `
receivers:
  ops: { email: { to: ["ops@plant.example"] } }
routes:
  - to: [ops]
`;

function load(text: string, development = false): Rules {
  const result = loadConfig(text, 'test.yaml', settings, { development });
  if (!result.ok) throw new Error(result.problems.map(formatProblem).join('\n'));
  return result.config;
}

describe('the sample file', () => {
  it('works locally as it is', async () => {
    const config = await loadConfigFile(sample, settings, { development: true });
    expect(config.receivers.get('on-call')?.channel).toEqual({
      kind: 'webhook',
      url: settings.ONCALL_WEBHOOK_URL,
      secret,
    });
    expect(config.routes.map(({ to }) => to)).toEqual([['oslo-operators'], ['on-call']]);
  });

  it('spells out the defaults', async () => {
    const { policy, delivery } = await loadConfigFile(sample, settings, { development: true });
    const defaults = load(minimal);
    expect({ policy, delivery }).toEqual({ policy: defaults.policy, delivery: defaults.delivery });
  });

  it('with a loopback address is refused in a deployment', async () => {
    await expect(loadConfigFile(sample, settings, { development: false })).rejects.toThrow(
      /^receivers\.on-call\.webhook\.url: "\$\{ONCALL_WEBHOOK_URL\}" is not encrypted; use https:/,
    );
  });
});

describe('loadConfig', () => {
  it('fills in every default', () => {
    expect(load(minimal)).toMatchObject({
      sites: [],
      sitePattern: null,
      policy: {
        offlineAfterMs: 300_000,
        recoveredAfterMs: 120_000,
        groupWaitMs: 30_000,
        groupIntervalMs: 300_000,
        remindEveryMs: 14_400_000,
        siteDown: 0.5,
        lateEventGraceMs: 90_000,
        flapping: { windowMs: 1_200_000, startAt: 0.3, stopAt: 0.2 },
        diagnosisBudgetMs: 20_000,
        severity: null,
      },
      overrides: [],
      routes: [
        {
          match: { sites: null, devices: null, hubs: null, severity: null },
          per: 'site',
          to: ['ops'],
          final: false,
        },
      ],
      delivery: {
        timeoutMs: 10_000,
        retryFirstMs: 5_000,
        retryMaxMs: 900_000,
        giveUpAfterMs: 86_400_000,
      },
      catalogue: { codes: {}, causes: {} },
    });
  });

  it('takes a key without a value as left out', () => {
    const text = `${minimal}policy:\nsites:\noverrides:\n  - devices: ["a-*"]\n    sites:\n    policy: { severity: info }\n`;
    expect(load(text)).toMatchObject({
      policy: load(minimal).policy,
      sites: [],
      overrides: [{ devices: ['a-*'], sites: null, policy: { severity: 'info' } }],
    });
  });

  it.each(['off', 'false', '"off"'])('switches flapping off with %s', (written) => {
    expect(load(`${minimal}policy: { flapping: ${written} }`).policy.flapping).toBeNull();
  });

  it('completes the flapping of an override from the general one', () => {
    const config = load(`
      policy: { flapping: { window: 10m, startAt: 60%, stopAt: 40% } }
      overrides: [{ devices: ["a-*"], policy: { flapping: { startAt: 50% } } }]
      ${minimal.replaceAll('\n', '\n      ')}`);
    expect(config.overrides[0]?.policy).toEqual({
      flapping: { windowMs: 600_000, startAt: 0.5, stopAt: 0.4 },
    });
  });

  it('completes the delivery of a receiver from the general one', () => {
    const config = load(`
      delivery: { timeout: 3s, retryMax: 2s }
      receivers: { ops: { email: { to: ["ops@plant.example"] }, delivery: { timeout: 1s } } }
      routes: []`);
    expect(config.receivers.get('ops')?.delivery).toEqual({
      timeoutMs: 1_000,
      retryFirstMs: 2_000,
      retryMaxMs: 2_000,
      giveUpAfterMs: 86_400_000,
    });
  });

  it('accepts no routes when the file says so', () => {
    expect(load('receivers: {}\nroutes: []').routes).toEqual([]);
  });

  it('lets a pattern bring sites that are not listed', () => {
    const config = load(`
      sitePattern: "^(?<site>[a-z]+)-"
      receivers: { ops: { email: { to: ["ops@plant.example"] } } }
      routes: [{ match: { sites: [bergen] }, to: [ops] }]`);
    expect(config.sitePattern?.exec('bergen-press-01')?.groups?.site).toBe('bergen');
  });

  it('fills settings into any text and leaves $${ as ${', () => {
    const config = load(`
      sites: [{ id: oslo, name: "$\${plant} \${ONCALL_WEBHOOK_SECRET}", devices: ["oslo-*"] }]
      receivers: {}
      routes: []`);
    expect(config.sites[0]?.name).toBe(`\${plant} ${secret}`);
  });

  it('keeps own words for codes and causes', () => {
    const config = load(`${minimal}
diagnosis:
  catalogue:
    codes: { 404104: { name: Line cut, steps: [Call the plant] } }
    causes: { siteUplink: { meaning: The router again } }`);
    expect(config.catalogue).toEqual({
      codes: { 404104: { name: 'Line cut', steps: ['Call the plant'] } },
      causes: { siteUplink: { meaning: 'The router again' } },
    });
  });

  it.each([
    ['http', 'http://hooks.example/a'],
    ['loopback', 'http://localhost:7072/hooks/a'],
    ['private', 'https://192.168.0.7/a'],
  ])('accepts %s addresses in a local run alone', (_, url) => {
    const text = `receivers: { ops: { webhook: { url: "${url}" } } }\nroutes: [{ to: [ops] }]`;
    expect(load(text, true).receivers.get('ops')?.channel).toEqual({ kind: 'webhook', url, secret: null });
    expect(() => load(text)).toThrow('receivers.ops.webhook.url');
  });

  it.each([24, 64])('accepts a signing secret of %i bytes', (length) => {
    const secret = `whsec_${Buffer.alloc(length, 200).toString('base64')}`;
    const text = `receivers: { ops: { webhook: { url: "https://hooks.example", secret: ${secret} } } }\nroutes: []`;
    expect(load(text).receivers.get('ops')?.channel).toMatchObject({ secret });
  });

  it.each([23, 65])('refuses a signing secret of %i bytes', (length) => {
    const secret = `whsec_${Buffer.alloc(length, 200).toString('base64')}`;
    const text = `receivers: { ops: { webhook: { url: "https://hooks.example", secret: ${secret} } } }\nroutes: []`;
    expect(() => load(text)).toThrow('receivers.ops.webhook.secret');
  });

  it('answers whatever it is given', () => {
    const mutated = fc
      .tuple(fc.nat(minimal.length), fc.nat(8), fc.string({ maxLength: 8 }))
      .map(([at, cut, put]) => minimal.slice(0, at) + put + minimal.slice(at + cut));
    fc.assert(
      fc.property(fc.oneof(fc.string(), mutated, fc.json()), (text) => {
        const result = loadConfig(text, 'f.yaml', {}, { development: false });
        expect(result.ok || result.problems.length > 0).toBe(true);
      }),
      { numRuns: 500 },
    );
  });
});

describe('hash', () => {
  it('is the same for another spelling of the same meaning', () => {
    const respelled = `
      # a comment
      routes: [{ match: {}, per: site, to: [ops], final: false }]
      policy: { offlineAfter: 300s }
      receivers: { ops: { email: { to: [ops@plant.example] } } }`;
    expect(load(respelled).version.hash).toBe(load(minimal).version.hash);
  });

  it.each([
    ['a hold', 'policy: { offlineAfter: 6m }'],
    ['an override', 'overrides: [{ devices: ["*"], policy: { offlineAfter: 6m } }]'],
    ['a pattern', 'sitePattern: "^(?<site>[a-z]+)"'],
    ['a site', 'sites: [{ id: a, devices: ["a"] }]'],
  ])('changes with %s', (_, addition) => {
    expect(load(`${minimal}${addition}`).version.hash).not.toBe(load(minimal).version.hash);
  });
});

describe('loadConfigFile', () => {
  it('names a file that is not there', async () => {
    const loading = loadConfigFile('/nowhere/responder.config.yaml', {}, { development: false });
    await expect(loading).rejects.toBeInstanceOf(ConfigError);
    await expect(loading).rejects.toThrow(
      '/nowhere/responder.config.yaml: cannot be read (ENOENT); point RESPONDER_CONFIG at the configuration file',
    );
  });
});
