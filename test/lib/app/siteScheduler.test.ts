import { beforeEach, describe, expect, it } from 'vitest';
import { toleranceMs, WakeUps } from '../../../src/lib/app/wakeUps.ts';
import { createActiveSites } from '../../../src/lib/store/activeSites.ts';
import { createMemoryRows } from '../../support/memoryRows.ts';

const sent: { partition: string; delayMs: number }[] = [];
let wakeUps: WakeUps;
let active: ReturnType<typeof createActiveSites>;

beforeEach(() => {
  sent.splice(0);
  active = createActiveSites(createMemoryRows());
  const wakeSite = async (message: { partition: string }, delayMs: number) =>
    void sent.push({ ...message, delayMs });
  wakeUps = new WakeUps({ wakeSite, deliver: async () => {} }, active);
});

it.each([
  { waitMs: 1_000, tolerated: 1_000 },
  { waitMs: 50_000, tolerated: 1_000 },
  { waitMs: 300_000, tolerated: 6_000 },
  { waitMs: 3_600_000, tolerated: 72_000 },
])('may come $tolerated ms after it is due, for a wait of $waitMs ms', ({ waitMs, tolerated }) => {
  expect(toleranceMs(waitMs)).toBe(tolerated);
});

describe('for an event', () => {
  it('is noted among the active sites, and sent', async () => {
    await wakeUps.forEvent('p', 300_000, 0);
    expect(sent).toMatchObject([{ partition: 'p' }]);
    expect((await active.read('p'))?.record).toMatchObject({ dueAtMs: 300_000, touchedAtMs: 0, far: false });
  });

  it('that is due already is sent for now', async () => {
    await wakeUps.forEvent('p', 1_000, 5_000);
    expect(sent).toEqual([{ partition: 'p', delayMs: 0 }]);
    expect((await active.read('p'))?.record.dueAtMs).toBe(5_000);
  });

  it.each([
    { waitMs: 3_000, sentMs: 3_000 },
    { waitMs: 60_000, sentMs: 60_000 },
    { waitMs: 300_000, sentMs: 302_600 },
    { waitMs: 3_600_000, sentMs: 3_642_200 },
  ])('after $waitMs ms comes after $sentMs ms, within what is tolerated', async ({ waitMs, sentMs }) => {
    await wakeUps.forEvent('p', waitMs, 0);
    expect(sent).toEqual([{ partition: 'p', delayMs: sentMs }]);
    expect(sentMs + 1_000).toBeLessThanOrEqual(waitMs + toleranceMs(waitMs));
  });

  it('serves those of the next seconds, which are due no later than it comes', async () => {
    await wakeUps.forEvent('p', 300_000, 0);
    for (let nowMs = 500; nowMs <= 3_000; nowMs += 500) await wakeUps.forEvent('p', 300_000 + nowMs, nowMs);
    expect(sent).toHaveLength(1);
    await wakeUps.forEvent('p', 303_001, 3_001);
    expect(sent).toHaveLength(2);
  });

  it('does not serve one that is due too much earlier', async () => {
    await wakeUps.forEvent('p', 300_000, 0);
    await wakeUps.forEvent('p', 290_000, 0);
    expect(sent).toHaveLength(2);
  });

  it('serves none any more when it has come', async () => {
    await wakeUps.forEvent('p', 10_000, 0);
    await wakeUps.forEvent('p', 10_000, 10_000);
    expect(sent).toHaveLength(2);
  });

  it('is of one site alone', async () => {
    await wakeUps.forEvent('p', 300_000, 0);
    await wakeUps.forEvent('q', 300_000, 0);
    expect(sent.map((one) => one.partition)).toEqual(['p', 'q']);
  });

  it('is noted before it is sent, so that a crash between the two is found by the sweep', async () => {
    const failing = new WakeUps(
      {
        wakeSite: async () => {
          throw new Error('the process died');
        },
        deliver: async () => {},
      },
      active,
    );
    await expect(failing.forEvent('p', 300_000, 0)).rejects.toThrow('died');
    expect((await active.read('p'))?.record.dueAtMs).toBe(300_000);
  });
});

it('again is sent without a note, and spared like any other', async () => {
  await wakeUps.again('p', 60_000, 0);
  await wakeUps.again('p', 60_000, 0);
  expect(sent).toHaveLength(1);
  expect(await active.read('p')).toBeNull();
});

it('an outage of a site over a minute costs few messages', async () => {
  for (let atMs = 0; atMs < 60_000; atMs += 100) await wakeUps.forEvent('p', atMs + 300_000, atMs);
  expect(sent.length).toBeLessThanOrEqual(24);
});

it('many sites leave no traces of moments that are past', async () => {
  for (let site = 0; site < 12_000; site++) await wakeUps.again(`p${site}`, 1_000, 0);
  await wakeUps.again('late', 60_000, 30_000);
  await wakeUps.again('p0', 31_000, 30_000);
  expect(sent.at(-1)).toEqual({ partition: 'p0', delayMs: 1_000 });
});
