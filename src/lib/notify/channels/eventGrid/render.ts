import { isAnnouncement, type OutgoingMessage, single } from '../../message.ts';
import { renderWebhook } from '../webhook/render.ts';
import { announcementBody } from '../webhook/renderAnnouncement.ts';

/** A CloudEvent (CloudEvents 1.0) as the client of Event Grid takes it. */
export type NoticeEvent = {
  readonly type: `IoTHubResponder.${string}`;
  readonly source: string;
  readonly subject: string;
  /** The id of the notice: the same on every attempt, so that a subscriber can drop a repeat. */
  readonly id: string;
  readonly time: Date;
  readonly datacontenttype: 'application/json';
  /** The `data` that a webhook receiver gets. */
  readonly data: object;
};

/** A message as an event. Names are encoded in paths, so that none of them adds a segment. */
export function renderEvent(given: OutgoingMessage, nowMs: number): NoticeEvent {
  const message = single(given);
  const general = { time: new Date(nowMs), datacontenttype: 'application/json' } as const;
  if (isAnnouncement(message)) {
    return {
      ...general,
      type: `IoTHubResponder.${message.type}`,
      source: '/responder',
      subject: `announcements/${message.id}`,
      id: message.id,
      data: announcementBody(message, nowMs).data,
    };
  }
  const { hub, site, incidentId } = message;
  return {
    ...general,
    type: `IoTHubResponder.${message.type}`,
    source: `/hubs/${encodeURIComponent(hub)}`,
    subject: `hubs/${encodeURIComponent(hub)}/sites/${encodeURIComponent(site.id)}/incidents/${incidentId}`,
    id: message.noticeId,
    data: renderWebhook(message).data,
  };
}
