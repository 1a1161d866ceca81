import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { loadConfig } from '../../../src/lib/config/loadConfig.ts';
import { formatProblem } from '../../../src/lib/config/problem.ts';
import { channelKinds } from '../../../src/lib/notify/channels/registry.ts';

const folder = new URL('../../fixtures/config/', import.meta.url);
const files = readdirSync(folder).filter((file) => file.endsWith('.yaml'));

function linesOf(text: string, file: string): readonly string[] {
  const result = loadConfig(text, file, {}, { development: false });
  return result.ok ? [] : result.problems.map(formatProblem);
}

describe('a file with a mistake', () => {
  it.each(files)('%s is refused with the lines that it announces', (file) => {
    const text = readFileSync(new URL(file, folder), 'utf8');
    const announced = [...text.matchAll(/^# mistake: (.*)$/gm)].map(([, line]) => line);
    expect(announced).not.toEqual([]);
    expect(linesOf(text, file)).toEqual(announced);
  });

  it.each(files)('%s keeps its secrets to itself', (file) => {
    const text = readFileSync(new URL(file, folder), 'utf8');
    expect(linesOf(text, file).join('\n')).not.toMatch(/s3cret|czNjcmV0/);
  });

  it('with five mistakes of shape and of reference gives five lines in one run', () => {
    const text = `
      sites: [{ id: oslo, devices: ["oslo-*"], timeZone: Mars }]
      policy: { offlineAfter: 5 minutes, offlineafter: 5m }
      receivers: { ops: { email: { to: ["ops@plant.example"] }, fallback: ops } }
      routes: [{ match: { sites: [oslo] }, to: [ops, on-call] }]
    `;
    expect(linesOf(text, 'five.yaml')).toEqual([
      'sites[0].timeZone: "Mars" is not a time zone; use an IANA name, like Europe/Oslo',
      'policy.offlineAfter: "5 minutes" is not a duration; use a number and a unit, like 30s, 5m, 4h or 7d, from 1s to 365d',
      'policy.offlineafter: is not a known key; did you mean "offlineAfter"?',
      'receivers.ops.fallback: "ops" is the receiver itself; name another one',
      'routes[0].to[1]: "on-call" is not a receiver; known: ops',
    ]);
  });

  it.each([
    ['no channel', '{}', 'has no channel'],
    [
      'two channels',
      '{ email: { to: ["ops@plant.example"] }, webhook: { url: "https://hooks.example/ops" } }',
      'has email and webhook',
    ],
  ])('names every channel to a receiver with %s', (_, receiver, fault) => {
    const lines = linesOf(`receivers: { ops: ${receiver} }\nroutes: [{ to: [ops] }]`, 'f.yaml');
    const channels = channelKinds.map(({ kind }) => kind).join(', ');
    expect(lines).toEqual([`receivers.ops: ${fault}; use exactly one of ${channels}`]);
  });

  it.each([
    ['a setting', `"$\{SECRET}"`],
    ['a setting within a text', `"https://hooks.example:x/$\{SECRET}"`],
    ['a misspelled key', 'x, sceret: s3cret'],
    ['a list', '[s3cret]'],
  ])('does not show a secret from %s', (_, url) => {
    const text = `receivers: { ops: { webhook: { url: ${url}, secret: s3cret } } }\nroutes: [{ to: [ops] }]`;
    const result = loadConfig(text, 'f', { SECRET: 's3cret' }, { development: false });
    expect(result).toMatchObject({ ok: false });
    expect(JSON.stringify(result)).not.toContain('s3cret');
  });

  it('stays one line for each mistake whatever the value holds', () => {
    const lines = linesOf(
      'receivers: {}\nroutes: []\npolicy: { offlineAfter: "1\\n2", "a\\nb": 1 }',
      'f.yaml',
    );
    expect(lines).toHaveLength(2);
    for (const line of lines) expect(line).not.toContain('\n');
  });
});
