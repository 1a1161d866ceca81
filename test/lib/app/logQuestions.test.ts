import { beforeEach, describe, expect, it } from 'vitest';
import { LogQuestions } from '../../../src/lib/app/logQuestions.ts';
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
let running: { about: string; answer: (...ids: string[]) => void; fail: () => void }[];
let nowMs: number;
beforeEach(() => {
  questions = new LogQuestions();
  running = [];
  nowMs = 0;
});

const settled = () => new Promise((resolve) => setImmediate(resolve));

/** Asks about an incident of a site; the test gives the answer. */
function ask(
  subject: string,
  incidentId: string,
  serves = (_record: DiagnosisRecord) => true,
): Promise<DiagnosisRecord | null> {
  return questions.ask(
    subject,
    incidentId,
    serves,
    () => nowMs,
    () =>
      new Promise((resolve, reject) => {
        running.push({
          about: incidentId,
          answer: (...ids) => resolve(new Map(ids.map((id) => [id, answerFor(id)]))),
          fail: () => reject(new Error('the storage answered 503')),
        });
      }),
  );
}

describe('one question at a time about a site', () => {
  it('serves all who ask and are in its answer', async () => {
    const asked = [ask('oslo', 'a'), ask('oslo', 'b'), ask('oslo', 'a')];
    await settled();
    expect(running.map(({ about }) => about)).toEqual(['a']);
    running[0]?.answer('a', 'b');
    expect((await Promise.all(asked)).map((record) => record?.incidentId)).toEqual(['a', 'b', 'a']);
    expect(running).toHaveLength(1);
  });

  it('lets those who are not in its answer ask one next question together', async () => {
    const first = ask('oslo', 'a');
    const later = [ask('oslo', 'b'), ask('oslo', 'c'), ask('oslo', 'd')];
    running[0]?.answer('a');
    await first;
    await settled();
    expect(running.map(({ about }) => about)).toEqual(['a', 'b']);
    running[1]?.answer('b', 'c', 'd');
    expect((await Promise.all(later)).map((record) => record?.incidentId)).toEqual(['b', 'c', 'd']);
    expect(running).toHaveLength(2);
  });

  it('does not serve those whose facts it is not about', async () => {
    const first = ask('oslo', 'a');
    const later = ask('oslo', 'a', () => false);
    running[0]?.answer('a');
    await first;
    await settled();
    expect(running.map(({ about }) => about)).toEqual(['a', 'a']);
    running[1]?.answer('a');
    expect((await later)?.incidentId).toBe('a');
  });

  it('keeps nobody of another site waiting', async () => {
    void ask('oslo', 'a');
    const other = ask('bergen', 'b');
    running[1]?.answer('b');
    expect((await other)?.incidentId).toBe('b');
  });

  it('that fails fails for those who share it, and the next asks again', async () => {
    const asked = [ask('oslo', 'a'), ask('oslo', 'a')];
    running[0]?.fail();
    const outcomes = await Promise.allSettled(asked);
    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    const again = ask('oslo', 'a');
    running[1]?.answer('a');
    expect((await again)?.incidentId).toBe('a');
  });

  it('whose answer leaves out the incident that asked answers it with nothing', async () => {
    const asked = ask('oslo', 'gone');
    running[0]?.answer();
    expect(await asked).toBeNull();
  });
});

it.each([
  { afterMs: 0, serves: true },
  { afterMs: 59_999, serves: true },
  { afterMs: 60_000, serves: false },
])('an answer that is $afterMs ms old serves the next notice: $serves', async ({ afterMs, serves }) => {
  const asked = ask('oslo', 'a');
  nowMs = 1_000;
  running[0]?.answer('a', 'b');
  await asked;
  for (const id of ['a', 'b']) expect(questions.recent(id, 1_000 + afterMs, 60_000) !== null).toBe(serves);
  expect(questions.recent('c', 1_000, 60_000)).toBeNull();
});
