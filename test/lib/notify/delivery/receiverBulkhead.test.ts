import { expect, it } from 'vitest';
import { ReceiverBulkhead } from '../../../../src/lib/notify/delivery/receiverBulkhead.ts';

const retryMs = 5_000;

/** Patience that ends at once. */
const pause = async () => {};

/** Lets one delivery time out. */
async function timeOut(gates: ReceiverBulkhead, receiver: string, nowMs: number): Promise<void> {
  expect((await gates.enter(receiver, nowMs, pause)).kind).toBe('admitted');
  gates.leave(receiver, true, retryMs, nowMs);
}

it('admits a receiver’s notices up to a quarter of the slots', async () => {
  const gates = new ReceiverBulkhead(24);
  const entered = await Promise.all(Array.from({ length: 8 }, () => gates.enter('slow', 0, pause)));
  const admissions = entered.map(({ kind }) => kind);
  expect(admissions).toEqual([...Array(6).fill('admitted'), 'wait', 'wait']);
});

it('leaves the slots of others alone', async () => {
  const gates = new ReceiverBulkhead(24);
  for (let index = 0; index < 30; index++) await gates.enter('slow', 0, pause);
  expect(await gates.enter('other', 0, pause)).toEqual({ kind: 'admitted' });
});

it('admits again when one has left', async () => {
  const gates = new ReceiverBulkhead(4);
  expect((await gates.enter('one', 0, pause)).kind).toBe('admitted');
  expect(await gates.enter('one', 0, pause)).toEqual({ kind: 'wait', delayMs: 2_000 });
  gates.leave('one', false, retryMs, 100);
  expect((await gates.enter('one', 100, pause)).kind).toBe('admitted');
});

it('admits at least one, however few slots there are', async () => {
  expect((await new ReceiverBulkhead(1).enter('one', 0, pause)).kind).toBe('admitted');
});

it('closes after three time-outs in a row, for the delay of a retry', async () => {
  const gates = new ReceiverBulkhead(24);
  await timeOut(gates, 'dead', 0);
  await timeOut(gates, 'dead', 1_000);
  await timeOut(gates, 'dead', 2_000);
  expect(await gates.enter('dead', 3_000, pause)).toEqual({ kind: 'wait', delayMs: 4_000 });
});

it('stays open when an answer came between the time-outs', async () => {
  const gates = new ReceiverBulkhead(24);
  await timeOut(gates, 'shaky', 0);
  await timeOut(gates, 'shaky', 1_000);
  await gates.enter('shaky', 2_000, pause);
  gates.leave('shaky', false, retryMs, 2_000);
  await timeOut(gates, 'shaky', 3_000);
  expect((await gates.enter('shaky', 3_000, pause)).kind).toBe('admitted');
});

it('lets one try when the delay is over, and opens when that one is answered', async () => {
  const gates = new ReceiverBulkhead(24);
  for (const nowMs of [0, 0, 0]) await timeOut(gates, 'dead', nowMs);
  expect((await gates.enter('dead', 5_000, pause)).kind).toBe('admitted');
  expect((await gates.enter('dead', 5_000, pause)).kind).toBe('wait');
  gates.leave('dead', false, retryMs, 6_000);
  expect((await gates.enter('dead', 6_000, pause)).kind).toBe('admitted');
  expect((await gates.enter('dead', 6_000, pause)).kind).toBe('admitted');
});

it('closes again when the one that tried timed out', async () => {
  const gates = new ReceiverBulkhead(24);
  for (const nowMs of [0, 0, 0]) await timeOut(gates, 'dead', nowMs);
  await timeOut(gates, 'dead', 5_000);
  expect(await gates.enter('dead', 9_999, pause)).toEqual({ kind: 'wait', delayMs: 1 });
  expect((await gates.enter('dead', 10_000, pause)).kind).toBe('admitted');
});

it('closes when all that were in work time out', async () => {
  const gates = new ReceiverBulkhead(24);
  for (let index = 0; index < 6; index++) await gates.enter('dead', 0, pause);
  for (let index = 0; index < 6; index++) gates.leave('dead', true, retryMs, 10_000);
  expect((await gates.enter('dead', 10_000, pause)).kind).toBe('wait');
});

it('passes a slot on to the one that stands in line, while the receiver answers', async () => {
  const gates = new ReceiverBulkhead(4);
  await gates.enter('busy', 0, pause);
  const inLine = gates.enter('busy', 0, () => new Promise(() => {}));
  gates.leave('busy', false, retryMs, 100);
  expect(await inLine).toEqual({ kind: 'admitted' });
  expect((await gates.enter('busy', 100, pause)).kind).toBe('wait');
  gates.leave('busy', false, retryMs, 200);
  expect((await gates.enter('busy', 200, pause)).kind).toBe('admitted');
});

it('keeps the others in line when it passes a slot on', async () => {
  const gates = new ReceiverBulkhead(4);
  const patience = () => new Promise<void>(() => {});
  await gates.enter('busy', 0, pause);
  const first = gates.enter('busy', 0, patience);
  const second = gates.enter('busy', 0, patience);
  gates.leave('busy', false, retryMs, 100);
  expect(await first).toEqual({ kind: 'admitted' });
  gates.leave('busy', false, retryMs, 200);
  expect(await second).toEqual({ kind: 'admitted' });
});

it('passes a slot on to who has the lowest rank of those in line, then to who came first', async () => {
  const gates = new ReceiverBulkhead(4);
  await gates.enter('busy', 0, pause);
  const order: string[] = [];
  for (const [name, rank] of [
    ['warning', 1],
    ['reminder', 3],
    ['critical', 0],
    ['another warning', 1],
  ] as const) {
    const patience = () => new Promise<void>(() => {});
    void gates.enter('busy', 0, patience, rank).then(() => order.push(name));
  }
  for (let n = 0; n < 4; n++) {
    gates.leave('busy', false, retryMs, 100);
    await new Promise((resolve) => setImmediate(resolve));
  }
  expect(order).toEqual(['critical', 'warning', 'another warning', 'reminder']);
});

it('has nothing to give back for a receiver that nobody entered', () => {
  expect(() => new ReceiverBulkhead(4).leave('unknown', true, retryMs, 0)).not.toThrow();
});

it('lets nobody stand in line for a receiver that timed out', async () => {
  const gates = new ReceiverBulkhead(4);
  await timeOut(gates, 'slow', 0);
  await gates.enter('slow', 0, pause);
  const patient = gates.enter('slow', 0, () => new Promise(() => {}));
  expect(await patient).toEqual({ kind: 'wait', delayMs: 2_000 });
});

it('passes no slot on after a time-out', async () => {
  const gates = new ReceiverBulkhead(4);
  await gates.enter('slow', 0, pause);
  let endPatience = () => {};
  const inLine = gates.enter('slow', 0, () => new Promise((resolve) => (endPatience = resolve)));
  gates.leave('slow', true, retryMs, 10_000);
  endPatience();
  expect(await inLine).toEqual({ kind: 'wait', delayMs: 2_000 });
});
