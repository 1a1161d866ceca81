import type { App } from '../lib/app/app.ts';

/**
 * The app of this instance, which is loaded for the first invocation, like the work of each function. Functions are then
 * registered sooner, and an instance that Flex Consumption gives to some of them loads nothing of the others.
 *
 * @param maxAgeMs how old the look at the configuration may be
 */
export async function app(maxAgeMs?: number): Promise<App> {
  const created = await import('../lib/app/createApp.ts');
  return created.app(maxAgeMs);
}
