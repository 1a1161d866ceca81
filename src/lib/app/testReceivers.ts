import { receiverTest } from '../notify/receiverNews.ts';
import { stableId } from '../notify/stableId.ts';
import type { App } from './app.ts';

/** When each receiver was tested for the last time, or was first seen to want it. */
type Tests = { readonly [receiver: string]: number };

/** Puts a test on its way to every receiver whose `testEvery` is over; the first comes that long after it was set. */
export async function testReceivers(app: App, nowMs: number): Promise<void> {
  const wanting = [...app.rules.receivers.values()].filter(({ testEveryMs }) => testEveryMs !== null);
  if (wanting.length === 0) return;
  const stored = await app.meta.read('receiverTests', ({ tests }) => (tests ?? null) as Tests | null);
  const before = new Map(Object.entries(stored?.value ?? {}));
  const after = new Map(wanting.map(({ name }) => [name, before.get(name) ?? nowMs]));
  for (const receiver of wanting) {
    const lastMs = after.get(receiver.name) ?? nowMs;
    if (receiver.testEveryMs === null || nowMs - lastMs < receiver.testEveryMs) continue;
    const id = stableId('test', receiver.name, lastMs);
    await app.announcements.add(receiverTest(id, receiver, nowMs), receiver.name, nowMs);
    after.set(receiver.name, nowMs);
  }
  const same = after.size === before.size && [...after].every(([name, atMs]) => before.get(name) === atMs);
  if (!same)
    await app.meta.write('receiverTests', { tests: Object.fromEntries(after) }, stored?.etag ?? null);
}
