// "Why was I (not) told?" with the answers that a person who knows the story gives: asked at once, and again after the
// configuration has changed. Every event, decision and delivery goes the real way; storage is in memory.
import { describe, expect, it } from 'vitest';
import { codes } from '../../../src/lib/explain/explanation.ts';
import { AskedSite } from '../../support/askedSite.ts';
import { offsetMs } from '../../support/offsetMs.ts';
import { type Question, questions, rulesOf } from './questions.ts';

/** Plays a story, and asks each question ten seconds after its moment. */
async function played({ config, story, asks }: Question): Promise<{ site: AskedSite; answers: unknown[] }> {
  const site = new AskedSite(rulesOf(config));
  const steps = story.toSorted(([a], [b]) => offsetMs(a) - offsetMs(b));
  const moments = asks
    .map(({ at }, index) => ({ at, index }))
    .sort((a, b) => offsetMs(a.at) - offsetMs(b.at));
  const answers: unknown[] = [];
  const askUntil = async (untilMs: number) => {
    while (moments[0] && offsetMs(moments[0].at) + 10_000 <= untilMs) {
      const { at, index } = moments.shift()!;
      await site.until(`${(offsetMs(at) + 10_000) / 1_000}s`);
      const { device = 'oslo-0', receiver = null } = asks[index]!;
      answers[index] = await site.ask(device, at, receiver);
    }
  };
  for (const [at, act] of steps) {
    await askUntil(offsetMs(at));
    await site.until(at);
    await act(site);
  }
  await askUntil(Number.POSITIVE_INFINITY);
  return { site, answers };
}

type Answer = Awaited<ReturnType<AskedSite['ask']>>;

function shown({ outcome, known, receivers }: Answer) {
  const named = receivers.map(({ receiver, told, because }) => [
    receiver,
    told ? `told ${because}` : because,
  ]);
  return { outcome, phase: known.phase, receivers: Object.fromEntries(named) };
}

const later =
  'receivers: { operators: { email: { to: ["x@oslo.example"] } } }\nroutes: [{ match: { severity: [info] }, to: [operators] }]\npolicy: { offlineAfter: 1h }\n';

describe.each(questions)('$what', (question) => {
  it('is answered as it was, at once and after everything has changed', async () => {
    const { site, answers } = await played(question);
    const expected = question.asks.map(({ outcome, phase, receivers }) => ({
      outcome,
      ...(phase === undefined ? {} : { phase }),
      ...(receivers ? { receivers } : {}),
    }));
    const atOnce = answers.map((answer) => shown(answer as Answer));
    expect(atOnce.map((one, n) => ({ at: question.asks[n]!.at, ...one }))).toMatchObject(
      expected.map((one, n) => ({ at: question.asks[n]!.at, ...one })),
    );
    for (const [n, { says }] of question.asks.entries())
      if (says) expect((answers[n] as Answer).sentences.join(' ')).toMatch(says);
    const { configOf } = await import('../../support/configOf.ts');
    await site.use(configOf(later));
    await site.until('6h');
    for (const [n, { at, device = 'oslo-0', receiver = null }] of question.asks.entries()) {
      const again = await site.ask(device, at, receiver);
      const { after: _, ...same } = answers[n] as Answer;
      const { after, ...now } = again;
      expect(now).toEqual(same);
      expect(after).toBeInstanceOf(Array);
    }
  });
});

it('asks at least thirty-six questions, and each code is an answer to one', () => {
  const asks = questions.flatMap((question) => question.asks);
  expect(asks.length).toBeGreaterThanOrEqual(36);
  const answers = new Set(
    asks.flatMap(({ outcome, receivers = {} }) => [
      outcome,
      ...Object.values(receivers).map((one) => one.replace('told ', '')),
    ]),
  );
  expect(codes.filter((code) => !answers.has(code))).toEqual([]);
});
