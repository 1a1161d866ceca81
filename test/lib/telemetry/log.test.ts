import { expect, it } from 'vitest';
import { withoutSecrets } from '../../../src/lib/telemetry/log.ts';
import { LogLines } from '../../support/logLines.ts';

it('a line is what happened, and its facts as JSON', () => {
  const { log, lines } = new LogLines();
  log.info('incident closed', { hub: 'hub-fleet-01', count: 2, none: null, unset: undefined });
  log.error('nothing more');
  expect(lines).toEqual(['incident closed {"hub":"hub-fleet-01","count":2,"none":null}', 'nothing more']);
});

it.each([
  ['no connection to https://hooks.example/T0/B0?sig=abc', 'no connection to https://hooks.example/…'],
  ['550 <ops@oslo.example>: no such user', '550 <(address)>: no such user'],
  ['secret whsec_c2VjcmV0+/= is wrong', 'secret (secret) is wrong'],
  ['HTTP 503', 'HTTP 503'],
])('words from outside lose what is private: %s', (text, kept) => {
  expect(withoutSecrets(text)).toBe(kept);
  const { log, lines } = new LogLines();
  log.warn('tried', { error: text });
  expect(lines).toEqual([`tried ${JSON.stringify({ error: kept })}`]);
});

it('ids stay as they are, for by them a line is found', () => {
  const { log, lines } = new LogLines();
  log.debug('lost', { device: 'pump@oslo.north', eventId: 'a@b.c' });
  expect(lines).toEqual(['lost {"device":"pump@oslo.north","eventId":"a@b.c"}']);
});
