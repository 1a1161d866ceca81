import { beforeEach, expect, it } from 'vitest';
import { sweep } from '../../../src/lib/app/sweep.ts';
import { configOf } from '../../support/configOf.ts';
import { start } from '../../support/events.ts';
import { Instance } from '../../support/instance.ts';
import { offsetMs } from '../../support/offsetMs.ts';

const config = configOf(`
receivers:
  hall: { webhook: { url: "https://hall.example" }, testEvery: 30d }
  people: { webhook: { url: "https://people.example" } }
routes:
  - to: [hall]
ops: people
selfWatch: { blindAfter: 100d }
`);

let one: Instance;
beforeEach(() => {
  one = new Instance(config);
});

async function swept(...days: readonly number[]): Promise<string[]> {
  one.announced.splice(0);
  for (const day of days) {
    one.nowMs = start + offsetMs(`${day}d`);
    await sweep(one.app, one.nowMs, one.log);
  }
  return one.announced.map(({ summary }) => summary);
}

it('tests a receiver each time its testEvery is over, and not at the start', async () => {
  expect(await swept(0, 1, 29)).toEqual([]);
  expect(await swept(30, 31, 59)).toEqual(['Test: hall can be reached']);
  expect(await swept(60)).toEqual(['Test: hall can be reached']);
});

it('tells ops when a test fails, and when one arrives again', async () => {
  await swept(0);
  one.answerAnnouncement = (_, { name }) =>
    name === 'hall' ? { kind: 'failedPermanently', error: 'HTTP 410' } : { kind: 'sent' };
  expect(await swept(30, 31)).toEqual(['Test: hall can be reached', 'hall cannot be reached: HTTP 410']);
  one.answerAnnouncement = () => ({ kind: 'sent' });
  expect(await swept(61, 62)).toEqual(['Test: hall can be reached', 'hall can be reached again']);
});
