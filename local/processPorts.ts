import { once } from 'node:events';
import { createServer } from 'node:net';

/**
 * The port that a setting names, if it is free on 127.0.0.1.
 * @throws Error naming the setting, its value and what is accepted
 */
export async function freePort(
  setting: string,
  value: string | undefined,
  fallback: number,
): Promise<number> {
  const port = Number(value || fallback);
  if (!Number.isInteger(port) || port < 1 || port > 65_535) {
    throw new Error(`${setting}=${value}: use a port between 1 and 65535`);
  }
  const server = createServer().listen(port, '127.0.0.1');
  try {
    await once(server, 'listening');
  } catch (cause) {
    const inUse = (cause as NodeJS.ErrnoException).code === 'EADDRINUSE';
    const what = inUse ? 'is in use' : `cannot be opened (${(cause as Error).message})`;
    throw new Error(`port ${port} ${what}: set ${setting} to another one`, { cause });
  }
  server.close();
  await once(server, 'close');
  return port;
}
