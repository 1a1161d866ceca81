import { describe, expect, it } from 'vitest';
import type { LogAnswer, LogWorkspace } from '../../../src/lib/diagnosis/logs/logWorkspace.ts';
import { withinLimits } from '../../../src/lib/diagnosis/logs/withinLimits.ts';

const question = (query: string) => ({ query, fromMs: 0, toMs: 1 });
const nothing: LogAnswer = { kind: 'rows', rows: [] };

/** Answers when told to. */
function slowWorkspace() {
  const open: ((answer: LogAnswer) => void)[] = [];
  const workspace: LogWorkspace = { ask: () => new Promise((resolve) => open.push(resolve)) };
  return { workspace, open };
}

const turns = () => new Promise((resolve) => setImmediate(resolve));

describe('withinLimits', () => {
  it('shares one call between equal questions, and asks anew afterwards', async () => {
    const { workspace, open } = slowWorkspace();
    const logs = withinLimits(workspace);
    const both = [logs.ask(question('a'), 1000), logs.ask(question('a'), 1000)];
    await turns();
    expect(open).toHaveLength(1);
    open[0]!(nothing);
    expect(await Promise.all(both)).toEqual([nothing, nothing]);
    void logs.ask(question('a'), 50);
    await turns();
    expect(open).toHaveLength(2);
  });

  it('runs four at once; the fifth takes the place of the first that ends', async () => {
    const { workspace, open } = slowWorkspace();
    const logs = withinLimits(workspace);
    const answers = ['a', 'b', 'c', 'd', 'e'].map((text) => logs.ask(question(text), 1000));
    await turns();
    expect(open).toHaveLength(4);
    open[0]!(nothing);
    await turns();
    expect(open).toHaveLength(5);
    for (const answer of open) answer(nothing);
    expect(await Promise.all(answers)).toHaveLength(5);
  });

  it('asks nothing until the time that a throttle named is over', async () => {
    let nowMs = 0;
    const asked: string[] = [];
    const logs = withinLimits(
      {
        async ask({ query }) {
          asked.push(query);
          return query === 'a' ? { kind: 'throttled', retryAfterMs: 30_000 } : nothing;
        },
      },
      () => nowMs,
    );
    expect(await logs.ask(question('a'), 1000)).toMatchObject({ kind: 'throttled' });
    nowMs = 10_000;
    expect(await logs.ask(question('b'), 1000)).toEqual({ kind: 'throttled', retryAfterMs: 20_000 });
    nowMs = 30_000;
    expect(await logs.ask(question('c'), 1000)).toEqual(nothing);
    expect(asked).toEqual(['a', 'c']);
  });

  it('answers within the budget although the service hangs', async () => {
    const logs = withinLimits(slowWorkspace().workspace);
    expect(await logs.ask(question('a'), 20)).toEqual({ kind: 'timedOut' });
  });
});

it('leaves a service alone for a while that stayed silent six times in a row', async () => {
  let nowMs = 0;
  let asked = 0;
  const silent: LogWorkspace = {
    ask: async () => {
      asked += 1;
      return { kind: 'timedOut' };
    },
  };
  const limited = withinLimits(silent, () => nowMs);
  for (let time = 0; time < 8; time++) {
    const question = { query: `q${time}`, fromMs: 0, toMs: 1 };
    expect(await limited.ask(question, 1_000)).toEqual({ kind: 'timedOut' });
  }
  expect(asked).toBe(6);
  nowMs = 15_000;
  await limited.ask({ query: 'later', fromMs: 0, toMs: 1 }, 1_000);
  expect(asked).toBe(7);
});
