import { parsePlaceKey } from '../directory/placeKey.ts';
import { readNoticeMessage } from '../store/queueMessages.ts';
import type { NoticeMessage } from '../store/queues.ts';
import type { ReceiverState } from '../store/receiverStates.ts';
import type { Log } from '../telemetry/log.ts';
import { type App, ContentionError, mostAttempts, withFreshControls } from './app.ts';
import { rediagnose } from './diagnoseIncident.ts';
import {
  dropNotice,
  loadTask,
  messageOf,
  type NoticeOf,
  putOff,
  type ReadyNotice,
  readNotice,
} from './noticeTask.ts';
import { requeueOnStorageFault } from './requeueOnStorageFault.ts';
import { send } from './sendNotice.ts';
import { afterQuietMs, companyOf, rankOf, takeTurn, turnOf, waitForTurn } from './turns.ts';

/** Quiet that a receiver asks for while its notice is being made is seen when making it took longer than this. */
const quietGraceMs = 500;

/**
 * Works on one message of the queue `notices`: delivers a notice, or asks the logs again for an incident.
 *
 * Delivering:
 * 1. Read the incident, the guard of its place first; leave a notice that is finished, not due, or in another
 *    delivery's hands. Never act by older rules than those that decided here last.
 * 2. Wait while the receiver has asked for quiet, or its limit lets nothing through.
 * 3. Ask the logs within the budget if nobody has, or if what they answered was about other facts. Where too many wait for
 *    them here, come back in a moment.
 * 4. Look whether the notice is still true; drop it if not.
 * 5. Take a turn under the receiver's limit. Where notices can be merged, those that wait go with this one in a digest.
 * 6. Claim each by its tag, noting that from now on it may have been read.
 * 7. Send, then record the outcome and what the receiver now knows in one write for each incident.
 *
 * A crash between 6 and 7 leaves the claim, which lapses; the notice then goes out again under the same id.
 */
export async function deliverNotice(app: App, content: unknown, _nowMs: number, log: Log): Promise<void> {
  const message = readNoticeMessage(content);
  await requeueOnStorageFault(
    () => workOn(app, message, log),
    (delayMs) => app.queues.deliver(message, delayMs),
    log,
  );
}

async function workOn(by: App, message: NoticeMessage, log: Log): Promise<void> {
  const app = await withFreshControls(by);
  const key = parsePlaceKey(message.partition)!;
  if ('askLogsFor' in message) {
    if (key.kind !== 'hub') await rediagnose(app, key, message.askLogsFor, log);
    return;
  }
  const { sinceMs = app.now() } = message;
  for (let attempt = 0; attempt < mostAttempts; attempt++) {
    const done = await tryDelivery(app, message, sinceMs, log);
    if (done) return;
  }
  throw new ContentionError(`notice ${message.notice}`);
}

/** One go at it; false: another writer was faster, begin again. @param sinceMs when the first one began */
async function tryDelivery(given: App, message: NoticeOf, sinceMs: number, log: Log): Promise<boolean> {
  const task = await loadTask(given, parsePlaceKey(message.partition)!, message);
  if (task === null) return true;
  if (task === 'again') return false;
  const { app, receiver } = task;
  const lookedAtMs = app.now();
  const state = await app.receiverStates.look(receiver.name);
  const quietUntilMs = state.quietUntilMs + afterQuietMs(task);
  if (quietUntilMs > lookedAtMs) return putOff(task, quietUntilMs, 'asked for');
  const turn = await turnOf(task);
  if (turn.kind !== 'now') return waitForTurn(task, turn);
  // Where notices wait in line for a limit, the first of them holds up no other.
  const comesBack = task.notice.awaitsTurn !== true;
  const ready = await readNotice(task, { sinceMs, comesBack }, log);
  if ('comeBackAfterMs' in ready) {
    await app.queues.deliver({ ...messageOf(task), sinceMs }, ready.comeBackAfterMs);
    return true;
  }
  if ('pointless' in ready) return dropNotice(task, ready.pointless, log);
  if (app.now() - lookedAtMs > quietGraceMs) {
    const later = await app.receiverStates.look(receiver.name);
    const laterMs = later.quietUntilMs + afterQuietMs(task);
    if (laterMs > app.now()) return putOff(task, laterMs, 'asked for');
  }
  return deliver(ready, state, log);
}

async function deliver(ready: ReadyNotice, state: ReceiverState, log: Log): Promise<boolean> {
  const { task } = ready;
  const { app, receiver } = task;
  const admission = await app.bulkhead.enter(receiver.name, app.now(), app.pause, rankOf(task));
  if (admission.kind === 'wait') return putOff(task, app.now() + admission.delayMs, 'no slot');
  let timedOut = false;
  try {
    const turn = await takeTurn(app, receiver, task.notice.kind === 'final');
    if (turn.kind === 'wait') return await waitForTurn(task, turn);
    const sent = await send(await companyOf(ready, log), state, log);
    if (sent === null) return false;
    timedOut = sent.timedOut;
  } finally {
    app.bulkhead.leave(receiver.name, timedOut, receiver.delivery.retryFirstMs, app.now());
  }
  return true;
}
