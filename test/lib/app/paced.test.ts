import { beforeEach, describe, expect, it } from 'vitest';
import { Paced } from '../../../src/lib/app/paced.ts';
import { start } from '../../support/events.ts';

type Sent = readonly [name: string, value: number, atMs: number];

/** Since start. */
let nowMs: number;
let sent: Sent[];
let waits: { readonly atMs: number; readonly go: () => void }[];
let fails: boolean;
let paced: Paced<number>;

const pause = (ms: number) => new Promise<void>((go) => void waits.push({ atMs: nowMs + ms, go }));
const note = (name: string, value: number) => paced.note(name, value, start + nowMs, pause);
const settled = () => new Promise((resolve) => setImmediate(resolve));

async function until(atMs: number): Promise<void> {
  for (;;) {
    const next = waits.filter((one) => one.atMs <= atMs).sort((a, b) => a.atMs - b.atMs)[0];
    if (!next) break;
    waits = waits.filter((one) => one !== next);
    nowMs = next.atMs;
    next.go();
    await settled();
  }
  nowMs = atMs;
}

beforeEach(() => {
  [nowMs, sent, waits, fails] = [0, [], [], false];
  paced = new Paced(2_000, 60_000, async (name, value) => {
    sent.push([name, value, nowMs]);
    if (fails) throw new Error('storage does not answer');
  });
});

describe('what is passed on beside the work', () => {
  it('goes soon after the first, and is the newest then', async () => {
    note('a', 1);
    await until(1_000);
    note('a', 2);
    await until(10_000);
    expect(sent).toEqual([['a', 2, 2_000]]);
  });

  it('goes at most every so often after that, and loses nothing', async () => {
    note('a', 1);
    await until(3_000);
    note('a', 2);
    await until(61_000);
    expect(sent).toEqual([['a', 1, 2_000]]);
    await until(120_000);
    expect(sent).toEqual([
      ['a', 1, 2_000],
      ['a', 2, 62_000],
    ]);
  });

  it('is soon again after a long rest', async () => {
    note('a', 1);
    await until(500_000);
    note('a', 2);
    await until(600_000);
    expect(sent.at(-1)).toEqual(['a', 2, 502_000]);
  });

  it('does not wait for other names', async () => {
    note('a', 1);
    note('b', 2);
    await until(2_000);
    expect(sent).toEqual([
      ['a', 1, 2_000],
      ['b', 2, 2_000],
    ]);
  });

  it('that could not be passed on stops nothing: the next value goes as usual', async () => {
    fails = true;
    note('a', 1);
    await until(2_000);
    fails = false;
    note('a', 2);
    await until(70_000);
    expect(sent.map(([, value]) => value)).toEqual([1, 2]);
  });
});
