import { describe, expect, it } from 'vitest';
import type { Told } from '../../../src/lib/incident/incident.ts';
import { siteAt } from '../../../src/lib/incident/observe.ts';
import { composeMessage } from '../../../src/lib/notify/composeMessage.ts';
import type { Message } from '../../../src/lib/notify/message.ts';
import { summarise } from '../../../src/lib/notify/words/summary.ts';
import { nothingFound } from '../../simulation/edges.ts';
import { configOf, osloConfig } from '../../support/configOf.ts';
import { start } from '../../support/events.ts';
import { offsetMs } from '../../support/offsetMs.ts';
import { SiteInMemory } from '../../support/siteView.ts';

const minutes = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, index) => from + index);

/** A site whose events are played minute by minute; everything that is decided arrives at once. */
function play(policy: string, events: Readonly<Record<number, readonly string[]>>, untilMinute: number) {
  const site = new SiteInMemory(configOf(`${osloConfig}\n${policy}`));
  site.connected('0s', 'oslo-1', 'oslo-2', 'oslo-3');
  const heard: Message[] = [];
  for (const minute of minutes(0, untilMinute)) {
    for (const event of events[minute] ?? []) {
      const [deviceId = '', change] = event.split(' ');
      if (change === 'lost') site.lost(`${minute}m`, deviceId);
      else site.connected(`${minute}m`, deviceId);
    }
    site.evaluate(`${minute}m`);
    heard.push(...[...site.notices.values()].map((notice) => messageOf(site, notice.noticeId, minute)));
    site.answer(`${minute}m`);
  }
  return heard;
}

function messageOf(site: SiteInMemory, noticeId: string, minute: number): Message {
  const notice = site.notices.get(noticeId)!;
  const nowMs = start + offsetMs(`${minute}m`);
  const settled = siteAt(site.config, site.site, [...site.devices.values()], nowMs);
  return composeMessage({
    incident: site.incidents.get(notice.incidentId)!,
    site: site.site,
    devices: settled.devices,
    nowMs,
    told: site.told.get(`${notice.incidentId} ${notice.receiver}`) as Told,
    notice,
    reason: notice.reason,
    diagnosis: nothingFound,
    links: {
      incident: null,
      acknowledge: null,
      silence: null,
      logs: null,
      device: null,
      resourceHealth: null,
    },
  });
}

const minuteOf = (atMs: number | undefined) => (atMs === undefined ? null : (atMs - start) / 60_000);

describe('the length of an outage', () => {
  it.each([
    ['default holds', '', { 10: ['oslo-1 lost'], 17: ['oslo-1 back'] }, 20, 'back online after 7 min'],
    [
      'a long offlineAfter',
      'policy: { offlineAfter: 4h }',
      { 10: ['oslo-1 lost'], 260: ['oslo-1 back'] },
      270,
      'back online after 4 h 10 min',
    ],
    [
      'a long recoveredAfter',
      'policy: { recoveredAfter: 1h }',
      { 10: ['oslo-1 lost'], 41: ['oslo-1 back'] },
      110,
      'back online after 31 min',
    ],
    [
      'two devices that come and go one after the other',
      '',
      { 10: ['oslo-1 lost'], 12: ['oslo-2 lost'], 30: ['oslo-1 back'], 40: ['oslo-2 back'] },
      50,
      'back online after 30 min',
    ],
    [
      'a device that was back, and fell again in the same incident',
      '',
      {
        10: ['oslo-1 lost'],
        20: ['oslo-2 lost'],
        30: ['oslo-1 back'],
        40: ['oslo-1 lost'],
        60: ['oslo-1 back', 'oslo-2 back'],
      },
      70,
      'back online after 50 min',
    ],
  ])('with %s is from the loss to the last return', (_, policy, events, until, words) => {
    const last = play(policy, events, until).at(-1)!;
    expect(last.reason).toBe('recovered');
    expect(summarise(last)).toContain(words);
    expect(last.losses?.first.notAfterMs).toBe(last.lasted?.fromMs);
  });

  it('of flapping is from the first change to the last one', () => {
    const changes = Object.fromEntries(
      minutes(1, 10).map((minute) => [minute, [`oslo-1 ${minute % 2 === 1 ? 'lost' : 'back'}`]]),
    );
    const last = play('', changes, 60).at(-1)!;
    expect(last.reason).toBe('flappingEnded');
    expect([minuteOf(last.lasted?.fromMs), minuteOf(last.lasted?.toMs)]).toEqual([1, 10]);
    expect(summarise(last)).toContain('no longer flapping, stable after 9 min');
  });

  it('is not said of what is no longer followed', () => {
    const site = play('', { 10: ['oslo-1 lost'] }, 20);
    expect(site.map(({ lasted }) => lasted)).toEqual([null, null].slice(0, site.length));
  });
});

it('lostContact is the same in all notices of a loss, also when the device is back', () => {
  const heard = play(
    '',
    {
      8: ['oslo-1 back'],
      10: ['oslo-1 lost'],
      12: ['oslo-2 lost'],
      30: ['oslo-1 back'],
      40: ['oslo-2 back'],
    },
    50,
  );
  const told = heard.flatMap(({ devices }) =>
    devices.filter(({ deviceId }) => deviceId === 'oslo-1').map(({ lostContact }) => lostContact),
  );
  expect(told.length).toBeGreaterThan(2);
  for (const interval of told) {
    expect([minuteOf(interval?.notBeforeMs), minuteOf(interval?.notAfterMs)]).toEqual([8, 10]);
  }
});
