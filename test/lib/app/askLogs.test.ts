import { afterEach, beforeEach, expect, it, vi } from 'vitest';
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

afterEach(() => {
  vi.useRealTimers();
});

it('sends the notice when the logs hang, after the budget and the way back', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  one.diagnose = () => new Promise(() => {});
  const delivery = one.deliver(message);
  await vi.advanceTimersByTimeAsync(20_499);
  expect(one.sent).toEqual([]);
  await vi.advanceTimersByTimeAsync(1);
  await delivery;
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
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  await one.deliver(message);
  expect(vi.getTimerCount()).toBe(0);
});
