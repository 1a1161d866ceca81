// The logs are asked seldom, their answer is told when it is there, and leaves nothing behind.
import { expect, it } from 'vitest';
import { nothingFound } from '../simulation/edges.ts';
import { leftovers } from '../simulation/leftovers.ts';
import { configOf, osloConfig } from '../support/configOf.ts';
import { Crew } from '../support/crew.ts';
import { start } from '../support/events.ts';
import { connected, disconnected, Instance } from '../support/instance.ts';
import { offsetMs } from '../support/offsetMs.ts';

const at = (offset: string) => start + offsetMs(offset);
const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

it('asks one question for all notices of single devices that wait for a running one', async () => {
  const one = new Instance(configOf(osloConfig.replace('per: site', 'per: device')));
  const names = Array.from({ length: 11 }, (_, index) => `oslo-${index}`);
  let answer = () => {};
  const answered = new Promise<void>((resolve) => {
    answer = resolve;
  });
  await one.receive(...names.map((device) => connected(device, start, 1)));
  await one.at('1m').receive(disconnected('oslo-0', at('1m'), 2));
  await one.at('1m40s').receive(...names.slice(1).map((device) => disconnected(device, at('1m40s'), 2)));
  await one.at('6m1s').evaluate();
  await one.at('6m32s').evaluate();
  one.diagnose = async () => {
    await answered;
    return nothingFound;
  };
  const first = one.deliveries.splice(0).map((message) => one.deliver(message));
  await pause(5);
  expect(one.questions).toEqual([1]);
  await one.at('6m41s').evaluate();
  await one.at('7m12s').evaluate();
  const rest = one.deliveries
    .splice(0)
    .flatMap((message) => ('notice' in message ? one.deliver(message) : []));
  await pause(5);
  answer();
  await Promise.all([...first, ...rest]);
  expect(one.sent).toHaveLength(11);
  expect(one.questions).toEqual([1, 10]);
});

it.each([0, 5, 18])('tells an answer that took %i s as soon as it is there', async (seconds) => {
  const one = new Instance(configOf(`${osloConfig}policy: { diagnosisBudget: 20s }\n`));
  const crew = new Crew(one);
  await one.receive(connected('oslo-1', start, 1), connected('oslo-2', start, 1));
  await crew.until('1m');
  await one.receive(disconnected('oslo-1', at('1m'), 2));
  await crew.until('7m');
  let answeredAtMs = 0;
  one.diagnose = async () => {
    one.nowMs += seconds * 1000;
    answeredAtMs ||= one.nowMs;
    return { ...nothingFound, cause: 'gateway', steps: ['Look at the gateway.'] };
  };
  await crew.until('9m');
  expect(crew.heard('operators')).toEqual([
    'incident.opened outageBegan',
    'incident.updated diagnosisArrived',
  ]);
  expect(crew.heardAt('operators')[1]! - (answeredAtMs - start) / 1000).toBeLessThanOrEqual(3);
});

it('leaves nothing of an incident that ended while the logs were asked', async () => {
  const one = new Instance(configOf(osloConfig));
  const crew = new Crew(one);
  await one.receive(connected('oslo-1', start, 1), connected('oslo-2', start, 1));
  await crew.until('1m');
  await one.receive(disconnected('oslo-1', at('1m'), 2));
  await crew.until('7m');
  const other = new Instance(one.app.rules, one.rows);
  other.nowMs = at('7m31s');
  await other.evaluate();
  const question = other.deliveries.splice(0).find((message) => !('notice' in message));
  expect(question).toBeDefined();
  let answer = () => {};
  const answered = new Promise<void>((resolve) => {
    answer = resolve;
  });
  other.diagnose = async () => {
    await answered;
    return nothingFound;
  };
  const asking = other.deliver(question as Parameters<Instance['deliver']>[0]);
  await pause(5);
  await one.at('7m32s').receive(connected('oslo-1', at('7m32s'), 3));
  await crew.until('12m');
  expect(crew.heard('operators').at(-1)).toBe('incident.resolved recovered');
  expect(leftovers(one.rows)).toEqual([]);
  other.nowMs = at('12m');
  answer();
  await asking;
  await crew.until('20m');
  expect(leftovers(one.rows)).toEqual([]);
});
