import { expect, it } from 'vitest';
import { type BlobConfigOptions, openBlobConfig } from '../../../src/lib/config/blobConfig.ts';
import { loadConfig } from '../../../src/lib/config/loadConfig.ts';
import { formatProblem } from '../../../src/lib/config/problem.ts';
import { MemoryBlobs } from '../../support/memoryBlobs.ts';

const name = 'responder.config.yaml';
const source = `blob:config/${name}`;
const textFor = (receiver: string) =>
  `receivers: { ${receiver}: { email: { to: [ops@oslo.example] } } }\nroutes: [{ to: [${receiver}] }]`;
const broken = 'receivers: {}\nroutes: [{ to: [nobody] }]';

function open(blobs: MemoryBlobs, lastGood: BlobConfigOptions['lastGood'] = async () => null) {
  const load = (text: string) => loadConfig(text, source, {}, { development: false });
  return openBlobConfig({ blobs, name, source, load, lastGood }, 0);
}

async function opened(text = textFor('first')) {
  const blobs = new MemoryBlobs();
  blobs.put(name, text);
  return { blobs, config: await open(blobs) };
}

const kept = async () => ({ source, etag: '"old"', modifiedAtMs: 1, text: textFor('kept') });
const receivers = (config: Awaited<ReturnType<typeof open>>) => [...config.status.config.receivers.keys()];

it('a new version takes the place of the old one', async () => {
  const { blobs, config } = await opened();
  const etag = blobs.put(name, textFor('second'));
  await config.refresh(60_000, 60_000);
  expect(receivers(config)).toEqual(['second']);
  expect(config.status).toMatchObject({ version: { etag, text: textFor('second') }, refused: null });
});

it('the rules have the blob’s own time for their version, which every instance reads alike', async () => {
  const { blobs, config } = await opened();
  blobs.put(name, textFor('second'));
  await config.refresh(60_000, 60_000);
  const { version, config: rules } = config.status;
  expect(rules.version.atMs).toBe(version?.modifiedAtMs);
  expect(rules.version.atMs).toBeGreaterThan(0);
});

it('it is looked at at most once in that time, and those who ask together share one look', async () => {
  const { blobs, config } = await opened();
  await config.refresh(59_999, 60_000);
  expect(blobs.reads).toBe(1);
  await Promise.all([1, 2, 3].map(() => config.refresh(60_000, 60_000)));
  await config.refresh(60_001, 60_000);
  expect(blobs.reads).toBe(2);
});

it('the status stays the same object while nothing changes', async () => {
  const { config } = await opened();
  const { status } = config;
  await config.refresh(60_000, 60_000);
  expect(config.status).toBe(status);
});

it('a broken version is refused with its mistakes, and the good one stays', async () => {
  const { blobs, config } = await opened();
  const etag = blobs.put(name, broken);
  await config.refresh(60_000, 60_000);
  expect(receivers(config)).toEqual(['first']);
  expect(config.status.refused).toMatchObject({ etag, problems: [{ path: 'routes[0].to[0]' }] });
  const { status } = config;
  await config.refresh(120_000, 60_000);
  expect(config.status).toBe(status);
  blobs.put(name, textFor('second'));
  await config.refresh(180_000, 60_000);
  expect(config.status).toMatchObject({ refused: null });
  expect(receivers(config)).toEqual(['second']);
});

it('a blob that is gone is a refused version, until it is back', async () => {
  const { blobs, config } = await opened();
  blobs.stored.clear();
  await config.refresh(60_000, 60_000);
  expect(config.status.refused?.problems.map(formatProblem)).toEqual([
    `${source}: does not exist; upload it, or point RESPONDER_CONFIG at the right blob`,
  ]);
  expect(receivers(config)).toEqual(['first']);
  blobs.put(name, textFor('second'));
  await config.refresh(120_000, 60_000);
  expect(config.status.refused).toBeNull();
});

it('without an answer everything stays, and the reason is known', async () => {
  const { blobs, config } = await opened();
  blobs.fault = Object.assign(new Error('no'), { statusCode: 403, code: 'AuthorizationPermissionMismatch' });
  await config.refresh(60_000, 60_000);
  expect(receivers(config)).toEqual(['first']);
  expect(config.status.refused).toBeNull();
  expect(config.status.unread && formatProblem(config.status.unread)).toBe(
    `${source}: cannot be read (403 AuthorizationPermissionMismatch); the app's identity needs a role on the storage account`,
  );
  blobs.fault = null;
  await config.refresh(120_000, 60_000);
  expect(config.status.unread).toBeNull();
});

it.each([
  ['broken', (blobs: MemoryBlobs) => blobs.put(name, broken)],
  ['missing', () => ''],
  ['out of reach', (blobs: MemoryBlobs) => Object.assign(blobs, { fault: new Error('no') })],
])(
  'a start with a blob that is %s uses the last good version, or fails with the reason',
  async (_what, prepare) => {
    const blobs = new MemoryBlobs();
    prepare(blobs);
    const config = await open(blobs, kept);
    expect(receivers(config)).toEqual(['kept']);
    expect(config.status.version?.etag).toBe('"old"');
    expect(config.status.refused ?? config.status.unread).not.toBeNull();
    await expect(open(blobs)).rejects.toThrow(/nobody|does not exist|cannot be read/);
    const brokenToo = async () => ({ ...(await kept()), text: broken });
    await expect(open(blobs, brokenToo)).rejects.toThrow();
  },
);

it('a start from the last good version goes on to the next good one', async () => {
  const blobs = new MemoryBlobs();
  blobs.put(name, broken);
  const config = await open(blobs, kept);
  blobs.put(name, textFor('second'));
  await config.refresh(60_000, 60_000);
  expect(receivers(config)).toEqual(['second']);
});
