import { expect, it } from 'vitest';
import { diagnoseHub } from '../../../../src/lib/hubWatch/diagnoseHub.ts';
import type { HubLevel } from '../../../../src/lib/incident/hubLevel.ts';
import { renderEmail } from '../../../../src/lib/notify/channels/email/render.ts';
import { renderWebhook } from '../../../../src/lib/notify/channels/webhook/render.ts';
import type { Message } from '../../../../src/lib/notify/message.ts';
import { subjectOf } from '../../../../src/lib/notify/words/summary.ts';
import { device, message, resolved } from '../renderMessages.ts';

const level: HubLevel = { connected: 600, expected: 1000, explained: 12, ended: null };

function about(hubLevel: HubLevel, overrides: Partial<Message> = {}): Partial<Message> {
  return {
    site: { kind: 'site', id: 'hub-fleet-01', name: 'hub-fleet-01', timeZone: 'UTC' },
    counts: { offline: 1, flapping: 0, known: 1 },
    devices: [device('hub-fleet-01')],
    diagnosis: diagnoseHub(hubLevel, 'hub-fleet-01'),
    hubLevel,
    ...overrides,
  };
}
const lost = (hubLevel = level, overrides: Partial<Message> = {}) => message(about(hubLevel, overrides));
const over = (ended: HubLevel['ended'], connected: number, overrides: Partial<Message> = {}) =>
  resolved(about({ ...level, connected, ended }, overrides));

it.each<readonly [string, Message]>([
  ['hub-fleet-01 reports 400 fewer connected devices than an hour ago; events explain 12', lost()],
  [
    'hub-fleet-01 reports 1 fewer connected device than an hour ago; events explain 0',
    lost({ ...level, connected: 999, explained: 0 }),
  ],
  [
    'hub-fleet-01 still reports 400 fewer connected devices than before the drop; events explain 12',
    lost(level, { reason: 'reminder', type: 'incident.reminder' }),
  ],
  [
    'hub-fleet-01 is back to 998 connected devices after 11 min (1000 before the drop)',
    over('levelBack', 998),
  ],
  ['hub-fleet-01 reports 400 fewer connected devices; events now explain 12 of them', over('explained', 600)],
  [
    'hub-fleet-01 has reported 600 connected devices for a day, not 1000; this is the new normal',
    over('newNormal', 600),
  ],
  [
    'hub-fleet-01 is no longer watched; it last reported 400 fewer connected devices',
    over(null, 600, { reason: 'noLongerFollowed', lasted: null }),
  ],
])('%s', (subject, hubMessage) => {
  expect(subjectOf(hubMessage)).toBe(subject);
  expect(renderWebhook(hubMessage).data.summary).toBe(subject);
});

it('a mail tells the numbers and the steps, and lists no device', () => {
  const { text, html } = renderEmail(lost());
  expect(text).toContain('CONNECTIONS LOST, CRITICAL');
  expect(text).toContain('Now: 600 connected devices, 400 fewer than before');
  expect(text).toContain('Before: 1000 connected devices, an hour before the drop');
  expect(text).toContain('Explained: 12 devices have sent a disconnect event since then');
  expect(text).toMatch(/event subscription exists.*Event Grid deliveries.*HTTPS.*Resource health/s);
  expect(text).not.toContain('DEVICES\n');
  expect(html).toContain('hub-fleet-01 reports 400 fewer connected devices');
});

it('the mail of its end says that nothing is to be done', () => {
  const { text } = renderEmail(over('levelBack', 998));
  expect(text).toContain('BACK ONLINE');
  expect(text).toContain('All clear: the hub counts as many connected devices as before.');
  expect(text).toContain('Nothing to do.');
});

it('a webhook has the level beside the fields of every incident', () => {
  expect(renderWebhook(lost()).data).toMatchObject({
    site: { id: 'hub-fleet-01', name: 'hub-fleet-01' },
    diagnosis: { status: 'available', cause: 'unknown', confidence: 'low' },
    hubLevel: level,
  });
  expect(renderWebhook(message()).data).not.toHaveProperty('hubLevel');
});
