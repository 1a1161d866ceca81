import { beforeEach, expect, it } from 'vitest';
import type { NoticeMessage } from '../../../src/lib/store/queues.ts';
import { configOf, osloConfig } from '../../support/configOf.ts';
import { start } from '../../support/events.ts';
import { disconnected, Instance } from '../../support/instance.ts';

let one: Instance;
let message: NoticeMessage;

/** A device is lost at start; its notice waits at 6m. */
beforeEach(async () => {
  one = new Instance(configOf(osloConfig));
  await one.receive(disconnected('oslo-0', start, 1));
  await one.at('6m').evaluate();
  const [{ delayMs: _delayMs, ...first } = { delayMs: 0, partition: '', notice: '' }] =
    one.deliveries.splice(0);
  message = first;
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
