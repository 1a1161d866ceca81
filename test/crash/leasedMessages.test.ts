import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type RunningAzurite, startAzurite } from '../../local/azurite.ts';
import { seeded } from '../../local/seeded.ts';
import { crashConfig } from './config.ts';
import { type FaultyStorage, startFaultyStorage } from './faultyStorage.ts';
import { type Receivers, startReceivers } from './receivers.ts';
import { Responder } from './responder.ts';
import { deliverEvents, Fleet } from './storm.ts';
import { untilTold } from './untilTold.ts';

const random = seeded(1);
const fleet = new Fleet(random, 4, 5);
let azurite: RunningAzurite;
let storage: FaultyStorage;
let receivers: Receivers;
let responder: Responder;

beforeAll(async () => {
  [azurite, receivers] = await Promise.all([startAzurite(), startReceivers(random)]);
  storage = await startFaultyStorage(azurite.connectionString);
  responder = new Responder(crashConfig(receivers.url), { AzureWebJobsStorage: storage.connectionString });
  await responder.start();
});
afterAll(async () => {
  await responder.remove();
  await storage.close();
  await Promise.all([azurite.stop(), receivers.close()]);
});

/** The host dies while it works on each wake-up: the queue gives them back after ten minutes, so the sweep must. */
it('tells the truth when the host died with every wake-up in work', async () => {
  const connected = fleet.connectAll(Date.now() - 5_000);
  await deliverEvents(connected, () => responder.url, random, { spreadMs: 200 });
  await sleep(1_000);
  const lost = fleet.loseMost(Date.now());
  await deliverEvents(lost, () => responder.url, random, { spreadMs: 200 });
  storage.faultOf = (service) => (service === 'table' ? 'silence' : null);
  await sleep(5_000);
  await responder.kill();
  storage.faultOf = () => null;
  expect(receivers.heard).toEqual([]);
  await responder.start();
  console.log(`told after ${await untilTold(fleet, receivers, responder)} ms`);
});
