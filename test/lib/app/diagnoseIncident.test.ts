import { beforeEach, describe, expect, it } from 'vitest';
import { deliverNotice } from '../../../src/lib/app/deliverNotice.ts';
import { evaluateSite } from '../../../src/lib/app/evaluateSite.ts';
import type { Diagnoser, Diagnosis, DiagnosisRequest } from '../../../src/lib/diagnosis/diagnosis.ts';
import { unexplained } from '../../../src/lib/diagnosis/unexplained.ts';
import { formatPlaceKey } from '../../../src/lib/directory/placeKey.ts';
import { siteById } from '../../../src/lib/directory/placeOf.ts';
import type { NoticeMessage } from '../../../src/lib/store/queues.ts';
import { nothingFound } from '../../simulation/edges.ts';
import { configOf, osloConfig } from '../../support/configOf.ts';
import { start } from '../../support/events.ts';
import { connected, disconnected, Instance } from '../../support/instance.ts';

let one: Instance;
let message: NoticeMessage;

/** A device is lost at start; its notice waits at 6m. */
beforeEach(async () => {
  one = new Instance(configOf(osloConfig));
  await one.receive(disconnected('oslo-0', start, 1));
  await one.at('6m').evaluate();
  const [first] = one.deliveries.splice(0);
  if (!first || !('notice' in first)) throw new Error('no notice was made');
  const { delayMs: _delayMs, ...rest } = first;
  message = rest;
});

it('sends the notice when the logs hang, after the budget and the way back', async () => {
  const budgets: number[] = [];
  let timeIsUp = () => {};
  one.pause = (ms) => {
    budgets.push(ms);
    return new Promise((resolve) => {
      timeIsUp = resolve;
    });
  };
  one.diagnose = () => {
    setImmediate(() => {
      expect(one.sent).toEqual([]);
      timeIsUp();
    });
    return new Promise(() => {});
  };
  await one.deliver(message);
  expect(budgets).toEqual([20_500]);
  expect(one.sent[0]?.diagnosis).toMatchObject({
    status: 'unavailable',
    cause: 'unknown',
    confidence: 'low',
    unavailableBecause: 'the logs did not answer in time',
  });
});

it('sends the notice when the question fails, with the reason', async () => {
  one.diagnose = () => Promise.reject(new Error('no route to the workspace'));
  await one.deliver(message);
  expect(one.sent[0]?.diagnosis).toMatchObject({
    status: 'unavailable',
    unavailableBecause: 'the question to the logs failed: Error: no route to the workspace',
  });
});

it('leaves no timer behind when the logs answer', async () => {
  const signals: (AbortSignal | undefined)[] = [];
  one.pause = (_ms, signal) => {
    signals.push(signal);
    return new Promise(() => {});
  };
  await one.deliver(message);
  expect(signals.map((signal) => signal?.aborted)).toEqual([true]);
});

describe('a later question', () => {
  const found = (change: Partial<Diagnosis>) => async () => ({ ...nothingFound, ...change });
  const about = () => ({ partition: message.partition, askLogsFor: one.sent[0]!.incidentId });
  const diagnosis = async () => {
    const { view } = await one.app.fleet.loadSite('hub-fleet-01', siteById(one.app.rules, 'oslo'));
    return view.diagnoses[0];
  };

  it('has its site looked at with the answer', async () => {
    await one.deliver(message);
    one.wakeUps.splice(0);
    await one.at('7m').deliver(about());
    expect(one.wakeUps).toEqual([{ partition: message.partition, delayMs: 0 }]);
    expect(await diagnosis()).toMatchObject({ asked: 2, firstAskedAtMs: start + 360_000 });
  });

  it.each([
    { rule: 'that fails takes nothing away', first: 'available', second: 'unavailable', cause: 'device' },
    { rule: 'that is answered counts', first: 'pending', second: 'available', cause: 'gateway' },
    { rule: 'that finds something else counts', first: 'available', second: 'available', cause: 'gateway' },
  ] as const)('$rule', async ({ first, second, cause }) => {
    one.diagnose = found({ status: first, cause: 'device' });
    await one.deliver(message);
    one.diagnose = found({ status: second, cause: 'gateway' });
    await one.at('7m').deliver(about());
    expect((await diagnosis())?.diagnosis.cause).toBe(cause);
  });

  it('is asked once, however often its message comes, and not before its time', async () => {
    await one.deliver(message);
    await one.at('6m30s').deliver(about());
    for (let copy = 0; copy < 2; copy++) await one.at('7m').deliver(about());
    // The first with the notice.
    expect(one.questions).toEqual([1, 1]);
    expect(await diagnosis()).toMatchObject({ asked: 2 });
  });

  it('is not asked about what has ended, though nobody has asked before', async () => {
    await one.at('6m30s').receive(connected('oslo-0', start + 390_000, 2));
    await one.at('8m30s').evaluate();
    const { incident } = message as Extract<NoticeMessage, { notice: string }>;
    await one.deliver({ partition: message.partition, askLogsFor: incident });
    expect(one.questions).toEqual([]);
  });

  it('is asked with the last notice when the logs had nothing before', async () => {
    one.diagnose = found({ status: 'pending' });
    await one.deliver(message);
    one.diagnose = found({ status: 'available', cause: 'gateway' });
    await one.at('6m30s').receive(connected('oslo-0', start + 390_000, 2));
    await one.at('8m30s').evaluate();
    for (const next of one.deliveries.splice(0)) if ('notice' in next) await one.deliver(next);
    expect(one.sent.at(-1)).toMatchObject({ type: 'incident.resolved', diagnosis: { cause: 'gateway' } });
  });
});

it('names those of the site that are well, and no others, to compare with', async () => {
  await one.receive(
    ...['oslo-1', 'oslo-2'].map((id) => connected(id, start, 1)),
    disconnected('oslo-2', start + 300_000, 2),
  );
  const asked: DiagnosisRequest[] = [];
  const diagnoser: Diagnoser = {
    isSetUp: true,
    queriesFor: () => 0,
    diagnose: async (requests) => {
      asked.push(...requests);
      return requests.map(() => nothingFound);
    },
  };
  await deliverNotice({ ...one.app, diagnoser }, message, one.nowMs, one.log);
  expect(asked).toMatchObject([
    { devices: [{ deviceId: 'oslo-0' }], unaffected: [{ deviceId: 'oslo-1', moduleId: null }] },
  ]);
});

it('a notice that came back too late says pending, and the logs are asked again', async () => {
  await one.deliver({ ...message, sinceMs: one.nowMs - 20_000 } as NoticeMessage);
  expect(one.sent[0]?.diagnosis.status).toBe('pending');
  expect(one.questions).toEqual([]);
  await one.at('7m').evaluate();
  expect(one.deliveries).toMatchObject([{ askLogsFor: one.sent[0]?.incidentId }]);
});

it('asks once about all single devices of a site that are due', async () => {
  one = new Instance(configOf(osloConfig.replace('per: site', 'per: device')));
  await one.receive(...['oslo-0', 'oslo-1', 'oslo-2'].map((id) => disconnected(id, start, 1)));
  await one.at('6m').evaluate();
  const sizes: number[] = [];
  const diagnoser: Diagnoser = {
    isSetUp: true,
    queriesFor: () => 0,
    diagnose: async (requests) => {
      sizes.push(requests.length);
      return requests.map(() => nothingFound);
    },
  };
  for (const next of one.deliveries.splice(0))
    await deliverNotice({ ...one.app, diagnoser }, next, one.nowMs, one.log);
  expect(sizes).toEqual([3]);
});

it('where no logs are set up says so of every site of a storm, and asks no more', async () => {
  one = new Instance(
    configOf(`
sitePattern: "^(?<site>plant[0-9]+)-"
receivers: { operators: { email: { to: ["ops@oslo.example"] } } }
routes: [{ to: [operators] }]
`),
  );
  const sites = Array.from({ length: 40 }, (_, index) => `plant${index}`);
  await one.receive(...sites.map((site) => disconnected(`${site}-0`, start, 1)));
  one.at('6m');
  const partitions = sites.map((id) => formatPlaceKey({ hub: 'hub-fleet-01', kind: 'site', id }));
  for (const partition of partitions) await evaluateSite(one.app, { partition }, one.nowMs, one.log);
  const diagnoser: Diagnoser = {
    isSetUp: false,
    queriesFor: () => 0,
    diagnose: async (requests) => {
      await new Promise(setImmediate);
      return requests.map(() => unexplained('there are no logs'));
    },
  };
  const app = { ...one.app, diagnoser };
  await Promise.all(one.deliveries.splice(0).map((next) => deliverNotice(app, next, one.nowMs, one.log)));
  expect(one.sent.map(({ diagnosis }) => diagnosis?.status)).toEqual(sites.map(() => 'unavailable'));
  one.wakeUps.splice(0);
  one.at('7m');
  for (const partition of partitions) await evaluateSite(app, { partition }, one.nowMs, one.log);
  expect(one.wakeUps).toEqual([]);
});
