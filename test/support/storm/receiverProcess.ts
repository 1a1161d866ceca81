// Webhook receivers in a process of their own, so that their work does not count as the product's. One for each path.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Heard, Limit } from './receivers.ts';

/** What the product and Alertmanager post, as far as anybody looks at it. */
type Body = {
  readonly type?: string;
  readonly status?: string;
  readonly groupLabels?: { readonly site?: string };
  readonly alerts?: readonly { readonly status: string }[];
  readonly truncatedAlerts?: number;
  readonly data?: Incident & { readonly incidents?: readonly Incident[] };
};
type Incident = {
  readonly noticeId: string;
  readonly status: string;
  readonly severity: string;
  readonly site: { readonly id: string };
  readonly counts: { readonly offline: number };
};

let heard: Heard[] = [];
let limit: Limit = null;
/** When each request of the last second was taken. */
let taken: number[] = [];

function readBody(receiver: string, text: string): Heard[] {
  const { type = '', status, groupLabels, alerts = [], truncatedAlerts = 0, data } = JSON.parse(text) as Body;
  const atMs = Date.now();
  if (data === undefined) {
    const over = status === 'resolved';
    const offline = alerts.length + truncatedAlerts;
    return [{ receiver, atMs, type, site: groupLabels?.site ?? '', id: '', severity: '', over, offline }];
  }
  return (data.incidents ?? [data]).map(({ noticeId: id, severity, site, counts, ...one }) => {
    const over = one.status === 'resolved';
    return { receiver, atMs, type, site: site.id, id, severity, over, offline: counts.offline };
  });
}

/** Whether the receiver's limit lets another one in. */
function isWelcome(nowMs: number): boolean {
  if (limit === null) return true;
  taken = taken.filter((atMs) => atMs > nowMs - 1_000);
  if (taken.length >= limit.perSecond) return false;
  taken.push(nowMs);
  return true;
}

const server = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    const text = Buffer.concat(chunks).toString('utf8');
    const [, name = ''] = (request.url ?? '/').split('/');
    if (request.method === 'GET') {
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(heard));
      return;
    }
    if (request.method === 'PUT') limit = JSON.parse(text) as Limit;
    else if (request.method === 'DELETE') heard = [];
    else if (!isWelcome(Date.now())) {
      response.writeHead(429, { 'retry-after': String(limit?.retryAfterSeconds ?? 1) }).end();
      return;
    } else heard.push(...readBody(name, text));
    response.writeHead(204).end();
  });
});

process.on('disconnect', () => process.exit(0));
server.listen(0, '127.0.0.1', () => process.send?.((server.address() as AddressInfo).port));
