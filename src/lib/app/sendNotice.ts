import { createHash } from 'node:crypto';
import type { SendResult } from '../notify/channel.ts';
import type { Digest } from '../notify/message.ts';
import type { ReceiverState } from '../store/receiverStates.ts';
import type { Log } from '../telemetry/log.ts';
import { eachAtMost } from './eachAtMost.ts';
import { type ClaimedNotice, claimNotice, idsOf, messageOf, type ReadyNotice } from './noticeTask.ts';
import { recordOutcome } from './recordOutcome.ts';

/** So many incidents are written side by side. */
const writesAtOnce = 16;

/** What became of a request, as far as its receiver's slots are concerned. */
export type Sent = { readonly timedOut: boolean };

/** Sends a notice that was claimed, and records what came of it. */
async function sendOne(claimed: ClaimedNotice, state: ReceiverState, log: Log): Promise<Sent> {
  const { app, receiver, told } = claimed.ready.task;
  const result = await app.channels.send(claimed.message, receiver, app.now(), told.handle ?? null);
  await recordSent(claimed, result, state, log);
  return sentBy(result);
}

/**
 * Sends notices to one receiver: one by itself, several as a digest. Those at which another writer was faster are left to
 * their own deliveries; null: nothing is left to send.
 */
export async function send(
  all: readonly ReadyNotice[],
  state: ReceiverState,
  log: Log,
): Promise<Sent | null> {
  const digestId = all.length === 1 ? null : digestIdOf(all);
  const claimed: ClaimedNotice[] = [];
  await eachAtMost(writesAtOnce, all, async (ready) => {
    const one = await claimNotice(ready, digestId);
    if (one !== null) claimed.push(one);
  });
  const [first] = claimed;
  if (!first) return null;
  if (digestId === null || claimed.length === 1) return sendOne(first, state, log);
  const { app, receiver, told } = first.ready.task;
  const digest: Digest = {
    type: 'incidents.digest',
    noticeId: digestId,
    receiver: receiver.name,
    incidents: claimed.map(({ message }) => message).sort(byWeight),
    nowMs: app.now(),
  };
  const result = await app.channels.send(digest, receiver, app.now(), told.handle ?? null);
  await eachAtMost(writesAtOnce, claimed, (one) => recordSent(one, result, state, log));
  return sentBy(result);
}

async function recordSent(
  { ready, saved, facts, attempts }: ClaimedNotice,
  result: SendResult,
  state: ReceiverState,
  log: Log,
): Promise<void> {
  const { task, reason } = ready;
  const { app, key, notice, receiver } = task;
  log.info('notice tried', {
    ...idsOf(task),
    reason,
    result: result.kind,
    error: result.kind === 'sent' ? null : result.error,
    attempts,
  });
  const attempt = { possiblyBefore: notice.possiblyDelivered, facts, reason, result };
  const failing = state.failing !== null;
  await recordOutcome(app, key, saved, messageOf(task), { ...attempt, receiver, failing }, log);
}

function sentBy(result: SendResult): Sent {
  return { timedOut: result.kind === 'failedTemporarily' && result.timedOut };
}

/** The same for the same notices: a digest that is sent again has the id that its receiver knows. */
function digestIdOf(all: readonly ReadyNotice[]): string {
  const ids = all.map(({ task }) => task.notice.noticeId).sort();
  return `dig_${createHash('sha256').update(JSON.stringify(ids)).digest('hex').slice(0, 32)}`;
}

const weights = { critical: 0, warning: 1, info: 2 } as const;

/** What is open before what is over, the worst first, then by name. */
function byWeight(a: Digest['incidents'][number], b: Digest['incidents'][number]): number {
  const over = Number(a.status === 'resolved') - Number(b.status === 'resolved');
  const severity = weights[a.severity] - weights[b.severity];
  return over || severity || a.site.name.localeCompare(b.site.name) || (a.incidentId < b.incidentId ? -1 : 1);
}
