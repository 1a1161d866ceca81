import { expect, it } from 'vitest';
import { createSentMails } from '../../../src/lib/store/sentMails.ts';
import { createMemoryRows } from '../../support/memoryRows.ts';

const dayMs = 24 * 60 * 60_000;
const sentAtMs = Date.parse('2026-03-04T23:59:00Z');
const notice = { incidentId: 'inc_1', noticeId: 'ntc_1' };

it.each([
  ['at once', 0, notice],
  ['the next day', 2 * 60_000, notice],
  ['after five days of trying', 5 * dayMs, notice],
  ['never after a week', 7 * dayMs, null],
])('a mail is found by its id %s', async (_, laterMs, found) => {
  const mails = createSentMails(createMemoryRows());
  await mails.note('id-1', notice, sentAtMs);
  expect(await mails.find('id-1', sentAtMs + laterMs)).toEqual(found);
  expect(await mails.find('id-2', sentAtMs + laterMs)).toBeNull();
});

it('can be noted twice', async () => {
  const mails = createSentMails(createMemoryRows());
  await mails.note('id-1', notice, sentAtMs);
  await mails.note('id-1', notice, sentAtMs);
  expect(await mails.find('id-1', sentAtMs)).toEqual(notice);
});

it('mails of which no report can come are dropped, also when a run was missed, and no others', async () => {
  const mails = createSentMails(createMemoryRows());
  for (let index = 0; index < 150; index++) await mails.note(`id-${index}`, notice, sentAtMs);
  await mails.note('later', notice, sentAtMs + 5 * dayMs);
  expect(await mails.dropOld(sentAtMs + 5 * dayMs)).toBe(0);
  let dropped = 0;
  for (let round = 0; round < 4; round++) dropped += await mails.dropOld(sentAtMs + 9 * dayMs);
  expect(dropped).toBe(150);
  expect(await mails.find('later', sentAtMs + 9 * dayMs)).toEqual(notice);
});
