import { expect, it } from 'vitest';
import { reportEvent } from '../../local/cloud/deliveryReports.ts';
import { receiveDeliveryReports } from '../../src/lib/app/receiveDeliveryReports.ts';
import { mailIdOf } from '../../src/lib/notify/channels/email/mailId.ts';
import { configOf } from '../support/configOf.ts';
import { Crew } from '../support/crew.ts';
import { start } from '../support/events.ts';
import { disconnected, Instance } from '../support/instance.ts';
import { listNotices } from '../support/lists.ts';

const config = configOf(`
sitePattern: "^(?<site>[a-z0-9]+)-"
receivers:
  shift: { email: { to: [shift@oslo.example] }, rateLimit: 10 per 1h, fallback: on-call }
  on-call: { webhook: { url: "https://oncall.example" } }
routes: [{ to: [shift] }]
`);

type Item = {
  noticeId: string;
  receiver: string;
  state: string;
  lastError: string | null;
  digestId: string | null;
};

it('a digest that bounces fails each of its notices, and the fallback hears of each once', async () => {
  const one = new Instance(config);
  const crew = new Crew(one);
  for (let site = 0; site < 40; site++) await one.receive(disconnected(`site${site}-1`, start, 1));
  await crew.until('20m');
  const digest = one.digests.toSorted((a, b) => b.incidents.length - a.incidents.length)[0]!;
  expect(digest.incidents.length).toBeGreaterThan(20);
  const messageId = mailIdOf(digest.incidents[0]!.incidentId, digest.noticeId);
  const report = reportEvent(
    { messageId, recipient: 'shift@oslo.example', sender: 'alerts@plant.example', status: 'Bounced' },
    start,
  );
  await receiveDeliveryReports(one.app, [report, report], one.log);
  await crew.until('40m');

  const items = (await listNotices(one.app, { filter: null, from: null }))
    .items as readonly object[] as Item[];
  const failed = items.filter(({ state }) => state === 'failed');
  expect(failed.map(({ noticeId }) => noticeId).sort()).toEqual(
    digest.incidents.map(({ noticeId }) => noticeId).sort(),
  );
  for (const { lastError, digestId } of failed) {
    expect(lastError).toBe('Bounced for shift@oslo.example');
    expect(digestId).toBe(digest.noticeId);
  }
  expect(items.filter(({ receiver }) => receiver === 'on-call')).toHaveLength(digest.incidents.length);
});
