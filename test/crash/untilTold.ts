import { setTimeout as sleep } from 'node:timers/promises';
import { brokenPromises } from './brokenPromises.ts';
import type { Receivers } from './receivers.ts';
import type { Responder } from './responder.ts';
import type { Fleet } from './storm.ts';

/** After a crash or an outage, what is true is told within three minutes of being up again (fine print). */
const withinMs = 180_000;

/** Waits until everybody knows the truth; answers how long it took. @throws Error with what is still wrong */
export async function untilTold(fleet: Fleet, receivers: Receivers, responder: Responder): Promise<number> {
  const startedAtMs = Date.now();
  for (;;) {
    const broken = await brokenPromises(fleet, receivers.heard, responder).catch((error: Error) => [
      `the ledger cannot be read: ${error.message}`,
    ]);
    const tookMs = Date.now() - startedAtMs;
    if (broken.length === 0) return tookMs;
    if (tookMs > withinMs) throw new Error(`after ${tookMs} ms:\n${broken.slice(0, 20).join('\n')}`);
    await sleep(1_000);
  }
}
