import { beforeEach, describe, expect, it } from 'vitest';
import { SiteScheduler, toleranceMs } from '../../../src/lib/app/siteScheduler.ts';
import type { Queues } from '../../../src/lib/store/queues.ts';
import { createSiteList, type SiteList } from '../../../src/lib/store/siteList.ts';
import { createMemoryRows } from '../../support/memoryRows.ts';

const site = (id: string) => ({ hub: 'hub', kind: 'site', id }) as const;
const p = site('p');
const partition = 'hub|site|p';

const sent: { partition: string; delayMs: number }[] = [];
const touched: string[] = [];
let list: SiteList;
let scheduler: SiteScheduler;

const queues: Queues = {
  wakeSite: async (message, delayMs) => void sent.push({ ...message, delayMs }),
  deliver: async () => {},
};

beforeEach(() => {
  sent.splice(0);
  touched.splice(0);
  const stored = createSiteList(createMemoryRows());
  list = {
    ...stored,
    touch: async (place, dueAtMs, nowMs) => {
      touched.push(`${place.kind === 'hub' ? 'hub' : place.id} ${dueAtMs}`);
      return stored.touch(place, dueAtMs, nowMs);
    },
  };
  scheduler = new SiteScheduler(queues, list);
});

const noted = async () => (await list.read(p)).touch?.record.dueAtMs ?? null;

it.each([
  { waitMs: 1_000, tolerated: 1_000 },
  { waitMs: 50_000, tolerated: 1_000 },
  { waitMs: 300_000, tolerated: 6_000 },
  { waitMs: 3_600_000, tolerated: 72_000 },
])('may come $tolerated ms after it is due, for a wait of $waitMs ms', ({ waitMs, tolerated }) => {
  expect(toleranceMs(waitMs)).toBe(tolerated);
});

describe('a note that is confirmed once the state is written', () => {
  it.each([
    { rule: 'stands while its moment is to come', noted: [60_000], confirmedAt: 59_999, touches: 1 },
    {
      rule: 'is made again when its moment came meanwhile',
      noted: [60_000],
      confirmedAt: 60_000,
      touches: 2,
    },
    { rule: 'is made when nobody here has made it', noted: [], confirmedAt: 1_000, touches: 1 },
  ])('$rule', async ({ noted: moments, confirmedAt, touches }) => {
    for (const dueAtMs of moments) await scheduler.note(p, dueAtMs, 0);
    await scheduler.confirm(p, 60_000, confirmedAt);
    expect(touched).toHaveLength(touches);
    expect(await noted()).toBe(60_000);
  });
});

it('finds its note there, though an earlier one of another instance was taken away since', async () => {
  const other = new SiteScheduler(queues, list);
  await scheduler.note(p, 600_000, 0);
  await other.note(p, 1_000, 1_000);
  await list.save(p, await list.read(p), null, [], 1_500);
  await scheduler.note(p, 900_000, 2_000);
  expect(await noted()).toBe(600_000);
});

describe('a wake-up', () => {
  it('is noted in the list of sites, and sent', async () => {
    await scheduler.schedule(p, 300_000, 0);
    expect(sent).toMatchObject([{ partition }]);
    expect(await noted()).toBe(300_000);
  });

  it('that is due already is sent for now', async () => {
    await scheduler.schedule(p, 1_000, 5_000);
    expect(sent).toEqual([{ partition, delayMs: 0 }]);
    expect(await noted()).toBe(5_000);
  });

  it.each([
    { waitMs: 3_000, sentMs: 3_000 },
    { waitMs: 60_000, sentMs: 60_000 },
    { waitMs: 300_000, sentMs: 302_600 },
    { waitMs: 3_600_000, sentMs: 3_642_200 },
  ])('after $waitMs ms comes after $sentMs ms, within what is tolerated', async ({ waitMs, sentMs }) => {
    await scheduler.wake(p, waitMs, 0);
    expect(sent).toEqual([{ partition, delayMs: sentMs }]);
    expect(sentMs + 1_000).toBeLessThanOrEqual(waitMs + toleranceMs(waitMs));
  });

  it('serves what is due later too, whose moment its look finds, until it comes', async () => {
    await scheduler.wake(p, 300_000, 0);
    for (const nowMs of [500, 3_001, 60_000, 302_999]) await scheduler.wake(p, 300_000 + nowMs, nowMs);
    expect(sent).toHaveLength(1);
    await scheduler.wake(p, 603_000, 303_000);
    expect(sent).toHaveLength(2);
  });

  it('serves the moment of a summary only when it comes no sooner: its look has passed', async () => {
    await scheduler.wake(p, 300_000, 0);
    await scheduler.reschedule(p, 302_000, 100_000);
    expect(sent).toHaveLength(1);
    await scheduler.reschedule(p, 304_000, 100_000);
    expect(sent).toHaveLength(2);
  });

  it('serves whatever a message of its own would not serve sooner, in whole seconds', async () => {
    await scheduler.reschedule(p, 10_010, 0);
    await scheduler.reschedule(p, 10_025, 15);
    expect(sent).toHaveLength(1);
  });

  it('serves an event that came late as it does those that came in time', async () => {
    await scheduler.wake(p, 300_000, 0);
    await scheduler.wake(p, 299_000, 115_000, 300_000);
    expect(sent).toHaveLength(1);
    await scheduler.wake(p, 299_000, 115_000);
    expect(sent).toHaveLength(2);
  });

  it('does not serve one that is due too much earlier', async () => {
    await scheduler.schedule(p, 300_000, 0);
    await scheduler.schedule(p, 290_000, 0);
    expect(sent).toHaveLength(2);
    expect(await noted()).toBe(290_000);
  });

  it('serves none any more when it has come', async () => {
    await scheduler.schedule(p, 10_000, 0);
    await scheduler.schedule(p, 10_000, 10_000);
    expect(sent).toHaveLength(2);
  });

  it('is of one site alone', async () => {
    await scheduler.schedule(p, 300_000, 0);
    await scheduler.schedule(site('q'), 300_000, 0);
    await scheduler.schedule({ hub: 'hub', kind: 'hub' }, 300_000, 0);
    expect(sent.map((one) => one.partition)).toEqual([partition, 'hub|site|q', 'hub|hub|hub']);
  });

  it('is noted before it is sent, so that a crash between the two is found by the sweep', async () => {
    const wakeSite = async () => Promise.reject(new Error('the process died'));
    const failing = new SiteScheduler({ ...queues, wakeSite }, list);
    await expect(failing.schedule(p, 300_000, 0)).rejects.toThrow('died');
    expect(await noted()).toBe(300_000);
  });

  it('serves with another note what comes after the look has taken its own away', async () => {
    await scheduler.schedule(p, 120_000, 0);
    expect(sent).toEqual([{ partition, delayMs: 120_440 }]);
    await list.save(p, await list.read(p), null, [], 120_000);
    await scheduler.schedule(p, 120_500, 120_000);
    expect([sent.length, await noted()]).toEqual([1, 120_500]);
  });

  it('that could not be sent serves nobody', async () => {
    let fails = true;
    const wakeSite: Queues['wakeSite'] = async (message, delayMs) => {
      if (fails) throw new Error('the queue answered 503');
      await queues.wakeSite(message, delayMs);
    };
    const unlucky = new SiteScheduler({ ...queues, wakeSite }, list);
    await expect(unlucky.schedule(p, 300_000, 0)).rejects.toThrow('503');
    fails = false;
    await unlucky.schedule(p, 300_000, 0);
    expect(sent).toHaveLength(1);
  });
});

describe('a wake-up for what was written after the site was noted', () => {
  it.each([
    {
      rule: 'is that of the note, however much later it is due',
      dueAtMs: 900_000,
      atMs: 200_000,
      messages: 1,
    },
    {
      rule: 'is that of the note also shortly before it comes',
      dueAtMs: 900_000,
      atMs: 298_500,
      messages: 1,
    },
    { rule: 'is another one when it is due sooner', dueAtMs: 250_000, atMs: 200_000, messages: 2 },
  ])('$rule', async ({ dueAtMs, atMs, messages }) => {
    await scheduler.note(p, 300_000, 0);
    await scheduler.wake(p, 300_000, 0);
    await scheduler.note(p, dueAtMs, atMs);
    await scheduler.wake(p, dueAtMs, atMs);
    expect(sent).toHaveLength(messages);
  });

  it('is another one when nobody here has sent that of the note', async () => {
    await scheduler.note(p, 300_000, 0);
    await scheduler.wake(p, 900_000, 200_000);
    expect(sent).toHaveLength(1);
  });

  it('is sent once a second when it is due at once', async () => {
    for (const atMs of [10_000, 10_100, 10_500, 10_900, 11_050, 11_099]) {
      await scheduler.note(p, atMs, atMs);
      await scheduler.wake(p, atMs, atMs);
    }
    expect(sent).toEqual([
      { partition, delayMs: 0 },
      { partition, delayMs: 1_000 },
    ]);
  });
});

describe('side by side', () => {
  it('those who are due at once share the note that follows the one being written', async () => {
    await Promise.all(Array.from({ length: 20 }, () => scheduler.note(p, 5_000, 5_000)));
    expect(touched).toEqual(['p 5000', 'p 5000']);
  });

  it('many share one note and one message', async () => {
    await Promise.all(Array.from({ length: 20 }, () => scheduler.schedule(p, 300_000, 0)));
    expect([touched, sent.length]).toEqual([['p 300000'], 1]);
  });

  it('nobody goes on before the note that he shares is written', async () => {
    const order: string[] = [];
    let write = () => {};
    const slow: SiteList = {
      ...list,
      touch: () =>
        new Promise((resolve) => {
          write = () => {
            order.push('noted');
            resolve(300_000);
          };
        }),
    };
    const shared = new SiteScheduler(queues, slow);
    const both = [1, 2].map(async (n) => {
      await shared.note(p, 300_000, 0);
      order.push(`goes on ${n}`);
    });
    await new Promise((resolve) => setImmediate(resolve));
    write();
    await Promise.all(both);
    expect(order).toEqual(['noted', 'goes on 1', 'goes on 2']);
  });

  it('those who share a note that fails all fail, and the next makes it again', async () => {
    let fails = true;
    const unlucky = new SiteScheduler(queues, {
      ...list,
      touch: async (...note) => {
        if (fails) throw new Error('storage answered 503');
        return list.touch(...note);
      },
    });
    const both = await Promise.allSettled([unlucky.note(p, 300_000, 0), unlucky.note(p, 300_000, 0)]);
    expect(both.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    fails = false;
    await unlucky.note(p, 300_000, 0);
    expect(await noted()).toBe(300_000);
  });
});

describe('a note', () => {
  it.each([
    { rule: 'serves what is due later', first: 60_000, next: 300_000, atMs: 10_000, written: ['p 60000'] },
    {
      rule: 'does not serve what is due sooner',
      first: 60_000,
      next: 50_000,
      atMs: 0,
      written: ['p 60000', 'p 50000'],
    },
    {
      rule: 'is not trusted any more shortly before its moment, when an evaluation may take it away',
      first: 60_000,
      next: 300_000,
      atMs: 58_000,
      written: ['p 60000', 'p 300000'],
    },
  ])('$rule', async ({ first, next, atMs, written }) => {
    await scheduler.note(p, first, 0);
    await scheduler.note(p, next, atMs);
    expect(touched).toEqual(written);
  });
});

it.each([
  { rule: 'in the future serves until then', theirs: 60_000, asked: 50_000, notes: 1 },
  { rule: 'serves nobody after it', theirs: 60_000, asked: 59_000, notes: 2 },
])('an earlier moment that another instance has noted $rule', async ({ theirs, asked, notes }) => {
  await new SiteScheduler(queues, list).note(p, theirs, 0);
  touched.splice(0);
  await scheduler.note(p, 300_000, 1_000);
  await scheduler.note(p, 310_000, asked);
  expect([touched.length, await noted()]).toEqual([notes, theirs]);
});

it('the moment of a summary is sent without a note, to the millisecond, and spared like any other', async () => {
  await scheduler.reschedule(p, 300_000, 0);
  await scheduler.reschedule(p, 300_000, 0);
  expect(sent).toEqual([{ partition, delayMs: 300_000 }]);
  expect(touched).toEqual([]);
});

it('an outage of a site over a minute costs one message and one note', async () => {
  for (let atMs = 0; atMs < 60_000; atMs += 100) await scheduler.schedule(p, atMs + 300_000, atMs);
  expect(sent).toHaveLength(1);
  expect(touched).toEqual(['p 300000']);
});

it('many sites leave no traces of moments that are past', async () => {
  for (let n = 0; n < 12_000; n++) await scheduler.reschedule(site(`p${n}`), 1_000, 0);
  await scheduler.reschedule(site('late'), 60_000, 30_000);
  await scheduler.reschedule(site('p0'), 31_000, 30_000);
  expect(sent.at(-1)).toEqual({ partition: 'hub|site|p0', delayMs: 1_000 });
});
