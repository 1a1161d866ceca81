// What guards a state is written before it, and messages go out after it: so whatever call a process dies at, somebody
// finds what is left to do.
import { beforeEach, describe, expect, it } from 'vitest';
import { sweep } from '../../../src/lib/app/sweep.ts';
import { watchHubs } from '../../../src/lib/app/watchHubs.ts';
import type { HubMetrics } from '../../../src/lib/hubWatch/hubMetrics.ts';
import type { RowWrite } from '../../../src/lib/store/rowStore.ts';
import { configOf, osloConfig } from '../../support/configOf.ts';
import { hubResourceId, start } from '../../support/events.ts';
import { connected, disconnected, Instance } from '../../support/instance.ts';
import { offsetMs } from '../../support/offsetMs.ts';

const at = (text: string) => start + offsetMs(text);
const hubs = `hubs: [{ resourceId: "${hubResourceId}", dropShare: 10%, dropAtLeast: 2 }]\n`;
const config = configOf(`${osloConfig}${hubs}`);
const moved = configOf(
  `${osloConfig.replace('sites:', 'sites:\n  - { id: bergen, devices: ["oslo-0"] }')}${hubs}`,
  1,
);

/** Rows by what they are for. */
const kinds: readonly (readonly [RegExp, string])[] = [
  [/^t\|/, 'note'],
  [/^s\|/, 'summary'],
  [/^o\|/, 'open items'],
  [/^d\|/, 'device'],
  [/^a\|/, 'guard'],
  [/^i\|/, 'incident'],
  [/^h\|/, 'watch'],
  [/^x\|u\|/, 'aside'],
  [/^\d{16}\|inc_/, 'history'],
  [/^\d{16}\|[\w-]{12}\|[\w-]{16}\|\d{16}$/, 'events'],
  [/^\d{16}\|/, 'index'],
  [/^[\w-]{12}\|inc_/, 'pointer'],
  [/^[\w-]{12}$/, 'place'],
  [/\|site\|/, 'known site'],
  [/^operators$/, 'quiet'],
  [/^[fv]\|/, 'rules'],
  [/./, 'meta'],
];

const kindOf = ({ kind, key }: RowWrite) =>
  `${kind === 'remove' ? 'no ' : ''}${kinds.find(([pattern]) => pattern.test(key))![1]}`;

/** What it does from now on, step by step: each transaction by its kinds of rows, each message. */
function stepsOf(one: Instance): string[] {
  const steps: string[] = [];
  one.beforeCommit = (writes) => void steps.push([...new Set(writes.map(kindOf))].join(' + '));
  one.beforeCall = (call) => {
    if (['wake', 'deliver', 'send'].includes(call)) steps.push(call);
  };
  return steps;
}

let one: Instance;
beforeEach(async () => {
  one = new Instance(config);
  await one.receive(...['oslo-0', 'oslo-1', 'oslo-2'].map((id) => connected(id, start, 1)));
});

async function fallen() {
  await one.at('1m').receive(disconnected('oslo-0', at('1m'), 2));
}

async function told() {
  await fallen();
  await one.at('7m').evaluate();
  await one.deliverAll();
}

it('an event: the site is known and on the list, then its device is written, then the site is woken', async () => {
  one = new Instance(config);
  const steps = stepsOf(one);
  await one.receive(disconnected('oslo-0', start, 1));
  expect(steps).toEqual(['note', 'known site', 'device', 'wake']);
});

describe('an evaluation', () => {
  it('keeps the rules, writes the index and the decision, then sends the notices, then clears the list', async () => {
    await fallen();
    const steps = stepsOf(one.at('7m'));
    await one.evaluate();
    expect(steps).toEqual([
      'rules',
      'place',
      'index',
      'guard + incident',
      'deliver',
      'open items + meta + known site + summary',
      'no note',
    ]);
  });

  it('sends the wake-up for what is due next before it clears the list', async () => {
    await fallen();
    const steps = stepsOf(one.at('6m1s'));
    await one.evaluate();
    expect(steps.slice(-3)).toEqual(['wake', 'open items + meta + known site + summary', 'no note']);
  });

  it('has what is over in the history, and found there, before it leaves its site', async () => {
    await told();
    await one.at('9m').receive(connected('oslo-0', at('9m'), 3));
    await one.at('11m').evaluate();
    await one.deliverAll();
    const steps = stepsOf(one.at('11m10s'));
    await one.evaluate();
    expect(steps.slice(0, 3)).toEqual(['history', 'pointer', 'guard + no incident']);
  });

  it('lists and claims the other site before a device is moved, which is there before it is gone here', async () => {
    await fallen();
    const two = new Instance(moved, one.rows).at('2m');
    const steps = stepsOf(two);
    await two.evaluate({ partition: 'hub-fleet-01|site|oslo', rules: moved.version });
    const moves = steps.filter((step) => !['summary', 'no note'].includes(step));
    expect(moves).toEqual([
      'guard',
      'note',
      'guard',
      'known site',
      'events',
      'device',
      'no device',
      'wake',
      'meta + known site',
    ]);
  });
});

it('a move: takes the guard, so that nobody else moves a device of the site at the same time', async () => {
  const two = new Instance(moved, one.rows).at('2m');
  const look = { partition: 'hub-fleet-01|site|oslo', rules: moved.version };
  await two.evaluate(look);
  // An instance with the rules before goes on writing there.
  await new Instance(config, one.rows).at('2m').receive(disconnected('oslo-0', at('2m'), 2));
  const steps = stepsOf(two.at('3m'));
  await two.evaluate(look);
  expect(steps.slice(0, 2)).toEqual(['guard', 'note']);
});

it('a move at which another writer was faster: the site is looked at again soon', async () => {
  const other = new Instance(config, one.rows).at('2m');
  const two = new Instance(moved, one.rows).at('2m');
  two.beforeCommit = async (writes) => {
    if (writes[0]?.kind !== 'remove' || writes[0].key !== 'd|oslo-0') return;
    two.beforeCommit = () => {};
    await other.receive(disconnected('oslo-0', at('2m'), 2));
  };
  await two.evaluate({ partition: 'hub-fleet-01|site|oslo', rules: moved.version });
  const soon = two.wakeUps.filter(({ partition }) => partition.endsWith('oslo'));
  expect(soon.map(({ delayMs }) => delayMs)).toEqual([1_000]);
});

it('a delivery: claimed, then sent; the quiet that is asked for stands before the outcome, the next try follows it', async () => {
  await fallen();
  await one.at('7m').evaluate();
  one.answer = () => ({
    kind: 'failedTemporarily',
    error: 'HTTP 429',
    retryAfterMs: 60_000,
    outcomeUnknown: false,
    timedOut: false,
  });
  const steps = stepsOf(one);
  await one.deliverAll();
  expect(steps.slice(0, 5)).toEqual(['incident', 'send', 'quiet', 'incident', 'deliver']);
});

it('a row that cannot be read: kept aside before it is removed', async () => {
  await one.rows.commit('hub-fleet-01|site|oslo', [{ kind: 'put', key: 'd|oslo-1', data: 'no JSON' }]);
  const steps = stepsOf(one);
  await one.evaluate({ partition: 'hub-fleet-01|site|oslo', rules: config.version });
  expect(steps.slice(0, 2)).toEqual(['aside', 'no device']);
});

it('a loss of the hub: on the list before it is remembered, then looked at', async () => {
  one.hubMetrics = {
    connectedDevices: async (_id, fromMs, toMs) => ({
      kind: 'points',
      points: Array.from({ length: Math.floor((toMs - fromMs) / 60_000) }, (_, minute) => ({
        atMs: fromMs + minute * 60_000,
        average: fromMs + minute * 60_000 < at('30m') ? 40 : 20,
      })),
    }),
  } satisfies HubMetrics;
  const looks: string[][] = [];
  for (const when of ['40m', '45m', '50m']) {
    const steps = stepsOf(one.at(when));
    await watchHubs(one.app, one.nowMs, one.log);
    looks.push(steps);
  }
  expect(looks).toEqual([['watch'], ['watch'], ['note', 'watch', 'wake']]);
});

it('a new configuration: every site is woken before it is remembered as seen', async () => {
  await told();
  const two = new Instance(moved, one.rows).at('20m');
  await sweep(one.at('19m').app, one.nowMs, one.log);
  const steps = stepsOf(two);
  await sweep(two.app, two.nowMs, two.log);
  expect(steps.lastIndexOf('wake')).toBeLessThan(steps.indexOf('meta'));
});

it('a history that is too old: nothing points to what is gone', async () => {
  await told();
  await one.at('9m').receive(connected('oslo-0', at('9m'), 3));
  await one.at('11m').evaluate();
  await one.deliverAll();
  await one.at('11m10s').evaluate();
  const steps = stepsOf(one);
  await one.app.history.dropBefore(at('1h'));
  expect(steps).toEqual(['no pointer', 'no history', 'no index']);
});
