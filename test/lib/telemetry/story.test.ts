import { beforeAll, describe, expect, it } from 'vitest';
import type { SendResult } from '../../../src/lib/notify/channel.ts';
import { configOf } from '../../support/configOf.ts';
import { LogLines } from '../../support/logLines.ts';
import { Story } from '../../support/story.ts';

const secret = `whsec_${Buffer.alloc(32, 1).toString('base64')}`;
const config = configOf(`
sites: [{ id: oslo, name: Oslo plant, devices: ["oslo-*"] }]
receivers:
  operators: { email: { to: ["ops@oslo.example"] }, fallback: on-call }
  on-call: { webhook: { url: "https://hooks.example/T0K3N?sig=s1gn", secret: "${secret}" } }
routes: [{ to: [operators, on-call] }]
`);

const quoting = 'for ops@oslo.example at https://hooks.example/T0K3N?sig=s1gn with whsec_AAAA';
const refuses: SendResult = { kind: 'failedPermanently', error: `HTTP 400 ${quoting}` };
const busy: SendResult = {
  kind: 'failedTemporarily',
  error: `HTTP 503 ${quoting}`,
  retryAfterMs: null,
  outcomeUnknown: false,
  timedOut: false,
};

const told = new LogLines();
let story: Story;

/** An outage with every turn that a notice can take: refused by one receiver, late at the other; then the end. */
beforeAll(async () => {
  let tries = 0;
  story = new Story(config, {
    log: told.log,
    answer: (message) => {
      if (message.receiver === 'operators') return { heard: false, result: refuses };
      tries += 1;
      return tries <= 2 ? { heard: false, result: busy } : { heard: true, result: { kind: 'sent' } };
    },
    diagnose: () => ({
      diagnosis: { status: 'unavailable', unavailableBecause: `the logs answered 403 ${quoting}` },
    }),
  });
  for (const device of ['oslo-1', 'oslo-2', 'oslo-3']) story.connects(device, '0s');
  for (const device of ['oslo-1', 'oslo-2']) story.loses(device, '10m');
  story.loses('oslo-3', '10m');
  story.connects('oslo-3', '11m');
  story.receives('12m', { id: 'x', eventType: 'ops@oslo.example https://hooks.example/T0K3N' });
  story.receives('12m', { id: 'y', eventType: 'Microsoft.Devices.DeviceConnected', data: {} });
  for (const device of ['oslo-1', 'oslo-2']) story.connects(device, '30m');
  await story.until('3h');
});

describe('the lines of a whole story', () => {
  it('hold no address, no secret and no token', () => {
    expect(story.told('on-call')).toHaveLength(2);
    expect(told.lines.length).toBeGreaterThan(20);
    for (const line of told.lines) expect(line).not.toMatch(/@|whsec_|T0K3N|s1gn|hooks\.example\/\w/);
  });

  it.each([
    ['events applied', ['events']],
    ['incident opened', ['hub', 'site', 'incident', 'subject', 'severity']],
    ['notice decided', ['hub', 'site', 'incident', 'notice', 'receiver', 'reason']],
    [
      'notice tried',
      ['hub', 'site', 'incident', 'notice', 'receiver', 'reason', 'result', 'error', 'attempts'],
    ],
    ['notice failed', ['hub', 'site', 'notice', 'receiver', 'error']],
    ['logs asked', ['hub', 'site', 'incident', 'status', 'cause', 'because']],
    ['malformed event set aside', ['eventId', 'problem']],
  ])('name what they are about: %s', (what, fields) => {
    const line = told.lines.find((found) => found.startsWith(`${what} {`)) ?? '{}';
    expect(Object.keys(JSON.parse(line.slice(line.indexOf('{'))))).toEqual(fields);
  });

  it('name each event of a delivery, and what it meant', () => {
    const line = told.lines.find((found) => found.includes('"effect":"lost"')) ?? '';
    expect(JSON.parse(line.slice(line.indexOf('{'))).events[0]).toEqual({
      event: expect.any(String),
      hub: 'hub-fleet-01',
      site: 'oslo',
      device: expect.stringMatching(/^oslo-/),
      kind: 'disconnected',
      effect: 'lost',
    });
  });

  it('stay within what a trace of Application Insights holds', () => {
    for (const line of told.lines) expect(line.length).toBeLessThan(32_768);
  });
});

describe('the metrics of a whole story', () => {
  it.each([
    ['events.received', {}, 11],
    ['events.foreign', {}, 1],
    ['events.malformed', {}, 1],
    ['devices.transitions', {}, 9],
    ['devices.transitions', { reason: 'lost' }, 3],
    ['devices.transitions', { reason: 'blip' }, 1],
    ['notices.sent', { receiver: 'on-call', reason: 'outageBegan' }, 1],
    ['notices.sent', { receiver: 'on-call', reason: 'recovered' }, 1],
    ['notices.retried', { receiver: 'on-call' }, 2],
    ['notices.failed', { receiver: 'operators', reason: 'outageBegan' }, 1],
    ['config.refused', {}, 0],
  ])('count %s %j as %i', (name, dimensions, count) => {
    expect(told.sum(name, dimensions)).toBe(count);
  });

  it('account for every notice: decided is sent, failed or dropped', () => {
    const finished = ['sent', 'failed', 'dropped'].reduce((sum, end) => sum + told.sum(`notices.${end}`), 0);
    expect(told.sum('notices.decided')).toBe(finished);
    expect(finished).toBeGreaterThan(2);
  });

  it('show the answers of the diagnosis, the waiting sites and the age of what waits', () => {
    expect(told.sum('diagnosis.answers', { status: 'unavailable', cause: 'unknown' })).toBeGreaterThan(0);
    expect(told.max('holds.pending')).toBe(1);
    expect(told.max('sweep.oldestDueSeconds')).toBeLessThan(60);
    expect(told.max('notices.oldestPendingSeconds')).toBeGreaterThanOrEqual(10);
  });
});
