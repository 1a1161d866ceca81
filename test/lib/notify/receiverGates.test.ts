import { expect, it } from 'vitest';
import { ReceiverGates } from '../../../src/lib/notify/receiverGates.ts';

const retryMs = 5_000;

/** Lets one delivery time out. */
function timeOut(gates: ReceiverGates, receiver: string, nowMs: number): void {
  expect(gates.enter(receiver, nowMs).kind).toBe('admitted');
  gates.leave(receiver, true, retryMs, nowMs);
}

it('admits a receiver’s notices up to a quarter of the slots', () => {
  const gates = new ReceiverGates(24);
  const admissions = Array.from({ length: 8 }, () => gates.enter('slow', 0).kind);
  expect(admissions).toEqual([...Array(6).fill('admitted'), 'wait', 'wait']);
});

it('leaves the slots of others alone', () => {
  const gates = new ReceiverGates(24);
  for (let index = 0; index < 30; index++) gates.enter('slow', 0);
  expect(gates.enter('other', 0)).toEqual({ kind: 'admitted' });
});

it('admits again when one has left', () => {
  const gates = new ReceiverGates(4);
  expect(gates.enter('one', 0).kind).toBe('admitted');
  expect(gates.enter('one', 0)).toEqual({ kind: 'wait', delayMs: 2_000 });
  gates.leave('one', false, retryMs, 100);
  expect(gates.enter('one', 100).kind).toBe('admitted');
});

it('admits at least one, however few slots there are', () => {
  expect(new ReceiverGates(1).enter('one', 0).kind).toBe('admitted');
});

it('closes after three time-outs in a row, for the delay of a retry', () => {
  const gates = new ReceiverGates(24);
  timeOut(gates, 'dead', 0);
  timeOut(gates, 'dead', 1_000);
  timeOut(gates, 'dead', 2_000);
  expect(gates.enter('dead', 3_000)).toEqual({ kind: 'wait', delayMs: 4_000 });
});

it('stays open when an answer came between the time-outs', () => {
  const gates = new ReceiverGates(24);
  timeOut(gates, 'shaky', 0);
  timeOut(gates, 'shaky', 1_000);
  gates.enter('shaky', 2_000);
  gates.leave('shaky', false, retryMs, 2_000);
  timeOut(gates, 'shaky', 3_000);
  expect(gates.enter('shaky', 3_000).kind).toBe('admitted');
});

it('lets one try when the delay is over, and opens when that one is answered', () => {
  const gates = new ReceiverGates(24);
  for (const nowMs of [0, 0, 0]) timeOut(gates, 'dead', nowMs);
  expect(gates.enter('dead', 5_000).kind).toBe('admitted');
  expect(gates.enter('dead', 5_000).kind).toBe('wait');
  gates.leave('dead', false, retryMs, 6_000);
  expect(gates.enter('dead', 6_000).kind).toBe('admitted');
  expect(gates.enter('dead', 6_000).kind).toBe('admitted');
});

it('closes again when the one that tried timed out', () => {
  const gates = new ReceiverGates(24);
  for (const nowMs of [0, 0, 0]) timeOut(gates, 'dead', nowMs);
  timeOut(gates, 'dead', 5_000);
  expect(gates.enter('dead', 9_999)).toEqual({ kind: 'wait', delayMs: 1 });
  expect(gates.enter('dead', 10_000).kind).toBe('admitted');
});

it('closes when all that were in work time out', () => {
  const gates = new ReceiverGates(24);
  for (let index = 0; index < 6; index++) gates.enter('dead', 0);
  for (let index = 0; index < 6; index++) gates.leave('dead', true, retryMs, 10_000);
  expect(gates.enter('dead', 10_000).kind).toBe('wait');
});
