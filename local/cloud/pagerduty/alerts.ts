import type { PagerDutyEvent } from './event.ts';

/** One alert as its service shows it: opened by a trigger, changed by what follows under the same keys. */
export type Alert = {
  routingKey: string;
  dedupKey: string;
  status: 'triggered' | 'acknowledged' | 'resolved';
  summary: string;
  severity: string;
  log: { at: string; action: PagerDutyEvent['event_action']; summary: string }[];
};

type Alerts = {
  readonly list: () => readonly Alert[];
  take: (event: PagerDutyEvent, atMs: number) => void;
  clear: () => void;
};

const mostAlerts = 1_000;

/**
 * The alerts of all integrations. Events belong to an open alert by both keys: one that comes by another integration key,
 * and an acknowledge or resolve of what is not open, is dropped (Events API v2, "Alert De-Duplication").
 */
export const createAlerts = (): Alerts => {
  let alerts: Alert[] = [];
  const openOf = ({ routing_key, dedup_key }: PagerDutyEvent): Alert | undefined =>
    alerts.findLast(
      (alert) =>
        alert.routingKey === routing_key && alert.dedupKey === dedup_key && alert.status !== 'resolved',
    );

  const take = (event: PagerDutyEvent, atMs: number): void => {
    const at = new Date(atMs).toISOString();
    const summary = event.payload?.summary ?? '';
    const open = openOf(event);
    if (event.event_action !== 'trigger') {
      if (open === undefined) return;
      open.status = event.event_action === 'resolve' ? 'resolved' : 'acknowledged';
      open.log.push({ at, action: event.event_action, summary });
      return;
    }
    const entry = { at, action: event.event_action, summary };
    // A later trigger adds to the log; the title stays that of the first.
    if (open !== undefined) open.log.push(entry);
    else {
      const { routing_key: routingKey, dedup_key: dedupKey = '' } = event;
      const severity = event.payload?.severity ?? '';
      alerts.push({ routingKey, dedupKey, status: 'triggered', summary, severity, log: [entry] });
      alerts = alerts.slice(-mostAlerts);
    }
  };

  return {
    take,
    list: () => alerts,
    clear: () => {
      alerts = [];
    },
  };
};
