import { setTimeout as sleep } from 'node:timers/promises';
import { eventGridEvent } from '../../local/scenarios/iotHub.ts';

type Device = { readonly deviceId: string; connected: boolean; sequence: number };

/** A few sites whose devices fall, blip and come back, and what is true of them. */
export class Fleet {
  readonly #random: () => number;
  readonly sites = new Map<string, Device[]>();

  constructor(random: () => number, sites: number, devicesEach: number) {
    this.#random = random;
    for (let site = 0; site < sites; site++) {
      const name = `site${site}`;
      this.sites.set(
        name,
        Array.from({ length: devicesEach }, (_, index) => ({
          deviceId: `${name}-pump#${index}`,
          connected: false,
          sequence: 0,
        })),
      );
    }
  }

  down(site: string): string[] {
    return (this.sites.get(site) ?? []).filter((one) => !one.connected).map((one) => one.deviceId);
  }

  /** Every device connects. */
  connectAll(atMs: number): object[] {
    return [...this.sites.values()]
      .flat()
      .filter((one) => !one.connected)
      .map((one) => this.#change(one, atMs));
  }

  /** Four in five devices of each other site are lost, one in five of the others; the rest blips. */
  loseMost(atMs: number): object[] {
    return [...this.sites.values()].flatMap((devices, index) =>
      devices.flatMap((one) => {
        const lost = this.#change(one, atMs);
        const stays = this.#random() < (index % 2 === 0 ? 0.8 : 0.2);
        return stays ? [lost] : [lost, this.#change(one, atMs + 300)];
      }),
    );
  }

  #change(device: Device, atMs: number): object {
    device.connected = !device.connected;
    device.sequence += 1;
    return eventGridEvent({
      kind: device.connected ? 'DeviceConnected' : 'DeviceDisconnected',
      deviceId: device.deviceId,
      atMs,
      sequence: device.sequence,
    });
  }
}

/** Event Grid goes on for a day. */
const givesUpAfterMs = 120_000;

/** Event Grid's side: shuffled batches with duplicates, each sent again until it is accepted. */
export async function deliverEvents(
  events: readonly object[],
  urlNow: () => string,
  random: () => number,
  options: { readonly spreadMs: number; readonly onPost?: () => void },
): Promise<{ redeliveries: number }> {
  const copies = [...events, ...events.filter(() => random() < 0.2)];
  const shuffled = copies
    .map((event) => ({ event, place: random() }))
    .sort((a, b) => a.place - b.place)
    .map(({ event }) => event);
  const batches: object[][] = [];
  for (let from = 0; from < shuffled.length; ) {
    const size = 1 + Math.floor(random() * 12);
    batches.push(shuffled.slice(from, from + size));
    from += size;
  }
  let redeliveries = 0;
  const givesUpAtMs = Date.now() + givesUpAfterMs;
  await Promise.all(
    batches.map(async (batch) => {
      await sleep(random() * options.spreadMs);
      for (let delayMs = 300; !(await accepted(batch, urlNow(), options.onPost)); ) {
        if (Date.now() > givesUpAtMs) throw new Error(`never accepted: ${JSON.stringify(batch)}`);
        redeliveries += 1;
        await sleep(delayMs);
        delayMs = Math.min(delayMs * 2, 4_000);
      }
    }),
  );
  return { redeliveries };
}

async function accepted(batch: readonly object[], url: string, onPost?: () => void): Promise<boolean> {
  try {
    onPost?.();
    const answer = await fetch(`${url}/runtime/webhooks/eventgrid?functionName=receiveConnectionEvent`, {
      method: 'POST',
      headers: { 'aeg-event-type': 'Notification', 'content-type': 'application/json' },
      body: JSON.stringify(batch),
      // Event Grid waits 30 s.
      signal: AbortSignal.timeout(30_000),
    });
    await answer.arrayBuffer();
    return answer.ok;
  } catch {
    return false;
  }
}
