import { loadConfig } from '../../src/lib/config/loadConfig.ts';
import type { Rules } from '../../src/lib/policy/rules.ts';

/**
 * A configuration from its text; a mistake in it fails the test with the list of problems.
 * @param atMs when this version began
 */
export function configOf(text: string, atMs = 0): Rules {
  const result = loadConfig(text, 'test.yaml', {}, { development: true });
  if (!result.ok) throw new Error(JSON.stringify(result.problems, null, 2));
  const { hash } = result.config.version;
  return { ...result.config, version: { atMs, hash } };
}

/** One site `oslo`, its operators told per site, everybody's defaults. */
export const osloConfig = `
sites:
  - { id: oslo, name: Oslo plant, timeZone: Europe/Oslo, devices: ["oslo-*"] }
receivers:
  operators: { email: { to: ["ops@oslo.example"] } }
routes:
  - { match: {}, per: site, to: [operators] }
`;
