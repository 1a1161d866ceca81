import { beforeEach, describe, expect, it } from 'vitest';
import { sweep } from '../../../src/lib/app/sweep.ts';
import { configOf, osloConfig } from '../../support/configOf.ts';
import { Crew } from '../../support/crew.ts';
import { start } from '../../support/events.ts';
import { disconnected, Instance } from '../../support/instance.ts';
import { offsetMs } from '../../support/offsetMs.ts';

const heartbeatUrl = 'https://heartbeat.example/secret';
const config = configOf(`${osloConfig}
ops: operators
selfWatch: { heartbeatUrl: "${heartbeatUrl}" }
`);
const at = (text: string) => start + offsetMs(text);

let one: Instance;
beforeEach(async () => {
  one = new Instance(config);
  await swept('0s');
});

async function swept(when: string): Promise<void> {
  one.nowMs = at(when);
  await sweep(one.app, one.nowMs, one.log);
}

const told = () => one.announced.map(({ type, summary, problems }) => ({ type, summary, problems }));

describe('a time without a run', () => {
  it('is told to ops once, with what was found on waking', async () => {
    await one.receive(disconnected('oslo-1', start, 1));
    for (const when of ['15m', '16m', '17m']) await swept(when);
    expect(told()).toEqual([
      {
        type: 'responder.wasBlind',
        summary: expect.stringMatching(/^The responder was blind between .* and .* UTC$/),
        problems: ['1 site was overdue'],
      },
    ]);
  });

  it('is told again when ops could not be reached, under the same id', async () => {
    one.answerAnnouncement = () => ({
      kind: 'failedTemporarily',
      error: 'HTTP 503',
      retryAfterMs: null,
      outcomeUnknown: false,
      timedOut: false,
    });
    for (const when of ['15m', '16m']) await swept(when);
    one.answerAnnouncement = () => ({ kind: 'sent' });
    for (const when of ['17m', '18m', '19m']) await swept(when);
    expect(new Set(one.announced.map(({ id }) => id)).size).toBe(1);
    expect(one.announced).toHaveLength(2);
  });
});

describe('events that come late', () => {
  it('are told as a time in which the responder was blind', async () => {
    for (let minute = 1; minute < 25; minute++) {
      if (minute === 22) await one.receive(disconnected('oslo-1', at('8m'), 1));
      await swept(`${minute}m`);
    }
    expect(told()).toMatchObject([{ type: 'responder.wasBlind', problems: ['1 event came late'] }]);
  });

  it('are no news within ten minutes', async () => {
    one.nowMs = at('30s');
    await one.receive(disconnected('oslo-1', at('30s') - offsetMs('10m'), 1));
    for (const when of ['1m', '2m', '3m']) await swept(when);
    expect(told()).toEqual([]);
  });
});

describe('the heartbeat', () => {
  it('is sent with each run while everything due is handled', async () => {
    await swept('1m');
    expect(one.heartbeats).toEqual([heartbeatUrl, heartbeatUrl]);
  });

  it('waits while something is overdue by more than two minutes', async () => {
    await one.receive(disconnected('oslo-1', start, 1));
    await swept('7m');
    expect(one.heartbeats).toHaveLength(2);
    await swept('7m1s');
    expect(one.heartbeats).toHaveLength(2);
    expect(one.logged.map(({ what }) => what)).toContain('heartbeat held back');
  });

  it('that fails is logged, without its address', async () => {
    one.answerHeartbeat = () => 'HTTP 500';
    await swept('1m');
    expect(one.logged.at(-1)).toBeDefined();
    const failed = one.logged.find(({ what }) => what === 'heartbeat failed');
    expect(failed?.fields).toEqual({ error: 'HTTP 500' });
  });
});

it('the heartbeat is held back while a notice is long past its next attempt, and goes on when it was sent', async () => {
  const crew = new Crew(one);
  await one.receive(disconnected('oslo-1', start, 1));
  let lost = true;
  crew.losesMessage = (queue) => lost && queue === 'notices';
  await crew.until('5m');
  one.heartbeats.length = 0;
  await crew.until('7m');
  const early = one.heartbeats.length;
  await crew.until('15m');
  expect(early).toBeGreaterThan(0);
  expect(one.heartbeats).toHaveLength(early);
  lost = false;
  await crew.until('18m');
  expect(one.sent).toHaveLength(1);
  expect(one.heartbeats.length).toBeGreaterThan(early);
});
