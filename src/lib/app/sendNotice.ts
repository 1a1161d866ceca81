import type { NoticeName } from '../incident/incident.ts';
import type { SendResult } from '../notify/channel.ts';
import type { Digest } from '../notify/message.ts';
import { stableId } from '../notify/stableId.ts';
import type { ReceiverState } from '../store/receiverStates.ts';
import type { Log } from '../telemetry/log.ts';
import { eachAtMost } from './eachAtMost.ts';
import { type ClaimedNotice, claimNotice, idsOf, messageOf, type ReadyNotice } from './noticeTask.ts';
import { recordOutcome } from './recordOutcome.ts';
import { afterQuietMs, type Company, readAgain, tidyList } from './turns.ts';

/** So many incidents are written side by side. */
const writesAtOnce = 16;

/** So many others each notice of a digest names: a tree, of which the first is the root. */
const branches = 8;

/** What became of a request, as far as its receiver's slots are concerned. */
export type Sent = { readonly timedOut: boolean };

/** Other receivers of the same incidents write there in the same moments. */
const claimsOfEach = 4;

/**
 * Sends notices to one receiver: one by itself, several as a digest. Those at which other writers were faster again and
 * again are left to their own deliveries; null: nothing is left to send.
 */
export async function send(company: Company, state: ReceiverState, log: Log): Promise<Sent | null> {
  const digestId = digestIdFor(company);
  const claimed: ClaimedNotice[] = [];
  await eachAtMost(writesAtOnce, company.ready, async (ready) => {
    const one = await claimInTime(ready, digestId, log);
    if (one !== null) claimed.push(one);
  });
  const [first] = claimed;
  if (!first) return null;
  const { app, receiver, told } = first.ready.task;
  claimed.sort((a, b) => byWeight(a.message, b.message));
  const message = digestId === null ? first.message : digestOf(digestId, claimed, app.now());
  const result = await app.channels.send(message, receiver, app.now(), told.handle ?? null);
  const names = claimed.map(({ message: { incidentId, noticeId } }) => ({ incidentId, noticeId }));
  await eachAtMost(writesAtOnce, [...claimed.entries()], ([index, one]) =>
    recordSent(one, names.slice(index * branches + 1, (index + 1) * branches + 1), result, state, log),
  );
  const goesAgain = result.kind === 'failedTemporarily';
  await tidyList(company, { goesAgain, merged: digestId !== null });
  return { timedOut: goesAgain && result.timedOut };
}

/** Claims a notice, as it stands then: a turn is taken for it, and the next one may be an hour away. */
async function claimInTime(
  given: ReadyNotice,
  digestId: string | null,
  log: Log,
): Promise<ClaimedNotice | null> {
  let ready: ReadyNotice | null = given;
  for (let round = 0; round < claimsOfEach && ready !== null; round++) {
    const claimed = await claimNotice(ready, digestId);
    if (claimed !== null) return claimed;
    ready = await readAgain(ready, log);
  }
  return null;
}

function digestOf(noticeId: string, claimed: readonly ClaimedNotice[], nowMs: number): Digest {
  return {
    type: 'incidents.digest',
    noticeId,
    receiver: claimed[0]!.ready.task.receiver.name,
    incidents: claimed.map(({ message }) => message),
    nowMs,
  };
}

async function recordSent(
  { ready, saved, facts, attempts }: ClaimedNotice,
  digestWith: readonly NoticeName[],
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
  const attempt = { possiblyBefore: notice.possiblyDelivered, facts, reason, result, digestWith };
  const failing = state.failing !== null;
  await recordOutcome(
    app,
    key,
    saved,
    messageOf(task),
    { ...attempt, receiver, failing, afterQuietMs: afterQuietMs(task) },
    log,
  );
}

/**
 * The same for the same notices: a digest that is sent again has the id that its receiver knows, also when some of it is
 * over and left out. null: a notice that goes by itself.
 */
function digestIdFor({ ready, over }: Company): string | null {
  const ids = ready.map(({ task }) => task.notice.noticeId);
  const { digestId: before, possiblyDelivered } = ready[0]!.task.notice;
  const known = possiblyDelivered === null ? undefined : before;
  const whole = digestIdOf([...ids, ...over.map(({ noticeId }) => noticeId)]);
  if (known === whole) return known;
  return ids.length === 1 && known === undefined ? null : digestIdOf(ids);
}

function digestIdOf(noticeIds: readonly string[]): string {
  return stableId('dig', ...noticeIds.toSorted());
}

const weights = { critical: 0, warning: 1, info: 2 } as const;

/** What is open before what is over, the worst first, then by name. */
function byWeight(a: Digest['incidents'][number], b: Digest['incidents'][number]): number {
  const over = Number(a.status === 'resolved') - Number(b.status === 'resolved');
  const severity = weights[a.severity] - weights[b.severity];
  return over || severity || a.site.name.localeCompare(b.site.name) || (a.incidentId < b.incidentId ? -1 : 1);
}
