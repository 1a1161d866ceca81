import { randomUUID } from 'node:crypto';
import type { InboxTab } from '../inboxTab.ts';
import type { Reply } from '../reply.ts';
import type { CloudRequest } from '../request.ts';
import { createStandIn, type StandIn } from '../standIn.ts';
import { createAlerts } from './alerts.ts';
import { drawAlerts } from './drawAlerts.ts';
import { eventSchema } from './event.ts';

/** "Events API payloads are limited to 512 KB" (Events API v2 Overview). */
const mostBytes = 512 * 1024;

const invalid = (errors: readonly string[]): Reply => ({
  status: 400,
  body: { status: 'invalid event', message: 'Event object is invalid', errors },
});

/** PagerDuty's Events API v2: answers, limits, and the alerts that its events make. */
export const createPagerDuty = (): StandIn & { tab: InboxTab } => {
  const alerts = createAlerts();

  const enqueue = (request: CloudRequest): Reply => {
    if (request.body.length > mostBytes) return invalid([`the event is longer than ${mostBytes} bytes`]);
    let body: unknown;
    try {
      body = JSON.parse(request.body.toString('utf8'));
    } catch {
      return invalid(['the body is not JSON']);
    }
    const read = eventSchema.safeParse(body);
    if (!read.success) return invalid(read.error.issues.map(({ message }) => message));
    const event = { ...read.data, dedup_key: read.data.dedup_key ?? randomUUID() };
    alerts.take(event, request.nowMs);
    return {
      status: 202,
      body: { status: 'success', message: 'Event processed', dedup_key: event.dedup_key },
    };
  };

  const standIn = createStandIn(
    'pagerduty',
    [{ path: '/pagerduty/v2/enqueue', name: 'enqueue', maxBytes: 2 * mostBytes, answer: enqueue }],
    ({ status, error }) => ({
      status: status ?? 400,
      body: { status: error ?? 'invalid event', message: error ?? 'The stand-in was told to fail.' },
    }),
    alerts.clear,
  );
  return {
    ...standIn,
    tab: {
      id: 'pagerduty',
      label: 'PagerDuty',
      calls: standIn.calls,
      empty: 'No event yet. A receiver with pagerduty appears here.',
      draw: () => drawAlerts(alerts.list()),
    },
  };
};
