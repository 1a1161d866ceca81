import fc from 'fast-check';
import { expect, it } from 'vitest';
import { incidentIdOf, noticeIdOf } from '../../../../../src/lib/incident/ids.ts';
import { incidentStartOf, mailIdOf } from '../../../../../src/lib/notify/channels/email/mailId.ts';
import { uuidOf } from '../../../../../src/lib/notify/channels/email/uuidOf.ts';

const place = { hub: 'hub-fleet-01', kind: 'site', id: 'oslo' } as const;

it('the id of a mail is a UUID from which the beginning of its incident can be read', () => {
  fc.assert(
    fc.property(fc.nat(), fc.nat(100), (atMs, n) => {
      const incidentId = incidentIdOf(place, { kind: 'site' }, atMs);
      const mailId = mailIdOf(incidentId, noticeIdOf({ incidentId }, 'ops', n));
      expect(mailId).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
      expect(incidentStartOf(mailId.toUpperCase())).toBe(incidentId.slice(0, 20));
    }),
  );
});

it('notices of one incident have ids of their own, always the same', () => {
  const incidentId = incidentIdOf(place, { kind: 'site' }, 1);
  const ids = Array.from({ length: 1_000 }, (_, n) => mailIdOf(incidentId, `ntc_${n}`));
  expect(new Set(ids).size).toBe(1_000);
  expect(mailIdOf(incidentId, 'ntc_7')).toBe(ids[7]);
});

it.each(['', 'no id', '00000000-0000-4000-8000-000000000000'])('%s is no id of a mail of ours', (text) => {
  expect(incidentStartOf(text)).toBeNull();
});

it('an incident with another kind of id has mails with an id of their own', () => {
  expect(mailIdOf('inc_1', 'ntc_1')).toBe(uuidOf('ntc_1'));
});
