import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { QueueServiceClient } from '@azure/storage-queue';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Command } from '../../infra/azd/command.ts';
import { type RunningAzurite, startAzurite } from '../../local/azurite.ts';
import { queueNames } from '../../src/lib/store/queues.ts';
import type { Finding } from '../../tools/doctor/finding.ts';
import { runDoctor } from '../../tools/doctor/runDoctor.ts';
import { eventually } from './eventually.ts';
import { freePorts, Installation } from './installation.ts';
import { Plant } from './plant.ts';
import type { Product } from './product.ts';
import { Receivers } from './receivers.ts';
import { shortPolicy, sitesNamed } from './stage.ts';

let azurite: RunningAzurite;
let installation: Installation;
let product: Product;
let people: Receivers;
let env: Record<string, string>;

/** A storage account at which the identity has no role. */
let refusing: { readonly url: string; close(): void };

const noAzure: Command = async () => ({ ok: false, said: '', complained: 'az is not installed' });

beforeAll(async () => {
  [azurite, people] = await Promise.all([startAzurite(), Receivers.start()]);
  refusing = await refusingStorage();
  const key = Buffer.from('a key of the mail service').toString('base64');
  installation = await Installation.create({ AzureWebJobsStorage: azurite.connectionString });
  const mail = `endpoint=http://127.0.0.1:${installation.env.LOCAL_CLOUD_PORT}/;accesskey=${key}`;
  product = await installation.start(
    `
${sitesNamed(['oslo'])}
policy: { ${shortPolicy} }
receivers:
  hall: { ${people.webhook('hall')} }
  post: { email: { to: ["post@plant.example"] } }
routes: [{ to: [hall, post] }]
`,
    { COMMUNICATION_SERVICES_CONNECTION_STRING: mail },
  );
  env = {
    AZURE_FUNCTIONS_ENVIRONMENT: 'Development',
    AzureWebJobsStorage: azurite.connectionString,
    RESPONDER_CONFIG: path.join(installation.folder, 'story.config.yaml'),
    COMMUNICATION_SERVICES_CONNECTION_STRING: mail,
    EMAIL_SENDER: 'responder@plant.example',
    LOG_ANALYTICS_WORKSPACE_ID: 'none',
    PUBLIC_URL: product.url,
  };
  const plant = new Plant(product);
  await plant.connect('oslo-1');
}, 180_000);

afterAll(async () => {
  await product?.terminate();
  people?.close();
  refusing?.close();
  await azurite?.stop();
  installation?.remove();
});

async function refusingStorage() {
  const server = createServer((request, response) => {
    request.resume();
    response.writeHead(403, { 'x-ms-error-code': 'AuthorizationPermissionMismatch' });
    response.end('{"odata.error":{"code":"AuthorizationPermissionMismatch","message":{"value":"no role"}}}');
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, close: () => server.close() };
}

async function doctor(args: readonly string[] = [], changed: Record<string, string> = {}) {
  const said: string[] = [];
  const code = await runDoctor(
    ['--json', ...args],
    { ...env, ...changed },
    (line) => said.push(line),
    noAzure,
  );
  const { ok, findings } = JSON.parse(said.join('\n')) as { ok: boolean; findings: Finding[] };
  const wrong = findings
    .filter(({ state }) => state === 'wrong')
    .map(({ check, says }) => `${check}: ${says}`);
  return { code, ok, findings, wrong };
}

describe('npm run doctor', () => {
  it('finds nothing wrong with a running app, and says what only Azure knows', async () => {
    let findings: readonly Finding[] = [];
    await eventually(async () => {
      const looked = await doctor();
      expect(looked).toMatchObject({ code: 0, ok: true, wrong: [] });
      findings = looked.findings;
    }, 90_000);
    const states = Map.groupBy(findings, ({ state }) => state);
    const checks = (state: Finding['state']) => (states.get(state) ?? []).map(({ check }) => check);
    for (const check of [
      'table',
      'queue',
      'queues',
      'clock',
      'sweep',
      'mail',
      'receivers',
      'app',
      'versions',
    ])
      expect(checks('ok')).toContain(check);
    for (const check of ['mail domain', 'subscription', 'always-ready'])
      expect(checks('unchecked')).toContain(check);
  });

  it('leaves nothing behind', async () => {
    await doctor();
    const names: string[] = [];
    const service = QueueServiceClient.fromConnectionString(azurite.connectionString);
    for await (const { name } of service.listQueues()) names.push(name);
    expect(names).not.toContain('doctor-probe');
  });

  it('sends tests where it is asked to, and nowhere else', async () => {
    await doctor();
    expect(people.of('hall')).toEqual([]);
    expect(await doctor(['--send-test'])).toMatchObject({ code: 0, wrong: [] });
    expect(people.of('hall')).toHaveLength(1);
    expect(await product.mails('post@plant.example')).toHaveLength(1);
    people.answers('hall', () => 410);
    expect(await doctor(['--send-test'])).toMatchObject({
      code: 1,
      wrong: [expect.stringMatching(/^receivers: hall \(webhook\): HTTP 410/)],
    });
  });

  it('counts what was set aside', async () => {
    const poison = QueueServiceClient.fromConnectionString(azurite.connectionString).getQueueClient(
      `${queueNames.notices}-poison`,
    );
    await poison.createIfNotExists();
    await poison.sendMessage('e30=');
    expect(await doctor()).toMatchObject({ code: 1, wrong: ['queues: notices: 1 message was set aside'] });
    await poison.clearMessages();
  });

  it.each<readonly [string, () => Record<string, string> | Promise<Record<string, string>>, RegExp]>([
    ['a setting', () => ({ AzureWebJobsStorage: '' }), /^settings: no storage for tables/],
    [
      'a key that is not the right one',
      () => ({
        AzureWebJobsStorage: azurite.connectionString.replace(
          /AccountKey=[^;]*/,
          `AccountKey=${btoa('wrong')}`,
        ),
      }),
      /^table: writing a row is refused|^table: writing a row: the key is not accepted/,
    ],
    [
      'the role that is missing',
      () => ({
        AzureWebJobsStorage: azurite.connectionString.replaceAll(/http:\/\/127\.0\.0\.1:\d+/g, refusing.url),
      }),
      /^table: writing a row is refused \(403/,
    ],
    [
      'a storage that is not there',
      async () => {
        const [port] = await freePorts(1);
        return {
          AzureWebJobsStorage: azurite.connectionString.replaceAll(/127\.0\.0\.1:\d+/g, `127.0.0.1:${port}`),
        };
      },
      /^table: writing a row: no answer/,
    ],
    [
      'a mistake in the configuration',
      () => {
        const file = path.join(installation.folder, 'wrong.yaml');
        writeFileSync(file, 'receivers: {}\nroutes: [{ to: [nobody] }]\n');
        return { RESPONDER_CONFIG: file };
      },
      /^configuration: routes\[0\]\.to\[0\]: "nobody" is not a receiver/,
    ],
    ['no sender of mails', () => ({ EMAIL_SENDER: '' }), /^mail: no sender is named/],
    [
      'no address for links',
      () => ({ PUBLIC_URL: '', RESPONDER_URL: product.url }),
      /^links: PUBLIC_URL is not set/,
    ],
    [
      'a workspace that cannot be asked',
      () => ({ LOG_ANALYTICS_WORKSPACE_ID: 'w', LOG_ANALYTICS_ENDPOINT: 'https://127.0.0.1:1' }),
      /^workspace: /,
    ],
  ])(
    'names %s',
    async (_, changed, expected) => {
      const { code, wrong } = await doctor([], await changed());
      expect(code).toBe(1);
      expect(wrong).toContainEqual(expect.stringMatching(expected));
    },
    120_000,
  );

  it.each([['--nothing'], ['more']])('is used wrongly by %s', async (word) => {
    const said: string[] = [];
    expect(await runDoctor([word], env, (line) => said.push(line), noAzure)).toBe(2);
    expect(said.join('\n')).toContain('Usage: npm run doctor');
  });

  it('says that the app is not there once it has ended', async () => {
    await product.terminate();
    const { code, wrong } = await doctor();
    expect(code).toBe(1);
    expect(wrong).toEqual([expect.stringMatching(/^app: .* does not answer/)]);
  });
});
