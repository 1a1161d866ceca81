// `npm start`: builds, starts storage, the local cloud and the functions, and plays the demonstration unless
// RESPONDER_CONFIG names a configuration to serve.
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type RunningAzurite, startAzurite } from './azurite.ts';
import { type RunningLocalCloud, startLocalCloud } from './cloud/localCloud.ts';
import { readLocalSettings } from './host/hostSettings.ts';
import { localSettings, settingsIn } from './localSettings.ts';
import { type Child, startChild } from './processChild.ts';
import { freePort } from './processPorts.ts';

const startedAtMs = performance.now();
const root = path.resolve(import.meta.dirname, '..');
const hostGraceMs = 8_000;
const readyWithinMs = 60_000;

let azurite: RunningAzurite | undefined;
let cloud: RunningLocalCloud | undefined;
let host: Child | undefined;
let certificatesFolder: string | undefined;
let ending = false;

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => void end(0));
if (process.env.npm_lifecycle_event !== undefined) endWithParent(process.ppid);

try {
  await start();
} catch (error) {
  if (!ending) console.error((error as Error).message);
  await end(1);
}

async function start(): Promise<void> {
  const env = readEnv();
  const port = await freePort('PORT', env.PORT, 7071);
  const cloudPort = await freePort('LOCAL_CLOUD_PORT', env.LOCAL_CLOUD_PORT, 7072);
  const smtpPort =
    env.LOCAL_SMTP_PORT === undefined
      ? { wishedSmtpPort: 7025 }
      : { smtpPort: await freePort('LOCAL_SMTP_PORT', env.LOCAL_SMTP_PORT, 7025) };

  if (env.RESPONDER_CONFIG) await checkConfig(env.RESPONDER_CONFIG, env, port, cloudPort);
  const build = startChild({ module: path.join(root, 'build.mjs') });
  const needsAzurite =
    !env.AzureWebJobsStorage && !Object.keys(env).some((name) => name.startsWith('AzureWebJobsStorage__'));
  [cloud, azurite] = await Promise.all([
    startLocalCloud({
      port: cloudPort,
      ...smtpPort,
      hostUrl: `http://127.0.0.1:${port}`,
      storage: () => env.AzureWebJobsStorage ?? azurite?.connectionString,
      ...accessKeyIn(env.COMMUNICATION_SERVICES_CONNECTION_STRING),
    }),
    needsAzurite ? startAzurite(env.LOCAL_DATA) : undefined,
  ]);
  void azurite?.exited.then((code) => end(code || 1));
  const buildCode = await build.exited;
  if (buildCode !== 0) return end(buildCode);
  if (ending) return;

  const plays = env.RESPONDER_CONFIG === undefined;
  host = startChild({
    module: path.join(root, 'local/host/main.ts'),
    env: {
      // The functions' own lines would bury the story that the demonstration tells.
      ...(plays && {
        AzureFunctionsJobHost__logging__logLevel__default: 'Warning',
        'AzureFunctionsJobHost__logging__logLevel__Function.receiveConnectionEvent.User': 'Warning',
      }),
      ...localSettings(env, {
        port,
        cloudUrl: cloud.url,
        logsUrl: cloud.logsUrl,
        topicsUrl: cloud.topicsUrl,
        smtpPort: cloud.smtpPort,
        emailAccessKey: cloud.accessKey,
        certificatesFile: writeCertificates(cloud.certificatePem, env.NODE_EXTRA_CA_CERTS),
        storage: azurite?.connectionString,
        demoConfig: path.join(root, 'local/demo.config.yaml'),
      }),
    },
  });
  void host.exited.then((code) => end(code));
  if (!env.LOG_ANALYTICS_WORKSPACE_ID) void warmLogs();

  const hostUrl = `http://127.0.0.1:${port}`;
  await healthy(hostUrl);
  if (ending) return;
  const seconds = ((performance.now() - startedAtMs) / 1000).toFixed(1);
  console.log(
    `Ready after ${seconds} s: functions on http://localhost:${port}, inbox on http://localhost:${cloudPort}`,
  );
  if (plays) {
    const { playDemo } = await import('./demo.ts');
    await playDemo({ hostUrl, cloudUrl: cloud.url, log: (line) => console.log(line) });
  }
}

/** The environment, completed from local.settings.json; its development storage is the Azurite that is started here. */
function readEnv(): Record<string, string> {
  const { AzureWebJobsStorage = '', ...rest } = readLocalSettings(root);
  const storage = AzureWebJobsStorage.startsWith('UseDevelopmentStorage') ? '' : AzureWebJobsStorage;
  return settingsIn({ AzureWebJobsStorage: storage, ...rest, ...settingsIn(process.env) });
}

/** Mistakes in a file are told at once, before anything is started. What is in a blob is the app's to read. */
async function checkConfig(
  where: string,
  env: Record<string, string>,
  port: number,
  cloudPort: number,
): Promise<void> {
  const [{ parseConfigLocation }, { loadConfigFile }] = await Promise.all([
    import('../src/lib/config/configLocation.ts'),
    import('../src/lib/config/loadConfig.ts'),
  ]);
  const location = parseConfigLocation(where);
  if (location.kind !== 'file') return;
  const settings = localSettings(env, {
    port,
    cloudUrl: `http://127.0.0.1:${cloudPort}`,
    logsUrl: '',
    topicsUrl: '',
    smtpPort: 0,
    emailAccessKey: '',
    certificatesFile: '',
    storage: undefined,
    demoConfig: '',
  });
  await loadConfigFile(location.path, settings, { development: true });
}

/** A connection string that is set may name the local cloud, which then has to take its key. */
function accessKeyIn(connectionString = ''): { accessKey?: string } {
  const accessKey = /accesskey=([^;]+)/i.exec(connectionString)?.[1];
  return accessKey === undefined ? {} : { accessKey };
}

/** One file for NODE_EXTRA_CA_CERTS: the local cloud's certificate beside those that are trusted already. */
function writeCertificates(certificatePem: string, trustedFile: string | undefined): string {
  certificatesFolder = mkdtempSync(path.join(tmpdir(), 'responder-'));
  const file = path.join(certificatesFolder, 'certificates.pem');
  writeFileSync(
    file,
    `${certificatePem}\n${trustedFile && existsSync(trustedFile) ? readFileSync(trustedFile, 'utf8') : ''}`,
  );
  return file;
}

/** The first query waits 1.5 s for Microsoft's parser: more than a short `diagnosisBudget` has to spare. */
async function warmLogs(): Promise<void> {
  const { evaluateQuery } = await import('./cloud/kql/evaluate.ts');
  evaluateQuery('Nothing', { Nothing: { columns: [], rows: [] } }, Date.now());
}

async function healthy(hostUrl: string): Promise<void> {
  const untilMs = Date.now() + readyWithinMs;
  while (!ending && Date.now() < untilMs) {
    const status = await fetch(`${hostUrl}/api/health`).then(
      (response) => response.status,
      () => 0,
    );
    if (status === 200) return;
    await sleep(100);
  }
  if (!ending) throw new Error(`${hostUrl}/api/health did not answer 200 within ${readyWithinMs / 1000} s`);
}

/** A parent that is killed cannot pass a signal on. */
function endWithParent(parent: number): void {
  setInterval(() => {
    if (process.ppid !== parent) void end(0);
  }, 250).unref();
}

/** Ends the host first, because it finishes its work with the help of the others. */
async function end(code: number): Promise<void> {
  if (ending) return;
  ending = true;
  await host?.stop(hostGraceMs);
  await Promise.allSettled([cloud?.close(), azurite?.stop()]);
  if (certificatesFolder) rmSync(certificatesFolder, { recursive: true, force: true });
  process.exit(code);
}
