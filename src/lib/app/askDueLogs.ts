import { formatPlaceKey } from '../directory/placeKey.ts';
import type { DueQuestion } from '../store/dueQuestions.ts';
import type { Log } from '../telemetry/log.ts';
import type { App } from './app.ts';
import { askLogs } from './askLogs.ts';
import { eachAtMost } from './eachAtMost.ts';

/** So many devices are asked about in one query. */
const mostDevices = 1_000;

/** Beside the devices that fell, a few that stayed are asked about at each site. */
const devicesBeside = 5;

/** Nobody waits for these answers. */
const within = { answerMs: 20_000, turnMs: 5_000 } as const;

/** Whoever asks goes on while sites wait, and hands over after this. */
const goesOnMs = 60_000;

/** Where others have all the turns, somebody looks again after this. */
const againMs = 5_000;

const messagesAtOnce = 8;

/**
 * Asks again about a site, and about the other sites of its hub that wait: those that came due on any instance while one
 * was asking. Each is answered by the look that takes it off the list; one that is lost with its asker is noted again by
 * its next evaluation.
 */
export async function askDueLogs(app: App, own: DueQuestion, log: Log): Promise<void> {
  const { hub } = own.key;
  const handsOverMs = app.now() + goesOnMs;
  let first: readonly DueQuestion[] = [own];
  for (;;) {
    const listed = await app.dueQuestions.first(hub);
    const batch = batchOf([...first, ...listed]);
    if (batch.length === 0) return;
    const next = batch[0]!;
    if (app.now() > handsOverMs) return askAgain(app, next, 0);
    const places = new Set(batch.map(({ key }) => formatPlaceKey(key)));
    const taken = listed.filter(({ key }) => places.has(formatPlaceKey(key)));
    if (!(await app.dueQuestions.take(hub, taken))) continue;
    const untilMs = app.now() + within.turnMs + within.answerMs;
    const answers = await askLogs(app, batch, { untilMs, turnWithinMs: within.turnMs, why: 'again' }, log);
    if (answers === null) {
      await app.dueQuestions.add(hub, batch);
      return askAgain(app, next, againMs);
    }
    app.questions.remember(answers, app.now());
    await eachAtMost(messagesAtOnce, batch, ({ key }) => app.scheduler.schedule(key, app.now(), app.now()));
    first = [];
  }
}

function askAgain(app: App, { key, incidentId }: DueQuestion, delayMs: number): Promise<void> {
  return app.queues.deliver({ partition: formatPlaceKey(key), askLogsFor: incidentId }, delayMs);
}

/** Sites whose devices fit into one query, each once; the first one whatever its size. */
function batchOf(questions: readonly DueQuestion[]): DueQuestion[] {
  const batch = new Map<string, DueQuestion>();
  let room = mostDevices;
  for (const question of questions) {
    const place = formatPlaceKey(question.key);
    if (batch.has(place)) continue;
    room -= question.devices + devicesBeside;
    if (room < 0 && batch.size > 0) break;
    batch.set(place, question);
  }
  return [...batch.values()];
}
