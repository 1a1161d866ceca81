import { describe, expect, it } from 'vitest';
import { reportEvent } from '../../local/cloud/deliveryReports.ts';
import { receiveDeliveryReports } from '../../src/lib/app/receiveDeliveryReports.ts';
import type { Notice } from '../../src/lib/incident/incident.ts';
import { mailIdOf } from '../../src/lib/notify/channels/email/mailId.ts';
import type { LogFields } from '../../src/lib/telemetry/log.ts';
import { configOf } from '../support/configOf.ts';
import { start } from '../support/events.ts';
import { offsetMs } from '../support/offsetMs.ts';
import { Story } from '../support/story.ts';

const config = configOf(`
sites: [{ id: oslo, devices: ["oslo-*"] }]
receivers:
  operators: { email: { to: [ops@oslo.example, lead@oslo.example] }, fallback: on-call }
  on-call: { webhook: { url: "https://oncall.example" } }
routes: [{ to: [operators] }]
`);

/** Lost at 10m, told from 15m30s, back at 1h. */
function outage(): Story {
  const story = new Story(config);
  for (const device of ['oslo-1', 'oslo-2', 'oslo-3']) story.connects(device, '0s');
  story.loses('oslo-1', '10m');
  story.connects('oslo-1', '1h');
  return story;
}

/** Brings reports at a moment of the story. Answers what was logged. */
async function reports(story: Story, at: string, ...events: readonly unknown[]): Promise<LogFields[]> {
  await story.until(at);
  const logged: LogFields[] = [];
  const note = (_: string, fields: LogFields = {}) => void logged.push(fields);
  await receiveDeliveryReports(story.world.app, events, { debug: note, info: note, warn: note, error: note });
  return logged;
}

/** The metrics among what was logged: name and value. */
function metricsIn(logged: readonly LogFields[]): unknown[] {
  return logged.flatMap(({ points }) => (Array.isArray(points) ? points : []));
}

async function noticeTo(story: Story, receiver: string, which = 0): Promise<Notice> {
  return (await story.past()).filter((notice) => notice.receiver === receiver)[which]!;
}

const report = (
  { incidentId, noticeId }: Pick<Notice, 'incidentId' | 'noticeId'>,
  status: 'Bounced' | 'Suppressed' | 'Delivered',
  recipient = 'ops@oslo.example',
) =>
  reportEvent(
    {
      messageId: mailIdOf(incidentId, noticeId).toUpperCase(),
      sender: 'responder@plant.example',
      recipient,
      status,
    },
    start + offsetMs('20m'),
  );

describe('a mail that bounced', () => {
  it('fails its notice with status and address, and has the fallback told, both to the end', async () => {
    const story = outage();
    await story.until('20m');
    const notice = await noticeTo(story, 'operators');
    await reports(story, '20m', report(notice, 'Bounced'));
    await story.until('3h');
    const [first] = await story.past();
    expect(first).toMatchObject({
      noticeId: notice.noticeId,
      state: 'failed',
      lastError: 'Bounced for ops@oslo.example',
    });
    expect(story.told('on-call')).toEqual([
      'incident.opened escalated warning 1/0 of 3',
      'incident.resolved recovered warning 0/0 of 3',
    ]);
    // No message wakes the site here: the next sweep finds it.
    expect(story.toldAt('on-call')[0]).toBeLessThanOrEqual(21 * 60 + 10);
    expect(story.told('operators').at(-1)).toBe('incident.resolved recovered warning 0/0 of 3');
    story.expectsNothingLeft();
  });

  it('twice is once; for another recipient it is named, too, and the fallback is not told again', async () => {
    const story = outage();
    await story.until('20m');
    const bounced = report(await noticeTo(story, 'operators'), 'Bounced');
    const other = report(await noticeTo(story, 'operators'), 'Suppressed', 'lead@oslo.example');
    await reports(story, '20m', bounced, bounced);
    const logged = await reports(story, '21m', bounced, other);
    expect(metricsIn(logged)).toEqual([
      { name: 'reports.known', value: 1, receiver: 'operators', reason: 'Bounced' },
      { name: 'reports.failed', value: 1, receiver: 'operators', reason: 'Suppressed' },
    ]);
    await story.until('30m');
    expect(story.told('on-call')).toHaveLength(1);
    expect((await story.past())[0]?.lastError).toBe(
      'Bounced for ops@oslo.example; Suppressed for lead@oslo.example',
    );
  });

  it('after the end is shown, and nobody is told', async () => {
    const story = outage();
    await story.until('3h');
    const end = await noticeTo(story, 'operators', 1);
    await reports(story, '3h', report(end, 'Bounced'));
    await story.until('4h');
    expect(story.told('on-call')).toEqual([]);
    expect((await story.past()).find(({ noticeId }) => noticeId === end.noticeId)).toMatchObject({
      state: 'failed',
      lastError: 'Bounced for ops@oslo.example',
    });
  });
});

describe('a report is', () => {
  it('no news when the mail has arrived', async () => {
    const story = outage();
    await story.until('20m');
    const logged = await reports(story, '20m', report(await noticeTo(story, 'operators'), 'Delivered'));
    expect(metricsIn(logged)).toEqual([]);
    expect((await story.past())[0]?.state).toBe('sent');
  });

  it('counted when it is about no mail of ours, and when it cannot be read, and harms no other', async () => {
    const story = outage();
    await story.until('20m');
    const logged = await reports(
      story,
      '20m',
      report({ incidentId: `inc_${'x'.repeat(28)}`, noticeId: 'ntc_1' }, 'Bounced'),
      report({ incidentId: 'of somebody else', noticeId: 'ntc_1' }, 'Bounced'),
      { eventType: 'Microsoft.Communication.EmailDeliveryReportReceived', data: { messageId: 7 } },
      { eventType: 'Microsoft.Communication.SMSReceived', data: {} },
      'nonsense',
      report(await noticeTo(story, 'operators'), 'Bounced'),
    );
    expect(metricsIn(logged)).toEqual([
      { name: 'reports.unknown', value: 2, receiver: 'unknown', reason: 'Bounced' },
      { name: 'reports.failed', value: 1, receiver: 'operators', reason: 'Bounced' },
      { name: 'reports.malformed', value: 2 },
    ]);
    expect(JSON.stringify(logged)).not.toContain('ops@oslo.example');
  });

  it('asked for again when its notice is still being delivered', async () => {
    const story = outage();
    const { app } = story.world;
    await story.until('20m');
    const notice = await noticeTo(story, 'operators');
    const { incidentId, place } = (await app.history.notices('', 1)).items[0]!;
    const stored = (await app.fleet.loadIncident(place, incidentId)).stored!;
    const notices = stored.file.notices.map((one) => ({ ...one, state: 'pending' as const }));
    await app.fleet.saveFile(place, stored, { ...stored.file, notices });
    await expect(reports(story, '20m', report(notice, 'Bounced'))).rejects.toThrow('still being delivered');
  });
});
