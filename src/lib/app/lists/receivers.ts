import { formatRate } from '../../fields/quantities.ts';
import type { Notice } from '../../incident/incident.ts';
import { iso } from '../../pages/deviceView.ts';
import type { DeliveryItem, ReceiverItem } from '../../pages/receiverItem.ts';
import type { Receiver } from '../../policy/receiver.ts';
import type { App } from '../app.ts';
import { eachAtMost } from '../eachAtMost.ts';
import { findIncident } from '../listings.ts';
import { type ListPart, type Part, partOf } from './listPage.ts';

/** So many of the newest notices are looked through. */
const noticesLookedAt = 100;
const mostWaiting = 100;
const atOnce = 8;

/** The receivers of the configuration, by name. */
export async function listReceivers(app: App, part: Part, nowMs: number): Promise<ListPart<ReceiverItem>> {
  const names = [...app.rules.receivers.keys()].sort();
  const { items, next } = partOf(names, part);
  const [states, notices] = await Promise.all([app.receiverStates.all(), newestNotices(app)]);
  const byReceiver = Map.groupBy(notices, ({ receiver }) => receiver);
  const found = new Map<string, ReceiverItem>();
  await eachAtMost(atOnce, items, async (name) => {
    const receiver = app.rules.receivers.get(name)!;
    const state = states.get(name);
    const own = byReceiver.get(name) ?? [];
    const failed = own.find((notice) => notice.lastError !== null);
    const sent = own.find((notice) => notice.state !== 'pending');
    found.set(name, {
      receiver: name,
      kind: receiver.channel.kind,
      fallback: receiver.fallback,
      failing: state?.failing ? { since: iso(state.failing.sinceMs), error: state.failing.error } : null,
      quietUntil: state && state.quietUntilMs > nowMs ? iso(state.quietUntilMs) : null,
      limits: await limitsOf(app, receiver, nowMs),
      waiting: (await app.waitingNotices.first(name, mostWaiting)).length,
      lastDelivery: sent ? deliveryItem(sent) : null,
      lastFailure: failed ? deliveryItem(failed) : null,
    });
  });
  return { items: items.map((name) => found.get(name)!), next };
}

async function limitsOf(app: App, receiver: Receiver, nowMs: number): Promise<ReceiverItem['limits']> {
  const { limits } = app.channels.pacingOf(receiver);
  if (limits.length === 0) return [];
  const spent = await app.rateLimits.read(limits.map(({ name }) => name));
  return limits.flatMap(({ name, rates }) =>
    rates.map((rate) => ({
      rate: formatRate(rate),
      spent: (spent.get(name)?.record ?? [])
        .filter(({ atMs }) => atMs > nowMs - rate.windowMs)
        .reduce((sum, { weight }) => sum + weight, 0),
    })),
  );
}

async function newestNotices(app: App): Promise<Notice[]> {
  const { items } = await app.history.notices('', noticesLookedAt);
  const newest = items.slice(0, noticesLookedAt);
  const notices = new Map<string, Notice>();
  await eachAtMost(atOnce, [...new Set(newest.map(({ incidentId }) => incidentId))], async (incidentId) => {
    for (const notice of (await findIncident(app, incidentId))?.file.notices ?? []) {
      notices.set(notice.noticeId, notice);
    }
  });
  return [...notices.values()].sort((a, b) => timeOf(b) - timeOf(a));
}

const timeOf = ({ finishedAtMs, createdAtMs }: Notice) => finishedAtMs ?? createdAtMs;

function deliveryItem(notice: Notice): DeliveryItem {
  const { noticeId, incidentId, reason, state, attempts, lastError } = notice;
  return { noticeId, incidentId, reason, state, at: iso(timeOf(notice)), attempts, error: lastError };
}
