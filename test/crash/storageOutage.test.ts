import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunningAzurite, startAzurite } from '../../local/azurite.ts';
import { seeded } from '../../local/seeded.ts';
import { crashConfig } from './config.ts';
import { type Fault, type FaultyStorage, type Service, startFaultyStorage } from './faultyStorage.ts';
import { type Receivers, startReceivers } from './receivers.ts';
import { Responder } from './responder.ts';
import { deliverEvents, Fleet } from './storm.ts';
import { untilTold } from './untilTold.ts';

const seed = Number(process.env.CRASH_SEED ?? 1);
const outageMs = Number(process.env.OUTAGE_MS ?? 30_000);

/** Which faults a service has during the outage, and how many of its requests get through. */
type Outage = {
  readonly title: string;
  readonly services: readonly Service[];
  readonly faults: readonly Fault[];
};

const outages: readonly Outage[] = [
  {
    title: 'storage that fails, is busy, is silent and loses answers',
    services: ['table', 'queue'],
    faults: ['error', 'busy', 'silence', 'lostAnswer'],
  },
  { title: 'tables that are busy while the queues work', services: ['table'], faults: ['busy', 'error'] },
];

describe.concurrent.each(outages)('$title', ({ services, faults }) => {
  const random = seeded(seed);
  const fleet = new Fleet(random, 6, 10);
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

  it('loses nothing and leaves nothing stuck', async () => {
    await deliverEvents(fleet.connectAll(Date.now() - 5_000), () => responder.url, random, { spreadMs: 500 });

    const delivered = deliverEvents(fleet.loseMost(Date.now()), () => responder.url, random, {
      spreadMs: 3_000,
    });
    await sleep(1_000 + random() * 2_000);
    storage.faultOf = (service) => {
      if (!services.includes(service) || random() < 0.1) return null;
      return faults[Math.floor(random() * faults.length)] ?? null;
    };
    await sleep(outageMs);
    storage.faultOf = () => null;
    const downMs = await untilTold(fleet, receivers, responder);
    const { redeliveries } = await delivered;

    await deliverEvents(fleet.connectAll(Date.now()), () => responder.url, random, { spreadMs: 500 });
    const upMs = await untilTold(fleet, receivers, responder);
    const ids = receivers.heard.map((one) => one.webhookId);
    const repeats = ids.length - new Set(ids).size;
    console.log(
      `faults ${JSON.stringify(storage.met)}, ${redeliveries} redeliveries; told ${downMs} ms after the outage, the end after ${upMs} ms, ${ids.length} requests, ${repeats} repeats`,
    );
    for (const fault of faults) expect(storage.met[fault], fault).toBeGreaterThan(0);
  });
});
