import type { LogAnswer, LogWorkspace } from './logWorkspace.ts';
import type { LogQuestion } from './queries.ts';

/**
 * One identity may run five at a time over all workspaces (docs/platform.md#limits-of-log-queries); one is left for
 * other instances.
 */
const mostRunning = 4;

/** After so many time-outs in a row the service is taken for silent, and left alone for a while. */
const timeOutsToRest = 6;
const restMs = 15_000;

/**
 * Keeps to the service's limits within one instance: equal questions share one call, at most four run at once, and
 * after a throttle nothing is asked until the time that the service named is over. A service that stays silent is
 * left alone for a while, so that the notices of other sites do not wait for it one after the other.
 */
export function withinLimits(workspace: LogWorkspace, now: () => number = Date.now): LogWorkspace {
  const flights = new Map<string, Promise<LogAnswer>>();
  const waiting: (() => void)[] = [];
  let running = 0;
  let throttledUntilMs = 0;
  let timeOuts = 0;
  let restsUntilMs = 0;

  const held = (): LogAnswer | null => {
    if (now() < restsUntilMs) return { kind: 'timedOut' };
    const retryAfterMs = throttledUntilMs - now();
    return retryAfterMs > 0 ? { kind: 'throttled', retryAfterMs } : null;
  };

  const fly = async (question: LogQuestion, deadlineMs: number): Promise<LogAnswer> => {
    if (running >= mostRunning) await new Promise<void>((resolve) => waiting.push(resolve));
    else running++;
    try {
      const leftMs = deadlineMs - now();
      if (leftMs <= 0) return { kind: 'timedOut' };
      const unasked = held();
      if (unasked) return unasked;
      const answer = await workspace.ask(question, leftMs);
      timeOuts = answer.kind === 'timedOut' ? timeOuts + 1 : 0;
      if (timeOuts >= timeOutsToRest) {
        restsUntilMs = now() + restMs;
        timeOuts = 0;
      }
      if (answer.kind === 'throttled')
        throttledUntilMs = Math.max(throttledUntilMs, now() + answer.retryAfterMs);
      return answer;
    } finally {
      // The slot passes to the next in line, if there is one.
      const next = waiting.shift();
      if (next) next();
      else running--;
    }
  };

  return {
    ask(question, budgetMs) {
      const unasked = held();
      if (unasked) return Promise.resolve(unasked);
      const key = `${question.fromMs} ${question.toMs} ${question.query}`;
      let flight = flights.get(key);
      if (!flight) {
        flight = fly(question, now() + budgetMs).finally(() => flights.delete(key));
        flights.set(key, flight);
      }
      return atMost(flight, budgetMs);
    },
  };
}

function atMost(answer: Promise<LogAnswer>, budgetMs: number): Promise<LogAnswer> {
  let timer: NodeJS.Timeout;
  const late = new Promise<LogAnswer>((resolve) => {
    timer = setTimeout(() => resolve({ kind: 'timedOut' }), budgetMs);
  });
  return Promise.race([answer, late]).finally(() => clearTimeout(timer));
}
