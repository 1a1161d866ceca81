import path from 'node:path';
import { AppStartError } from './loadApp.ts';
import { PortInUseError, type RunningHost, startHost } from './startHost.ts';

const root = path.resolve(process.argv[2] ?? path.join(import.meta.dirname, '../..'));
const { env } = process;
env.AZURE_FUNCTIONS_ENVIRONMENT ??= 'Development';
process.setSourceMapsEnabled(true);

// The real host loses its worker here and starts another; the local one ends, so that nobody overlooks it.
process.on('unhandledRejection', (reason) => crash('unhandled rejection', reason));
process.on('uncaughtException', (error) => crash('uncaught exception', error));

for (const event of ['SIGTERM', 'SIGINT', 'disconnect']) process.on(event, () => void stop());

let host: RunningHost | undefined;
let stopping = false;
try {
  host = await startHost({ root, port: Number(env.PORT ?? 7071), env });
  console.log(`Functions on ${host.url}`);
} catch (error) {
  // As under the real host, an app whose start hook throws has to say itself why.
  if (!(error instanceof AppStartError))
    console.error(error instanceof PortInUseError ? error.message : error);
  process.exit(1);
}

async function stop(): Promise<void> {
  if (stopping) return;
  stopping = true;
  await host?.stop();
  process.exit(0);
}

function crash(what: string, reason: unknown): never {
  console.error(`${what}:`, reason);
  process.exit(1);
}
