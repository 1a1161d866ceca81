import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { checkBindings } from './bindings.ts';
import { createEventGridEndpoint, eventGridPath } from './eventGridEndpoint.ts';
import { eventHubsPath, startEventHubs } from './eventHubTriggers.ts';
import { createFunctionLog } from './functionLog.ts';
import { readHostSettings, readLocalSettings } from './hostSettings.ts';
import { sendAnswer } from './httpAnswer.ts';
import { createHttpEndpoint } from './httpEndpoint.ts';
import { createInvoke, triggerOf } from './invoke.ts';
import { loadApp } from './loadApp.ts';
import { listenToQueues } from './queueTriggers.ts';
import { BodyTooLargeError } from './readBody.ts';
import { startTimer } from './timerTrigger.ts';

/** The platform's own limit (`FUNCTIONS_REQUEST_BODY_SIZE_LIMIT`). */
const defaultBodyLimitBytes = 104_857_600;
const graceMs = 4_000;

type HostOptions = {
  /** The folder of host.json and package.json. */
  readonly root: string;
  /** 0 takes a free one. */
  readonly port: number;
  /** Settings, read and completed from local.settings.json; the app itself reads `process.env`. */
  readonly env: Record<string, string | undefined>;
};

export type RunningHost = {
  readonly url: string;
  /** Takes no more work, lets what is under way finish for some seconds, and gives the rest back to its queues. */
  stop(): Promise<void>;
};

/** Another program listens on the port. */
export class PortInUseError extends Error {
  override readonly name = 'PortInUseError';
}

/**
 * Runs the functions app at `root` on 127.0.0.1 with real triggers: Event Grid webhook, storage queues, timers, HTTP, and
 * event hubs that are kept in memory.
 * One app a process.
 * @throws AppStartError, PortInUseError, and Error for an app or a binding that cannot run here
 */
export async function startHost({ root, port, env }: HostOptions): Promise<RunningHost> {
  for (const [name, value] of Object.entries(readLocalSettings(root))) env[name] ??= value;
  const settings = readHostSettings(root, env);
  const log = createFunctionLog(settings.logLevels);
  const app = await loadApp(root, (level, message) => log(level, 'host', message));
  const { functions } = app.core;
  checkBindings(functions);

  const invoke = createInvoke(app, log, settings.functionTimeoutMs);
  const eventGrid = createEventGridEndpoint(functions, invoke);
  const eventHubs = startEventHubs(functions, invoke, settings.eventHubBatchSize);
  const http = createHttpEndpoint(functions, invoke, settings.routePrefix);
  const bodyLimitBytes = Number(env.FUNCTIONS_REQUEST_BODY_SIZE_LIMIT ?? defaultBodyLimitBytes);

  // As in Azure: the host's own page stands before a route of the app unless it is switched off.
  const hasHome = env.AzureWebJobsDisableHomepage === 'true';

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = URL.parse(request.url ?? '/', `http://${request.headers.host ?? 'localhost'}`);
    if (!url) sendAnswer(response, { status: 400 });
    else if (url.pathname.toLowerCase() === eventGridPath) {
      sendAnswer(response, await eventGrid(request, url, bodyLimitBytes));
    } else if (url.pathname.startsWith(eventHubsPath)) {
      sendAnswer(response, await eventHubs.take(request, url, bodyLimitBytes));
    } else if (url.pathname === '/' && request.method === 'GET' && !hasHome) {
      const names = functions.map(({ metadata }) => `  ${metadata.name}\n`).join('');
      sendAnswer(response, {
        status: 200,
        headers: { 'content-type': 'text/plain' },
        body: `Functions:\n${names}`,
      });
    } else await http(request, response, url, bodyLimitBytes);
  }

  const server = createServer((request, response) => {
    serve(request, response).catch((error: unknown) => {
      const tooLarge = error instanceof BodyTooLargeError;
      if (!request.destroyed && !tooLarge)
        log('error', 'host', `${request.method} ${request.url}: ${String(error)}`);
      request.resume();
      if (response.headersSent) response.destroy();
      else sendAnswer(response, { status: tooLarge ? 413 : 500, headers: { connection: 'close' } });
    });
  });
  await listen(server, port);
  const listeners = await listenToQueues(functions, invoke, settings.queues, log, env);
  const timers = functions.flatMap((registered) => {
    const binding = triggerOf(registered)[1] as { type: string; schedule?: string };
    if (binding.type.toLowerCase() !== 'timertrigger') return [];
    return [startTimer({ registered, schedule: binding.schedule ?? '', invoke })];
  });

  return {
    url: `http://localhost:${(server.address() as AddressInfo).port}`,
    async stop() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeIdleConnections();
      const finished = Promise.all([closed, ...timers.map((timer) => timer.stop())]);
      await Promise.all([
        Promise.race([finished, sleep(graceMs, undefined, { ref: false })]),
        ...listeners.map((listener) => listener.stop(graceMs)),
        eventHubs.stop(graceMs),
      ]);
      server.closeAllConnections();
    },
  };
}

async function listen(server: Server, port: number): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      reject(
        error.code === 'EADDRINUSE'
          ? new PortInUseError(`port ${port} is in use: set PORT to another one`, { cause: error })
          : error,
      ),
    );
    server.listen(port, '127.0.0.1', resolve);
  });
}
