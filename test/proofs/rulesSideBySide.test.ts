// Two versions of the rules at once: what the newest version that anybody has decides is what is told.
import { describe, expect, it } from 'vitest';
import type { Rules } from '../../src/lib/policy/rules.ts';
import { configOf } from '../support/configOf.ts';
import { Crew } from '../support/crew.ts';
import { start } from '../support/events.ts';
import { connected, disconnected, Instance } from '../support/instance.ts';
import { offsetMs } from '../support/offsetMs.ts';

const at = (offset: string) => start + offsetMs(offset);

const manager = '  manager: { email: { to: ["m@oslo.example"] } }';
const rules = (to: string, more: { receivers?: string; policy?: string; version?: string } = {}) =>
  configOf(
    `
sites: [{ id: oslo, devices: ["oslo-*"] }]
receivers:
  operators: { email: { to: ["ops@oslo.example"] } }
${more.receivers ?? ''}
${more.policy ?? ''}
routes: [{ to: [${to}] }]`,
    at(more.version ?? '0s'),
  );

/** oslo-1 of three falls at 1m; the older instance has told operators of it by 8m. */
async function outage(older: Rules, newer: Rules, finds: Rules) {
  const a = new Instance(older);
  const b = new Instance(newer, a.rows);
  a.latestRules = async () => finds;
  const crew = new Crew(a, b);
  await a.receive(
    connected('oslo-1', start, 1),
    connected('oslo-2', start, 1),
    connected('oslo-3', start, 1),
  );
  await crew.until('1m', a);
  await a.receive(disconnected('oslo-1', at('1m'), 2));
  await crew.until('8m', a);
  return { a, b, crew };
}

/** Everybody has the newer rules from 12m on; the device returns at 20m. */
async function returns({ a, crew }: { a: Instance; crew: Crew }, newer: Rules) {
  const c = new Instance(newer, a.rows);
  crew.joins(c);
  await crew.until('20m', c);
  await c.receive(connected('oslo-1', at('20m'), 3));
  await crew.until('40m', c);
}

const newer = rules('operators, manager', { receivers: manager, version: '8m' });

const olderOnes = {
  'does not know the receiver': rules('operators'),
  'knows the receiver, only its route is new': rules('operators', { receivers: manager }),
};

describe.each(Object.entries(olderOnes))('an instance whose configuration %s', (_name, older) => {
  it.each([
    ['that finds the newer one when it looks', newer],
    ['that goes on with its file', older],
  ])('%s takes nothing back', async (_how, finds) => {
    const play = await outage(older, newer, finds);
    const { a, b, crew } = play;
    await b.evaluate();
    await crew.until('9m', b);
    expect(crew.heard('manager')).toEqual(['incident.opened outageBegan']);
    await a.evaluate().catch(() => {});
    await crew.until('11m', a);
    await returns(play, newer);
    expect(crew.heard('operators')).toEqual(['incident.opened outageBegan', 'incident.resolved recovered']);
    expect(crew.heard('manager')).toEqual(['incident.opened outageBegan', 'incident.resolved recovered']);
  });

  it('does not drop what the newer one has decided and not yet sent', async () => {
    const play = await outage(older, newer, older);
    const { a, b, crew } = play;
    await b.evaluate();
    // The newer instance decided; the older one takes the messages.
    await crew.until('11m', a);
    await returns(play, newer);
    expect(crew.heard('manager')).toEqual(['incident.opened outageBegan', 'incident.resolved recovered']);
  });
});

it('does not tell whom the newer rules have removed', async () => {
  const before = rules('operators, manager', { receivers: manager });
  const without = rules('operators', { receivers: manager, version: '8m' });
  const play = await outage(before, without, before);
  const { a, b, crew } = play;
  await b.evaluate();
  await crew.until('9m', b);
  expect(crew.heard('manager')).toEqual([
    'incident.opened outageBegan',
    'incident.resolved noLongerFollowed',
  ]);
  await a.evaluate().catch(() => {});
  await crew.until('11m', a);
  await returns(play, without);
  expect(crew.heard('manager')).toHaveLength(2);
});

it('waits as long as the newer rules wait', async () => {
  const short = rules('operators', { policy: 'policy: { offlineAfter: 5m }' });
  const long = rules('operators', { policy: 'policy: { offlineAfter: 30m }', version: '2m' });
  const a = new Instance(short);
  const b = new Instance(long, a.rows);
  const crew = new Crew(a, b);
  await a.receive(connected('oslo-1', start, 1), connected('oslo-2', start, 1));
  await crew.until('1m', a);
  await a.receive(disconnected('oslo-1', at('1m'), 2));
  await crew.until('3m', b);
  await b.evaluate();
  await crew.until('10m', a);
  await a.evaluate().catch(() => {});
  await crew.until('12m', a);
  expect(crew.heard('operators')).toEqual([]);
});

it('follows a text that is rolled back, since its version is the newest', async () => {
  const first = rules('operators', { receivers: manager });
  const second = rules('operators, manager', { receivers: manager, version: '8m' });
  const again = rules('operators', { receivers: manager, version: '10m' });
  const play = await outage(first, second, second);
  const { b, crew } = play;
  await b.evaluate();
  await crew.until('9m30s', b);
  const c = new Instance(again, b.rows);
  crew.joins(c);
  await crew.until('10m', b);
  await c.evaluate();
  await crew.until('11m', c);
  // The one between has not looked yet.
  await b.evaluate().catch(() => {});
  await crew.until('12m', b);
  await returns(play, again);
  expect(crew.heard('manager')).toEqual([
    'incident.opened outageBegan',
    'incident.resolved noLongerFollowed',
  ]);
});

it('sweeps of two versions do not wake every site again and again', async () => {
  const older = rules('operators');
  const { a, b, crew } = await outage(older, newer, older);
  await crew.until('12m', b);
  let woken = 0;
  for (let minute = 13; minute <= 22; minute++) {
    const by = minute % 2 === 0 ? a : b;
    by.logged.splice(0);
    await crew.until(`${minute}m`, by);
    for (const { what, fields } of by.logged) if (what === 'swept') woken += Number(fields.woken);
  }
  // The logs are asked again and a change is looked at twice; the rest is quiet.
  expect(woken).toBeLessThanOrEqual(4);
});
