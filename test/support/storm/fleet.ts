import { eventGridEvent } from '../../../local/scenarios/iotHub.ts';

type Device = { readonly deviceId: string; connected: boolean; sequence: number };

/** n devices over m sites, what they do, and how Event Grid delivers it: the events of all sites in one order. */
export class MixedFleet {
  readonly sites: readonly string[];
  readonly devices: readonly Device[];
  readonly #random: () => number;

  constructor(random: () => number, devices: number, sites: number) {
    this.#random = random;
    this.sites = Array.from({ length: sites }, (_, index) => `plant${index}`);
    this.devices = Array.from({ length: devices }, (_, index) => ({
      deviceId: `plant${index % sites}-press-${index}`,
      connected: false,
      sequence: 0,
    }));
  }

  down(site: string): number {
    return this.devices.filter((one) => !one.connected && siteOf(one) === site).length;
  }

  /** Every device that is gone connects, within so long. */
  connectAll(atMs: number, withinMs = 0): object[] {
    return this.devices.filter((one) => !one.connected).map((one) => this.#change(one, atMs, withinMs));
  }

  /** Every device is lost within so long; a share of them is back before anybody would be told. */
  loseAll(atMs: number, withinMs = 0, blips = 0): object[] {
    const returns: object[] = [];
    const losses = this.devices.map((one) => this.#change(one, atMs, withinMs));
    // The first device of a site stays away, so every site has an outage.
    for (const one of this.devices.slice(this.sites.length))
      if (this.#random() < blips) returns.push(this.#change(one, atMs + withinMs, 0));
    return [...losses, ...returns];
  }

  /** Arrays of so many events in random order: each holds events of whatever site had some. */
  arrays(events: readonly object[], size: number): object[][] {
    const shuffled = events
      .map((event) => ({ event, place: this.#random() }))
      .sort((a, b) => a.place - b.place)
      .map(({ event }) => event);
    return Array.from({ length: Math.ceil(shuffled.length / size) }, (_, index) =>
      shuffled.slice(index * size, (index + 1) * size),
    );
  }

  #change(device: Device, atMs: number, withinMs: number): object {
    device.connected = !device.connected;
    device.sequence += 1;
    return eventGridEvent({
      kind: device.connected ? 'DeviceConnected' : 'DeviceDisconnected',
      deviceId: device.deviceId,
      atMs: Math.floor(atMs + this.#random() * withinMs),
      sequence: device.sequence,
    });
  }
}

export function siteOf({ deviceId }: { readonly deviceId: string }): string {
  return deviceId.slice(0, deviceId.indexOf('-'));
}
