// What people read of controls, on the real parts: who has it, who silenced it, who was told first.
import { expect, it } from 'vitest';
import { acknowledge } from '../../src/lib/app/acknowledge.ts';
import { addNote } from '../../src/lib/app/notes.ts';
import { addSilence } from '../../src/lib/app/silences.ts';
import { addWindow } from '../../src/lib/app/windows.ts';
import { renderEmail } from '../../src/lib/notify/channels/email/render.ts';
import { configOf } from '../support/configOf.ts';
import { Crew } from '../support/crew.ts';
import { start } from '../support/events.ts';
import { connected, disconnected, Instance } from '../support/instance.ts';
import { offsetMs } from '../support/offsetMs.ts';
import { useChannels } from '../support/realChannels.ts';

const pager = useChannels('pagerduty');
const at = (offset: string) => start + offsetMs(offset);
const hour = 3_600_000;
const anywhere = { hubs: null, sites: ['oslo'], devices: null };
const sites = 'sites: [{ id: oslo, name: Oslo plant, timeZone: Europe/Oslo, devices: ["oslo-*"] }]';

async function plant(rules: string): Promise<{ one: Instance; crew: Crew }> {
  const one = new Instance(configOf(`${sites}\n${rules}`));
  const crew = new Crew(one);
  await one.receive(...['1', '2', '3', '4', '5'].map((n) => connected(`oslo-${n}`, start, 1)));
  return { one, crew };
}

const mails = `receivers:
  operators: { email: { to: ["ops@oslo.example"] } }
  lead: { email: { to: ["lead@oslo.example"] } }
`;
/** What each notice since then says, a line each: receiver and reason. */
const said = (one: Instance) =>
  one.sent.map((message) => `${message.receiver}: ${renderEmail(message).text.split('\n')[2]}`);

it('an acknowledgement acknowledges the alert, and its end is a trigger of the same one', async () => {
  const { one, crew } = await plant(`receivers: { page: { pagerduty: { routingKey: "${'1'.repeat(32)}" } } }
routes: [{ to: [page] }]`);
  pager.connect(one);
  await one.receive(disconnected('oslo-1', at('1m'), 2));
  await crew.until('8m');
  const { incidentId } = one.sent[0]!;
  await acknowledge(one.app, incidentId, { by: 'Ola Nordmann', forMs: hour, note: null }, one.nowMs, one.log);
  await crew.until('80m');
  type Event = {
    readonly event_action: string;
    readonly dedup_key: string;
    readonly payload: { readonly custom_details: { readonly reason: string } };
  };
  const events = (await pager.calls<Event>()).map(({ body }) => body);
  expect(events.map(({ event_action, payload }) => [event_action, payload.custom_details.reason])).toEqual([
    ['trigger', 'First alert: the connection was lost and has not come back.'],
    ['acknowledge', 'Update: Ola Nordmann has this until 11:08.'],
    ['trigger', 'Update: Ola Nordmann had this until 11:08. Nobody has it now, and it is still going on.'],
  ]);
  expect(new Set(events.map(({ dedup_key }) => dedup_key)).size).toBe(1);
});

it('what a silence held back names who silenced it, and what is still silenced is counted', async () => {
  const { one, crew } = await plant(`${mails}routes: [{ to: [operators] }]`);
  const match = { ...anywhere, devices: ['oslo-1'] };
  await addSilence(one.app, { match, forMs: hour, by: 'Kari', reason: null }, one.nowMs, one.log);
  await one.receive(disconnected('oslo-1', at('1m'), 2), disconnected('oslo-2', at('1m'), 2));
  await crew.until('30m');
  expect(renderEmail(one.sent[0]!).text).toContain(
    'Now: 1 of 5 devices offline. 1 more is silenced until 11:00 (by Kari)\n',
  );
  await crew.until('70m');
  expect(said(one)).toEqual([
    'operators: First alert: the connection was lost and has not come back.',
    'operators: Update: the silence by Kari ended at 11:00, and these devices are still offline.',
  ]);
});

it('planned work that is over is named, and a step of the escalation says who was told first', async () => {
  const { one, crew } = await plant(
    `${mails}routes: [{ to: [operators], escalate: [{ after: 30m, to: [lead] }] }]`,
  );
  const window = {
    name: 'New switch',
    match: anywhere,
    fromMs: one.nowMs,
    untilMs: at('20m'),
    returnGraceMs: 300_000,
    by: 'Siv',
  };
  await addWindow(one.app, window, one.nowMs, one.log);
  await one.receive(disconnected('oslo-1', at('1m'), 2));
  await crew.until('70m');
  expect(said(one)).toEqual([
    'operators: First alert: the planned work “New switch” ended at 10:20, and this device has not come back.',
    'lead: First alert: operators was told at 10:25, but nobody has this, so it comes to you.',
  ]);
});

it('what was noted last time is in the next mail', async () => {
  const { one, crew } = await plant(`${mails}routes: [{ to: [operators] }]`);
  await one.receive(disconnected('oslo-1', at('1m'), 2));
  await crew.until('8m');
  const { incidentId } = one.sent[0]!;
  await addNote(one.app, incidentId, { by: 'Kari', text: 'Fuse 3 had blown.' }, one.nowMs, one.log);
  await one.receive(connected('oslo-1', at('9m'), 3));
  await crew.until('30m');
  await one.receive(disconnected('oslo-1', at('30m'), 4));
  await crew.until('40m');
  const [, end, next] = one.sent.map((message) => renderEmail(message).text);
  expect(end).not.toContain('Fuse 3');
  expect(next).toContain('Last time somebody noted:\n- Fuse 3 had blown. (Kari, Wed 4 Mar 2026, 10:08)');
});
