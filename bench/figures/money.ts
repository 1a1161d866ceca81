import { countRows } from '../../test/support/countedRows.ts';
import { eventGridEvent, start } from '../../test/support/events.ts';
import { createMemoryRows } from '../../test/support/memoryRows.ts';
import { Worker } from '../../test/support/worker.ts';
import { type Figure, figure, type Part } from '../figure.ts';
import { assumed, type Counts, monthOf, sumOf, tutorialMonth } from '../model/costs.ts';
import { modelRules } from '../model/modelRules.ts';

const minuteMs = 60_000;
const [sites, devices] = [10, 20];

/** Counts what an ordinary day costs for each event: single devices that are gone for two minutes, at sites that are well. */
async function countedDay(): Promise<Counts> {
  const rows = createMemoryRows();
  const worker = new Worker(modelRules, rows);
  const sequences = new Map<string, number>();
  const happens = async (kind: 'DeviceConnected' | 'DeviceDisconnected', deviceId: string, atMs: number) => {
    const sequence = (sequences.get(deviceId) ?? 0) + 1;
    sequences.set(deviceId, sequence);
    await worker.takes(atMs, [eventGridEvent({ kind, deviceId, atMs, sequence })]);
  };
  const ids = Array.from({ length: sites * devices }, (_, index) => `s${index % sites}-d${index}`);
  for (const id of ids) await happens('DeviceConnected', id, start);
  await worker.until(start + 30 * minuteMs);
  const count = countRows(rows);
  const operations = () => count.calls + count.written;
  await worker.until(start + 40 * minuteMs);
  const quietMinute = operations() / 10;
  const before = operations();
  const messages = worker.messages;
  // One device after the other, for an event each minute.
  for (const [index, id] of ids.entries()) {
    const atMs = start + (40 + 2 * index) * minuteMs;
    await happens('DeviceDisconnected', id, atMs);
    await happens('DeviceConnected', id, atMs + minuteMs);
  }
  const minutes = 20 + 2 * ids.length;
  await worker.until(start + (40 + minutes) * minuteMs);
  const events = 2 * ids.length;
  const sent = (worker.messages - messages) / events;
  const own = (operations() - before - minutes * quietMinute) / events;
  return { operations: own, messages: sent, evaluations: sent, quietMinute };
}

export const money: Part = {
  title: 'Money, US dollars at list prices; every assumption is in docs/scale.md',
  async measure() {
    const counts = await countedDay();
    const figures: Figure[] = [
      figure('an event of an ordinary day: calls to the table, and rows written', counts.operations, ''),
      figure('an event of an ordinary day: messages', counts.messages, ''),
      figure('a minute in which nothing happens: the same', counts.quietMinute, ''),
    ];
    for (const fleet of [1_000, 100_000, 1_000_000]) {
      const streamed = fleet >= 1_000_000 ? 10 : 0;
      const bill = monthOf(fleet, counts, streamed);
      for (const [part, dollars] of Object.entries(bill))
        if (dollars > 0) figures.push(figure(`${fleet} devices: ${part}`, dollars, '$/month'));
      const millions = (fleet * assumed.eventsOfDeviceADay * 30) / 1e6;
      figures.push(figure(`${fleet} devices: in all`, sumOf(bill), '$/month'));
      figures.push(figure(`${fleet} devices: a million events`, sumOf(bill) / millions, '$'));
      figures.push(figure(`${fleet} devices: Logic Apps and Cosmos DB`, tutorialMonth(fleet), '$/month'));
    }
    return figures;
  },
};
