import { describe, expect, it } from 'vitest';
import { receiverNews } from '../../../src/lib/notify/receiverNews.ts';
import { configOf } from '../../support/configOf.ts';
import { start } from '../../support/events.ts';

const { receivers } = configOf(`
receivers:
  page: { email: { to: [a@b.example] }, fallback: deputy }
  deputy: { email: { to: [d@b.example] } }
routes: []`);
const page = receivers.get('page')!;
const failing = { sinceMs: start, error: 'HTTP 400' };

describe('what ops is told of a receiver', () => {
  it.each([
    ['nothing of one that works', page, null, null, null],
    ['that it cannot be told', page, failing, null, 'responder.receiverFailing'],
    [
      'nothing more while that lasts, whatever went wrong since',
      page,
      { ...failing, sinceMs: start + 1 },
      start,
      null,
    ],
    ['that it can be told again', page, null, start, 'responder.receiverWorks'],
    ['nothing when it failed and worked again in between', page, null, null, null],
    ['nothing of one that failed and is no longer configured', null, failing, null, null],
    [
      'that it is over when the configuration no longer has it',
      null,
      failing,
      start,
      'responder.receiverWorks',
    ],
  ] as const)('is %s', (_, receiver, now, told, type) => {
    expect(receiverNews('page', receiver, now, told)?.type ?? null).toBe(type);
  });

  it('says what went wrong, since when, and who is told instead', () => {
    const news = receiverNews('page', page, failing, null);
    expect(news?.summary).toBe('page cannot be reached: HTTP 400');
    expect(news?.explanation.join(' ')).toMatch(
      /have failed since Wed 4 Mar 2026, \d\d:\d\d UTC\. deputy is told instead/,
    );
    const alone = receiverNews('deputy', receivers.get('deputy')!, failing, null);
    expect(alone?.explanation.join(' ')).toContain('nobody is told instead');
  });

  it('has an id for each failure and its end, and one subject', () => {
    const [bad, again, good] = [
      receiverNews('page', page, failing, null),
      receiverNews('page', page, failing, null),
      receiverNews('page', page, null, start),
    ];
    expect(bad?.id).toMatch(/^rcv_[0-9a-f]{32}$/);
    expect(again?.id).toBe(bad?.id);
    expect(good?.id).not.toBe(bad?.id);
    expect([bad?.over, good?.over, good?.about]).toEqual([false, true, bad?.about]);
  });
});
