import { execFileSync } from 'node:child_process';
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { eventually } from './eventually.ts';
import { Installation } from './installation.ts';
import { Plant } from './plant.ts';
import type { Product } from './product.ts';
import { Receivers } from './receivers.ts';
import { shortPolicy } from './stage.ts';

let installation: Installation;
let people: Receivers;

beforeAll(async () => {
  people = await Receivers.start();
  installation = await Installation.create();
});

afterAll(() => {
  people?.close();
  installation?.remove();
});

const configFor = (name: string) => `
policy: { ${shortPolicy} }
receivers: { ${name}: { ${people.webhook(name)} } }
routes: [{ to: [${name}] }]
`;

/** Whether a process of the product's group is still there. */
function lives(product: Product): boolean {
  try {
    process.kill(-Number(product.process.pid), 0);
    return true;
  } catch {
    return false;
  }
}

async function endsCleanly(product: Product): Promise<void> {
  const code = await Promise.race([product.exited, sleep(15_000, 'still running')]);
  expect([code, product.errors()]).toEqual([0, []]);
  await eventually(() => expect(lives(product)).toBe(false), 10_000);
}

async function start(name: string, env: Record<string, string> = {}): Promise<Product> {
  const product = await installation.start(configFor(name), env);
  onTestFinished(() => product.kill());
  return product;
}

describe('npm start', () => {
  it('stops at a configuration with five mistakes and says all five', async () => {
    const startedAtMs = Date.now();
    const product = installation.run(`
sites: [{ id: oslo, devices: ["oslo-*"] }]
policy: { offlineAftr: 5m, groupWait: soon }
receivers: { ops: { webhook: { url: "ftp://hooks.example" } } }
routes: [{ match: { sites: [bergen] }, to: [ops, on-call] }]
`);
    onTestFinished(() => product.kill());
    expect(await product.exited).toBe(1);
    expect(Date.now() - startedAtMs).toBeLessThan(20_000);
    expect(product.errors().toSorted()).toEqual([
      expect.stringMatching(/^policy\.groupWait: "soon" .*30s/),
      expect.stringMatching(/^policy\.offlineAftr: .*offlineAfter/),
      expect.stringMatching(/^receivers\.ops\.webhook\.url: .*https/),
      expect.stringMatching(/^routes\[0\]\.match\.sites\[0\]: "bergen" .*oslo/),
      expect.stringMatching(/^routes\[0\]\.to\[1\]: "on-call" .*ops/),
    ]);
    expect(lives(product)).toBe(false);
  });

  it.each([
    [
      'a configuration that is not there',
      { RESPONDER_CONFIG: '/nowhere/responder.config.yaml' },
      /RESPONDER_CONFIG/,
    ],
    ['a port that is none', { PORT: 'http' }, /PORT=http.*between 1 and 65535/],
  ])('stops at %s with one line', async (_title, env, line) => {
    const product = installation.run(null, env);
    onTestFinished(() => product.kill());
    expect(await product.exited).toBe(1);
    expect(product.errors()).toEqual([expect.stringMatching(line)]);
  });

  it('stops at a port in use, and harms nobody there', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    onTestFinished(() => void taken.close());
    await eventually(() => expect(taken.listening).toBe(true));
    const { port } = taken.address() as { port: number };
    const product = installation.run(configFor('nobody'), { PORT: String(port) });
    onTestFinished(() => product.kill());
    expect(await product.exited).toBe(1);
    expect(product.errors()).toEqual([expect.stringMatching(new RegExp(`${port}.*in use.*PORT`))]);
    expect(taken.listening).toBe(true);
  });

  it('ends with all its children on SIGTERM to npm', async () => {
    const product = await start('npm');
    product.process.kill('SIGTERM');
    await endsCleanly(product);
  });

  it('ends with all its children on SIGTERM to the group', async () => {
    const product = await start('group');
    process.kill(-Number(product.process.pid), 'SIGTERM');
    await endsCleanly(product);
  });

  it('ends with all its children on SIGTERM to the host', async () => {
    const product = await start('host');
    const [pid] = execFileSync('pgrep', ['-f', `${installation.folder}/local/host/main.ts`])
      .toString()
      .split('\n');
    process.kill(Number(pid), 'SIGTERM');
    await endsCleanly(product);
  });

  it('finishes the delivery that is under way at SIGTERM, and repeats nothing after it', async () => {
    people.answers('slow', () => ({ status: 200, headers: {}, afterMs: 1_500 }));
    const lasting = { LOCAL_DATA: `${installation.folder}/data` };
    const first = await start('slow', lasting);
    const plant = new Plant(first);
    await plant.lose('pump-1');
    await eventually(() => expect(people.of('slow')).toHaveLength(1));
    first.process.kill('SIGTERM');
    await endsCleanly(first);
    const second = await start('slow', lasting);
    expect(await second.notices()).toMatchObject([{ state: 'sent', attempts: 1 }]);
    await new Plant(second, plant).connect('pump-1');
    await eventually(() =>
      expect(people.heard('slow')).toEqual(['opened outageBegan', 'resolved recovered']),
    );
    second.process.kill('SIGTERM');
    await endsCleanly(second);
  });
});
