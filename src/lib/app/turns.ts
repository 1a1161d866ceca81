import type { Notice } from '../incident/incident.ts';
import { freeAt, spend } from '../notify/delivery/rateLimit.ts';
import type { Receiver } from '../policy/receiver.ts';
import type { SpentOf } from '../store/rateLimits.ts';
import type { WaitingNotice } from '../store/waitingNotices.ts';
import type { Log } from '../telemetry/log.ts';
import { type App, ContentionError, mostAttempts } from './app.ts';
import { eachAtMost } from './eachAtMost.ts';
import { dropNotice, loadTask, type NoticeTask, putOff, type ReadyNotice, readNotice } from './noticeTask.ts';

/** Whether a notice may go out now under the limits of its receiver. */
export type Turn = { readonly kind: 'now' } | { readonly kind: 'wait'; readonly untilMs: number };

/** Who does not go first comes this much later: by then a digest has taken it along, or its own turn is near. */
const behindMs = 20_000;

/** Who stays behind another comes this much later. */
const stepMs = 1_000;

/** So many notices of one receiver are looked at for their order, or taken along. */
const mostInOrder = 50;
const mostListed = 900;
const mostLookedAt = 25;

/** What waits is read side by side, and for so long; the rest goes with the next digest. */
const readsAtOnce = 16;
const readForMs = 10_000;

/** `behind`: there is room, but what waits already goes first. */
type TurnInLine = Turn | { readonly kind: 'behind'; readonly untilMs: number };

/** Whether it may go out, without taking the turn. */
export async function turnOf(task: NoticeTask): Promise<TurnInLine> {
  const { app, receiver, notice } = task;
  const { limits, merges } = app.channels.pacingOf(receiver);
  if (limits.length === 0) return { kind: 'now' };
  const spent = await app.rateLimits.read(limits.map(({ name }) => name));
  const turn = turnUnder(app, receiver, notice.kind === 'final', spent);
  if (turn.kind === 'wait' || merges) return turn;
  const untilMs = await othersGoUntil(task);
  return untilMs === null ? turn : { kind: 'behind', untilMs };
}

/**
 * When those that wait for their turn and go before this notice will have gone: the more important, then the older; null:
 * there are none. An end waits for ends alone, which have a share of the limit to themselves. What is finished leaves
 * the list.
 */
async function othersGoUntil(task: NoticeTask): Promise<number | null> {
  const { app, receiver, notice } = task;
  const own = waitingOf(task);
  const listed = await app.waitingNotices.first(receiver.name, mostInOrder);
  const ahead = listed.filter((each) => goesBefore(each, own));
  const finished: WaitingNotice[] = [];
  const firstDueOf = async (line: readonly WaitingNotice[]): Promise<number | null> => {
    for (const one of line.slice(0, mostLookedAt)) {
      const { place, incidentId, noticeId } = one;
      const other = await loadTask(app, place, { incident: incidentId, notice: noticeId }, 'waiting');
      if (other === null) finished.push(one);
      if (other === null || other === 'again' || !other.notice.awaitsTurn) continue;
      if (notice.kind !== 'final' || other.notice.kind === 'final') return other.notice.dueAtMs;
    }
    return null;
  };
  const headDueMs = await firstDueOf(ahead);
  // The one right before it comes last of them.
  const lastDueMs = headDueMs === null ? null : await firstDueOf(ahead.toReversed());
  await app.waitingNotices.remove(receiver.name, [...new Set(finished)]);
  return headDueMs === null ? null : Math.max(app.now(), headDueMs, lastDueMs ?? 0) + stepMs;
}

function goesBefore(one: WaitingNotice, other: WaitingNotice): boolean {
  if (one.noticeId === other.noticeId) return false;
  return (
    (one.rank - other.rank || one.sinceMs - other.sinceMs || (one.noticeId < other.noticeId ? -1 : 1)) < 0
  );
}

/** Takes the turn, when something may go out to a receiver. @param ends it tells the end of an incident */
export async function takeTurn(app: App, receiver: Receiver, ends: boolean): Promise<Turn> {
  const { limits } = app.channels.pacingOf(receiver);
  if (limits.length === 0) return { kind: 'now' };
  for (let attempt = 0; attempt < mostAttempts; attempt++) {
    const spent = await app.rateLimits.read(limits.map(({ name }) => name));
    const turn = turnUnder(app, receiver, ends, spent);
    if (turn.kind === 'wait') return turn;
    const nowMs = app.now();
    const next = new Map(
      limits.map(({ name, rates, weight }) => [
        name,
        spend(rates, spent.get(name)?.record ?? [], { atMs: nowMs, weight, ends }),
      ]),
    );
    if (await app.rateLimits.save(next, spent)) return turn;
  }
  throw new ContentionError(`limits of ${receiver.name}`);
}

function turnUnder(app: App, receiver: Receiver, ends: boolean, spent: SpentOf): Turn {
  const nowMs = app.now();
  const { limits, merges } = app.channels.pacingOf(receiver);
  const moments = limits.map(({ name, rates, weight }) =>
    freeAt(rates, spent.get(name)?.record ?? [], { weight, ends, merges }, nowMs),
  );
  const untilMs = Math.max(nowMs, ...moments);
  return untilMs > nowMs ? { kind: 'wait', untilMs } : { kind: 'now' };
}

/** When a receiver's quiet is over, each rank leaves it so long to those before: a batch of the host and its polling. */
const aheadMs = 2_000;

/** How much later than the end of a receiver's quiet a notice goes to it. */
export function afterQuietMs(task: NoticeTask): number {
  return rankOf(task) * aheadMs;
}

/** Ends and critical openings go first, reminders last. */
export function rankOf({ notice, stored }: NoticeTask): number {
  const { severity } = stored.file.incident;
  if (notice.kind === 'final' || (notice.kind === 'opening' && severity === 'critical')) return 0;
  if (notice.kind === 'reminder') return 3;
  return severity === 'info' ? 2 : 1;
}

/**
 * Puts a notice off until its turn. The first of those that wait comes when the limit lets something through; the others a
 * little later, when it has taken them along, or each about its own turn where notices are not merged.
 */
export async function waitForTurn(
  task: NoticeTask,
  { kind, untilMs }: Exclude<TurnInLine, { kind: 'now' }>,
): Promise<boolean> {
  const { app, notice, receiver } = task;
  await app.waitingNotices.add(receiver.name, waitingOf(task));
  if (kind === 'behind') return putOff(task, untilMs, 'limit');
  const { limits, merges } = app.channels.pacingOf(receiver);
  const first = await app.waitingNotices.first(receiver.name, merges ? 1 : mostInOrder);
  const before = first.findIndex(({ noticeId }) => noticeId === notice.noticeId);
  const place = before < 0 ? first.length : before;
  if (merges) return putOff(task, untilMs + (place === 0 ? 0 : behindMs), 'limit');
  const spacingMs = Math.max(
    0,
    ...limits.flatMap(({ rates }) => rates.map((rate) => rate.windowMs / rate.count)),
  );
  return putOff(task, untilMs + Math.floor(place * spacingMs), 'limit');
}

/** The notices that go out together, and those of the list of waiting ones that went or have nothing to say any more. */
export type Company = {
  readonly ready: readonly ReadyNotice[];
  readonly listed: readonly WaitingNotice[];
  readonly over: readonly WaitingNotice[];
};

/**
 * Those that wait for the same receiver and go with this notice, each as it stands now; none where notices are not merged.
 * What says nothing any more is dropped. What may have been read keeps its company: it goes again as it went before.
 */
export async function companyOf(leader: ReadyNotice, log: Log): Promise<Company> {
  const { app, receiver, notice } = leader.task;
  const { limits, merges, mostInDigest = mostListed } = app.channels.pacingOf(receiver);
  if (limits.length === 0) return { ready: [leader], listed: [], over: [] };
  const listed = await app.waitingNotices.first(receiver.name, merges ? mostListed : mostInOrder);
  const others = listed.filter(({ noticeId }) => noticeId !== notice.noticeId);
  if (!merges) return { ready: [leader], listed, over: await finishedAhead(leader, listed) };
  const startedMs = app.now();
  const ready: ReadyNotice[] = [leader];
  const over: WaitingNotice[] = [];
  const read = new Set<string>([notice.noticeId]);
  await eachAtMost(readsAtOnce, others, async (one) => {
    const isFull = ready.length >= mostInDigest || app.now() - startedMs > readForMs;
    if (isFull || read.has(one.noticeId)) return;
    read.add(one.noticeId);
    const found = await readWaiting(leader, one, startedMs, log);
    if (found === 'busy') return;
    if (found === 'over') over.push(one);
    else if (ready.length < mostInDigest) ready.push(found);
  });
  return { ready, listed, over };
}

/** Takes off the list what is finished, and puts on it what goes again with the same company. */
export async function tidyList(
  { ready, listed, over }: Company,
  after: { readonly goesAgain: boolean; readonly merged: boolean },
): Promise<void> {
  const [leader] = ready;
  if (!leader) return;
  const { app, receiver } = leader.task;
  if (app.channels.pacingOf(receiver).limits.length === 0) return;
  const went = new Set(ready.map(({ task }) => task.notice.noticeId));
  const finished = after.goesAgain ? [] : listed.filter(({ noticeId }) => went.has(noticeId));
  await app.waitingNotices.remove(receiver.name, [...finished, ...over]);
  if (!after.goesAgain || !after.merged) return;
  if (listed.some(({ noticeId }) => noticeId === leader.task.notice.noticeId)) return;
  await app.waitingNotices.add(receiver.name, waitingOf(leader.task));
}

/** Those before this notice that are finished: they would hold back all behind them. */
async function finishedAhead(
  leader: ReadyNotice,
  listed: readonly WaitingNotice[],
): Promise<WaitingNotice[]> {
  const { app, notice } = leader.task;
  const own = listed.findIndex(({ noticeId }) => noticeId === notice.noticeId);
  const ahead = listed.slice(0, own < 0 ? mostLookedAt : Math.min(own, mostLookedAt));
  const finished: WaitingNotice[] = [];
  await eachAtMost(readsAtOnce, ahead, async (one) => {
    const { place, incidentId: incident, noticeId } = one;
    if ((await loadTask(app, place, { incident, notice: noticeId }, 'waiting')) === null) finished.push(one);
  });
  return finished;
}

async function readWaiting(
  { task: { app, receiver, notice } }: ReadyNotice,
  { place, incidentId, noticeId }: WaitingNotice,
  sinceMs: number,
  log: Log,
): Promise<ReadyNotice | 'busy' | 'over'> {
  const task = await loadTask(app, place, { incident: incidentId, notice: noticeId }, 'waiting');
  if (task === 'again') return 'busy';
  if (task === null || task.receiver.name !== receiver.name) return 'over';
  if (companionsOf(task.notice) !== companionsOf(notice)) return 'busy';
  const ready = await readNotice(task, { sinceMs, comesBack: false }, log);
  if ('comeBackAfterMs' in ready) return 'busy';
  if (!('pointless' in ready)) return ready;
  return (await dropNotice(task, ready.pointless, log)) ? 'over' : 'busy';
}

/** A notice as it stands now that another writer was faster; null: it is not to be sent with its company any more. */
export async function readAgain(before: ReadyNotice, log: Log): Promise<ReadyNotice | null> {
  const { task } = before;
  const found = await readWaiting(before, waitingOf(task), task.app.now(), log);
  return found === 'busy' || found === 'over' ? null : found;
}

/** Which others it was sent with in an attempt that may have been read; null: it was not sent, or was refused. */
function companionsOf({ possiblyDelivered, digestId, noticeId }: Notice): string | null {
  return possiblyDelivered === null ? null : (digestId ?? noticeId);
}

function waitingOf(task: NoticeTask): WaitingNotice {
  const { key, notice } = task;
  const { incidentId, noticeId, createdAtMs } = notice;
  return { place: key, incidentId, noticeId, rank: rankOf(task), sinceMs: createdAtMs };
}
