import { expect, it } from 'vitest';
import { OutdatedRulesError } from '../../../src/lib/app/app.ts';
import { requeueOnStorageFault } from '../../../src/lib/app/requeueOnStorageFault.ts';
import { silentLog } from '../../../src/lib/telemetry/log.ts';

const busy = Object.assign(new Error('storage answered 503'), { statusCode: 503 });
const wrong = new Error('a mistake');
const outdated = new OutdatedRulesError('older rules');

it.each([
  { what: 'done', fault: null, again: [], thrown: null },
  { what: 'stopped by the storage comes again in ten seconds', fault: busy, again: [10_000], thrown: null },
  { what: 'stopped by older rules comes again in three', fault: outdated, again: [3_000], thrown: null },
  { what: 'stopped by anything else is left to the host', fault: wrong, again: [], thrown: wrong },
])('work that is $what', async ({ fault, again, thrown }) => {
  const sent: number[] = [];
  const work = async () => {
    if (fault) throw fault;
  };
  const done = requeueOnStorageFault(work, async (delayMs) => void sent.push(delayMs), silentLog);
  expect(await done.catch((error: unknown) => error)).toBe(thrown ?? undefined);
  expect(sent).toEqual(again);
});

it('work whose message cannot be sent once more is left to the host', async () => {
  const sendAgain = () => Promise.reject(new Error('no queue'));
  await expect(requeueOnStorageFault(() => Promise.reject(busy), sendAgain, silentLog)).rejects.toThrow(
    'no queue',
  );
});
