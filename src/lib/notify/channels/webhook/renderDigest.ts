import type { Digest } from '../../message.ts';
import { renderWebhook, type WebhookBody } from './render.ts';

/** So many devices are listed in all, and at least some of each incident: receivers limit what they take. */
const listedInAll = 2_000;
const listedAtLeast = 5;

/** What a webhook receiver gets of several incidents: the data of each, as it stands. */
export type DigestBody = {
  readonly type: Digest['type'];
  readonly timestamp: string;
  readonly data: {
    readonly noticeId: string;
    readonly incidents: readonly WebhookBody['data'][];
  };
};

export function renderDigest({ type, noticeId, incidents, nowMs }: Digest): DigestBody {
  const most = Math.max(listedAtLeast, Math.floor(listedInAll / incidents.length));
  return {
    type,
    timestamp: new Date(nowMs).toISOString(),
    data: {
      noticeId,
      incidents: incidents.map((message) => {
        const cut = Math.max(0, message.devices.length - most);
        const devices = message.devices.slice(0, most);
        return renderWebhook({ ...message, devices, devicesTruncated: message.devicesTruncated + cut }).data;
      }),
    },
  };
}
