// Whoever may have read that something is down hears its end, also when the last attempt failed for good.
import { describe, expect, it } from 'vitest';
import type { SendResult } from '../../src/lib/notify/channel.ts';
import { configOf, osloConfig } from '../support/configOf.ts';
import { Crew } from '../support/crew.ts';
import { start } from '../support/events.ts';
import { connected, disconnected, Instance } from '../support/instance.ts';
import { offsetMs } from '../support/offsetMs.ts';

const at = (offset: string) => start + offsetMs(offset);
const noAnswer: SendResult = {
  kind: 'failedTemporarily',
  error: 'timed out',
  retryAfterMs: null,
  outcomeUnknown: true,
  timedOut: true,
};
const busy: SendResult = { ...noAnswer, error: 'HTTP 503', outcomeUnknown: false, timedOut: false };
const refused: SendResult = { kind: 'failedPermanently', error: 'HTTP 400' };
const sent: SendResult = { kind: 'sent' };

/** Three of four fall at 1m; what the receiver answers to each attempt, then `sent`. */
async function play(answers: readonly SendResult[], backAt: string, text = osloConfig) {
  const one = new Instance(configOf(text));
  const crew = new Crew(one);
  const names = ['oslo-1', 'oslo-2', 'oslo-3', 'oslo-4'];
  await one.receive(...names.map((device) => connected(device, start, 1)));
  await crew.until('1m');
  const down = names.slice(0, 3);
  await one.receive(...down.map((device) => disconnected(device, at('1m'), 2)));
  const left = [...answers];
  one.answer = () => left.shift() ?? sent;
  await crew.until(backAt);
  await one.receive(...down.map((device) => connected(device, at(backAt), 3)));
  await crew.until('120m');
  return { one, crew, left };
}

const fast = `${osloConfig}delivery: { retryFirst: 20s, retryMax: 2m, giveUpAfter: 10m }\n`;

describe('hears the end', () => {
  it.each<[string, readonly SendResult[], string]>([
    ['when the attempt after it was refused', [noAnswer, refused], '30m'],
    ['when it came back before the attempt that was refused', [noAnswer, refused], '6m35s'],
    [
      'when it was refused after attempts that certainly did not arrive',
      [noAnswer, busy, busy, refused],
      '30m',
    ],
    [
      'when every attempt ended without an answer until the notice was given up',
      Array(12).fill(noAnswer),
      '30m',
    ],
    [
      'when the last attempts were busy until the notice was given up',
      [noAnswer, ...Array(9).fill(busy)],
      '30m',
    ],
  ])('%s', async (_name, answers, backAt) => {
    const { crew } = await play(answers, backAt, fast);
    expect(crew.heard('operators')[0]).toBe('incident.opened outageBegan');
    expect(crew.heard('operators').at(-1)).toMatch(/^incident\.resolved/);
    expect(crew.believes('operators')).toEqual([]);
  });

  it.each<[string, readonly SendResult[]]>([
    ['refused once', [sent, refused]],
    ['refused for a while', [sent, refused, refused, refused]],
    ['unanswered, then refused', [sent, noAnswer, refused]],
  ])('though the end itself was %s', async (_name, answers) => {
    const { crew, left } = await play(answers, '30m', fast);
    expect(left).toEqual([]);
    const resolved = crew.heard('operators').filter((said) => said.startsWith('incident.resolved'));
    // Tried again until it is taken, and not after that.
    expect(resolved).toHaveLength(answers.length);
  });

  it('but not for longer than giveUpAfter', async () => {
    const { crew } = await play([sent, ...Array(100).fill(refused)], '30m', fast);
    const ends = crew.heardAt('operators').slice(1);
    expect(ends.length).toBeGreaterThan(1);
    expect(ends.at(-1)! - ends[0]!).toBeLessThanOrEqual(11 * 60);
  });
});

it('hears nothing of the end when it refused the beginning and cannot have read it', async () => {
  const { crew } = await play([refused], '30m', fast);
  expect(crew.heard('operators')).toEqual(['incident.opened outageBegan']);
});

it('hears the end of a device that an update may have called down', async () => {
  const one = new Instance(configOf(fast));
  const crew = new Crew(one);
  await one.receive(
    ...['oslo-1', 'oslo-2', 'oslo-3', 'oslo-4', 'oslo-5'].map((id) => connected(id, start, 1)),
  );
  await crew.until('1m');
  await one.receive(disconnected('oslo-1', at('1m'), 2));
  await crew.until('8m');
  const answers: SendResult[] = [noAnswer, refused];
  one.answer = () => answers.shift() ?? sent;
  await one.receive(disconnected('oslo-2', at('8m'), 2));
  await crew.until('20m');
  expect(answers).toEqual([]);
  await one.receive(connected('oslo-2', at('20m'), 3));
  await crew.until('40m');
  expect(crew.believes('operators')).toEqual(['oslo-1']);
  await one.receive(connected('oslo-1', at('40m'), 3));
  await crew.until('60m');
  expect(crew.believes('operators')).toEqual([]);
});
