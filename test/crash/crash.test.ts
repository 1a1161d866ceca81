import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunningAzurite, startAzurite } from '../../local/azurite.ts';
import { seeded } from '../../local/seeded.ts';
import { crashConfig } from './config.ts';
import { type Receivers, startReceivers } from './receivers.ts';
import { Responder } from './responder.ts';
import { deliverEvents, Fleet } from './storm.ts';
import { untilTold } from './untilTold.ts';

const base = Number(process.env.CRASH_SEED ?? 1);
const worlds = Number(process.env.CRASH_WORLDS ?? 2);

describe.concurrent.each(Array.from({ length: worlds }, (_, index) => base + index))('seed %i', (seed) => {
  const random = seeded(seed);
  const fleet = new Fleet(random, 6, 10);
  let azurite: RunningAzurite;
  let receivers: Receivers;
  let responder: Responder;

  beforeAll(async () => {
    [azurite, receivers] = await Promise.all([startAzurite(), startReceivers(random)]);
    responder = new Responder(crashConfig(receivers.url), { AzureWebJobsStorage: azurite.connectionString });
    await responder.start();
  });
  afterAll(async () => {
    await responder.remove();
    await Promise.all([azurite.stop(), receivers.close()]);
  });

  /** The host dies three times: while events come in, when holds end, and while receivers are being told. */
  async function crashingStorm(events: readonly object[]): Promise<{ redeliveries: number }> {
    let posts = 0;
    let posted = () => {};
    const someArrived = new Promise<void>((resolve) => (posted = resolve));
    const crash = async () => {
      await responder.kill();
      await responder.start();
    };
    const killAfter = 2 + Math.floor(random() * 6);
    const delivered = deliverEvents(events, () => responder.url, random, {
      spreadMs: 1_000,
      onPost: () => {
        posts += 1;
        if (posts === killAfter) posted();
      },
    });
    await Promise.race([someArrived, delivered]);
    await sleep(random() * 40);
    await crash();
    await sleep(500 + random() * 2_500);
    await crash();
    const told = receivers.afterRequests(1 + Math.floor(random() * 8));
    await Promise.race([told, sleep(6_000)]);
    await sleep(random() < 0.5 ? 0 : random() * 100);
    await crash();
    return delivered;
  }

  it('tells the truth to everybody once the host is up again, however it died', async () => {
    await deliverEvents(fleet.connectAll(Date.now() - 5_000), () => responder.url, random, { spreadMs: 500 });

    const fell = await crashingStorm(fleet.loseMost(Date.now()));
    const downMs = await untilTold(fleet, receivers, responder);

    const rose = await crashingStorm(fleet.connectAll(Date.now()));
    const upMs = await untilTold(fleet, receivers, responder);

    const ids = receivers.heard.map((one) => one.webhookId);
    const repeats = ids.length - new Set(ids).size;
    console.log(
      `seed ${seed}: told after ${downMs} and ${upMs} ms, ${ids.length} requests, ${repeats} repeats, ${fell.redeliveries + rose.redeliveries} redeliveries`,
    );
    // A repeat needs a crash, or a refusal, in the moment between sending and recording.
    expect(repeats).toBeLessThan(ids.length / 4);
  });
});
