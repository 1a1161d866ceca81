import type { Config } from '../../src/lib/config/config.ts';
import { loadConfig } from '../../src/lib/config/loadConfig.ts';

/** A configuration from its text; a mistake in it fails the test with the list of problems. */
export function configOf(text: string): Config {
  const result = loadConfig(text, 'test.yaml', {}, { development: true });
  if (!result.ok) throw new Error(JSON.stringify(result.problems, null, 2));
  return result.config;
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
