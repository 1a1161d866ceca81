import { expect, it } from 'vitest';
import type { Decision } from '../../../src/lib/incident/decide.ts';
import type { Incident, Notice, NoticeKind } from '../../../src/lib/incident/incident.ts';
import { standingOf } from '../../../src/lib/incident/pendingNotice.ts';
import type { Reason } from '../../../src/lib/incident/reasons.ts';
import { start } from '../../support/events.ts';
import { noticeOf } from '../../support/files.ts';
import { facts, incident } from '../../support/incidents.ts';

const say = (notice: NoticeKind, reason: Reason, atMs = 0): Decision => ({
  kind: 'say',
  notice,
  reason,
  atMs,
  tells: 'everything',
});
const nothing = (because: Extract<Decision, { kind: 'nothing' }>['because']): Decision => ({
  kind: 'nothing',
  because,
});

const open = incident({ 'oslo-0': 'down' });
const over = incident({ 'oslo-0': 'back' }, { status: 'resolved' });
const mayBeRead = { possiblyDelivered: facts({ down: ['oslo-0'] }) };

type Row = {
  readonly rule: string;
  readonly notice: Partial<Notice>;
  readonly incident?: Incident;
  readonly decision: Decision;
  readonly known?: boolean;
  /** `says reason`, or why it has no point. */
  readonly standing: string;
};

const opening = { kind: 'opening', reason: 'outageBegan' } as const;
const update = { kind: 'update', reason: 'outageGrew' } as const;
const reminder = { kind: 'reminder', reason: 'reminder' } as const;
const final = { kind: 'final', reason: 'recovered' } as const;

const rows: readonly Row[] = [
  {
    rule: 'an opening that is still true',
    notice: opening,
    decision: say('opening', 'outageBegan'),
    standing: 'opening outageBegan',
  },
  {
    rule: 'an opening keeps the reason for which it was made',
    notice: opening,
    decision: say('opening', 'severityRose'),
    standing: 'opening outageBegan',
  },
  {
    rule: 'an opening of what is over',
    notice: opening,
    incident: over,
    decision: nothing('overBeforeItWasTold'),
    standing: 'the incident ended before it could be told',
  },
  {
    rule: 'an opening of devices that are all coming back',
    notice: opening,
    decision: nothing('everyDeviceIsComingBack'),
    standing: 'every device was back before it could be told',
  },
  {
    rule: 'an opening without a route',
    notice: opening,
    decision: nothing('notRouted'),
    standing: 'the route was removed before it could be told',
  },
  {
    rule: 'an opening that a silence holds',
    notice: opening,
    decision: nothing('silence'),
    standing: 'a silence began before it could be told',
  },
  {
    rule: 'an opening that planned work holds',
    notice: opening,
    decision: nothing('maintenance'),
    standing: 'planned work began before it could be told',
  },
  {
    rule: 'an opening that a mute time holds, though it may have been read: it is heard through to the end',
    notice: { ...opening, ...mayBeRead },
    decision: nothing('muteTime'),
    standing: 'opening outageBegan',
  },
  {
    rule: 'an update that a silence holds',
    notice: update,
    decision: nothing('silence'),
    standing: 'a silence began before it could be told',
  },
  {
    rule: 'an update that a silence holds, though it may have been read',
    notice: { ...update, ...mayBeRead },
    decision: nothing('silence'),
    standing: 'update outageGrew',
  },
  {
    rule: 'a reminder of what was acknowledged meanwhile',
    notice: reminder,
    decision: nothing('acknowledged'),
    standing: 'it was acknowledged before it could be told',
  },
  {
    rule: 'an opening that may have been read, though all is over: it is heard through to the end',
    notice: { ...opening, ...mayBeRead },
    incident: over,
    decision: nothing('overBeforeItWasTold'),
    standing: 'opening outageBegan',
  },
  {
    rule: 'an opening that may have been read, though its route is gone',
    notice: { ...opening, ...mayBeRead },
    decision: nothing('notRouted'),
    standing: 'opening outageBegan',
  },
  {
    rule: 'an opening to a receiver that nobody knows any more, though it may have been read',
    notice: { ...opening, ...mayBeRead },
    decision: say('opening', 'outageBegan'),
    known: false,
    standing: 'the receiver was removed from the configuration',
  },
  {
    rule: 'an update says what is the news now',
    notice: update,
    decision: say('update', 'partlyRecovered', start + 1),
    standing: 'update partlyRecovered',
  },
  {
    rule: 'an update of which nothing is left',
    notice: update,
    decision: nothing('nothingNew'),
    standing: 'it was no longer true when it was to be sent',
  },
  {
    rule: 'an update of what is over',
    notice: update,
    incident: over,
    decision: say('final', 'recovered'),
    standing: 'the incident ended before it could be told',
  },
  {
    rule: 'an update to somebody whose route is gone',
    notice: update,
    decision: say('final', 'noLongerFollowed'),
    standing: 'the route was removed before it could be told',
  },
  {
    rule: 'an update that has become a reminder that is due',
    notice: update,
    decision: say('reminder', 'reminder', start),
    standing: 'reminder reminder',
  },
  {
    rule: 'an update that has become a reminder of later',
    notice: update,
    decision: say('reminder', 'reminder', start + 1),
    standing: 'it was no longer true when it was to be sent',
  },
  {
    rule: 'a reminder that has become news',
    notice: reminder,
    decision: say('update', 'outageGrew'),
    standing: 'update outageGrew',
  },
  {
    rule: 'an end',
    notice: final,
    incident: over,
    decision: say('final', 'noLongerFollowed'),
    standing: 'final recovered',
  },
  {
    rule: 'an end of what is over, whatever is to be said',
    notice: final,
    incident: over,
    decision: nothing('closed'),
    standing: 'final recovered',
  },
  {
    rule: 'an end for want of a route that is back',
    notice: { kind: 'final', reason: 'noLongerFollowed' },
    decision: say('update', 'outageGrew'),
    standing: 'it was no longer true when it was to be sent',
  },
];

it.each(rows)('$rule: $standing', ({ notice, incident: now = open, decision, known = true, standing }) => {
  const found = standingOf(noticeOf(notice), now, decision, known, start);
  expect(found.kind === 'stands' ? `${found.says} ${found.reason}` : found.because).toBe(standing);
});
