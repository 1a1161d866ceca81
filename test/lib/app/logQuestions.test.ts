import { beforeEach, describe, expect, it } from 'vitest';
import { comeBack, LogQuestions, type Waiter, type Wanted } from '../../../src/lib/app/logQuestions.ts';
import type { DiagnosisRecord } from '../../../src/lib/incident/incident.ts';
import { nothingFound } from '../../simulation/edges.ts';
import { foundForAll } from '../../support/incidents.ts';

const answerFor = (incidentId: string): DiagnosisRecord => ({
  incidentId,
  diagnosis: nothingFound,
  firstAskedAtMs: 0,
  asked: 1,
  about: foundForAll,
});

let questions: LogQuestions;
let rounds: { about: string[]; answer: (...ids: string[]) => void; fail: () => void }[];
let nowMs: number;
let timeIsUp: (() => void)[];
beforeEach(() => {
  questions = new LogQuestions();
  rounds = [];
  nowMs = 0;
  timeIsUp = [];
});

const settled = () => new Promise((resolve) => setImmediate(resolve));
const clock = {
  now: () => nowMs,
  pause: () => new Promise<void>((resolve) => void timeIsUp.push(resolve)),
};

/** Asks about an incident of a hub, as one of a site of its own; the test gives the answer. */
function ask(
  hub: string,
  incidentId: string,
  serves = (_record: DiagnosisRecord) => true,
  sharedBy: 'hub' | 'site' = 'hub',
): Promise<DiagnosisRecord | null> {
  return askOnce(hub, incidentId, { serves, sharedBy, comesBack: false }) as Promise<DiagnosisRecord | null>;
}

function askOnce(
  hub: string,
  incidentId: string,
  how: Pick<Waiter, 'serves' | 'sharedBy' | 'comesBack'> & Partial<Pick<Waiter, 'devices' | 'untilMs'>>,
): ReturnType<LogQuestions['ask']> {
  const key = { hub, kind: 'site', id: `site of ${incidentId}` } as const;
  return questions.ask(
    { key, incidentId, devices: 10, untilMs: 20_000, ...how },
    clock,
    (wanted: readonly Wanted[]) =>
      new Promise((resolve, reject) => {
        rounds.push({
          about: wanted.map((one) => one.incidentId),
          answer: (...ids) => resolve(new Map(ids.map((id) => [id, answerFor(id)]))),
          fail: () => reject(new Error('the storage answered 503')),
        });
      }),
  );
}
const asked = () => rounds.map(({ about }) => about);

describe('one round at a time about a hub', () => {
  it('serves all who ask and are in its answer', async () => {
    const all = [ask('hub', 'a'), ask('hub', 'b'), ask('hub', 'a')];
    await settled();
    expect(asked()).toEqual([['a']]);
    rounds[0]?.answer('a', 'b');
    expect((await Promise.all(all)).map((record) => record?.incidentId)).toEqual(['a', 'b', 'a']);
    expect(rounds).toHaveLength(1);
  });

  it('is followed by one about all that came meanwhile', async () => {
    const first = ask('hub', 'a');
    const later = [ask('hub', 'b'), ask('hub', 'c'), ask('hub', 'd')];
    rounds[0]?.answer('a');
    await first;
    await settled();
    expect(asked()).toEqual([['a'], ['b', 'c', 'd']]);
    rounds[1]?.answer('b', 'c', 'd');
    expect((await Promise.all(later)).map((record) => record?.incidentId)).toEqual(['b', 'c', 'd']);
  });

  it('does not serve those whose facts it is not about', async () => {
    const first = ask('hub', 'a');
    const later = ask('hub', 'a', ({ asked: times }) => times !== 1 || rounds.length > 1);
    rounds[0]?.answer('a');
    await first;
    await settled();
    expect(asked()).toEqual([['a'], ['a']]);
    rounds[1]?.answer('a');
    expect((await later)?.incidentId).toBe('a');
  });

  it('keeps nobody of another hub waiting', async () => {
    void ask('hub', 'a');
    const other = ask('other', 'b');
    rounds[1]?.answer('b');
    expect((await other)?.incidentId).toBe('b');
  });

  it('that fails fails for those who wait for it, and the next asks again', async () => {
    const all = [ask('hub', 'a'), ask('hub', 'a')];
    rounds[0]?.fail();
    const outcomes = await Promise.allSettled(all);
    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    const again = ask('hub', 'a');
    rounds[1]?.answer('a');
    expect((await again)?.incidentId).toBe('a');
  });

  it('whose answer leaves out the incident that asked answers it with nothing', async () => {
    const one = ask('hub', 'gone');
    rounds[0]?.answer();
    expect(await one).toBeNull();
  });

  it('keeps nobody longer than its time', async () => {
    void ask('hub', 'a');
    const late = ask('hub', 'b');
    await settled();
    for (const end of timeIsUp) end();
    expect(await late).toBeNull();
  });

  it('lets twelve wait; further ones tell what is known', async () => {
    void ask('hub', 'a');
    const waiting = Array.from({ length: 12 }, (_, index) => ask('hub', `b${index}`));
    expect(await ask('hub', 'c')).toBeNull();
    rounds[0]?.answer(...Array.from({ length: 12 }, (_, index) => `b${index}`));
    expect((await Promise.all(waiting)).every((record) => record !== null)).toBe(true);
    const free = ask('hub', 'c');
    rounds[1]?.answer('c');
    expect((await free)?.incidentId).toBe('c');
  });

  it('asks in the next round about those who gave their places up, up to 200 of them', async () => {
    const how = { serves: () => true, sharedBy: 'hub', comesBack: true } as const;
    void ask('hub', 'a');
    for (let index = 0; index < 12; index++) void ask('hub', `b${index}`);
    const later = Array.from({ length: 201 }, (_, index) => `c${index}`);
    const told = await Promise.all(later.map((id) => askOnce('hub', id, how)));
    expect(told.filter((one) => one === comeBack)).toHaveLength(200);
    expect(told.at(-1)).toBeNull();
    rounds[0]?.answer();
    await settled();
    expect(asked()[1]).toEqual(expect.arrayContaining(['b0', 'b11', ...later.slice(0, 188)]));
    rounds[1]?.answer('b0', 'c7');
    await settled();
    expect(questions.recent('c7', nowMs, 60_000)?.incidentId).toBe('c7');
  });
});

describe('of those who gave their places up', () => {
  const how = { serves: () => true, sharedBy: 'hub', comesBack: true } as const;

  beforeEach(() => {
    void ask('hub', 'a');
    for (let index = 0; index < 12; index++) void ask('hub', `b${index}`);
  });

  /** Whom the second round asks about, besides those who waited for it. */
  const inNextRound = async () => {
    rounds[0]?.answer();
    await settled();
    return asked()[1]?.filter((id) => !id.startsWith('b'));
  };

  it('a round asks about 4,000 devices at most, and leaves the rest to the next one', async () => {
    for (const [id, devices] of [
      ['c', 3_000],
      ['d', 3_000],
      ['e', 500],
    ] as const) {
      await askOnce('hub', id, { ...how, devices });
    }
    expect(await inNextRound()).toEqual(['c', 'e']);
    rounds[1]?.answer(...(asked()[1] ?? []));
    void ask('hub', 'z');
    await settled();
    expect(asked()[2]).toEqual(['z', 'd']);
  });

  it('a round asks about none that has much more time than who begins it', async () => {
    await askOnce('hub', 'c', { ...how, untilMs: 23_000 });
    await askOnce('hub', 'd', { ...how, untilMs: 23_001 });
    expect(await inNextRound()).toEqual(['c']);
  });

  it('a round asks about none for whom it comes too late', async () => {
    await askOnce('hub', 'c', { ...how, untilMs: 5_999 });
    await askOnce('hub', 'd', { ...how, untilMs: 6_000 });
    nowMs = 5_000;
    expect(await inNextRound()).toEqual(['d']);
  });
});

it('nobody begins a round in the last second', async () => {
  nowMs = 19_001;
  expect(await ask('hub', 'a')).toBeNull();
  expect(asked()).toEqual([]);
});

describe('one round at a time about a site, where there are no logs', () => {
  it('keeps no other site waiting, and lets as many wait as come', async () => {
    const askSite = (incidentId: string) => ask('hub', incidentId, undefined, 'site');
    const all = [...Array.from({ length: 20 }, () => askSite('a')), askSite('b')];
    await settled();
    expect(asked()).toEqual([['a'], ['b']]);
    rounds[0]?.answer('a');
    rounds[1]?.answer('b');
    expect((await Promise.all(all)).every((record) => record !== null)).toBe(true);
  });
});

it('lets one at a time go through the list of a hub', () => {
  expect(questions.beginsToAskAgain('hub')).toBe(true);
  expect(questions.beginsToAskAgain('hub')).toBe(false);
  expect(questions.beginsToAskAgain('other')).toBe(true);
  questions.hasAskedAgain('hub');
  expect(questions.beginsToAskAgain('hub')).toBe(true);
});

it.each([
  { afterMs: 0, serves: true },
  { afterMs: 59_999, serves: true },
  { afterMs: 60_000, serves: false },
])('an answer that is $afterMs ms old serves the next notice: $serves', async ({ afterMs, serves }) => {
  const one = ask('hub', 'a');
  nowMs = 1_000;
  rounds[0]?.answer('a', 'b');
  await one;
  for (const id of ['a', 'b']) expect(questions.recent(id, 1_000 + afterMs, 60_000) !== null).toBe(serves);
  expect(questions.recent('c', 1_000, 60_000)).toBeNull();
});
