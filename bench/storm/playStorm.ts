import { setTimeout as sleep } from 'node:timers/promises';
import { startAzurite } from '../../local/azurite.ts';
import { seeded } from '../../local/seeded.ts';
import { configOf } from '../../test/support/configOf.ts';
import { MixedFleet } from '../../test/support/storm/fleet.ts';
import { RealInstance } from '../../test/support/storm/realInstance.ts';
import { type Heard, Receivers } from '../../test/support/storm/receivers.ts';
import { CpuMeter, PeakMemory } from './meters.ts';

/** A storm: so many devices over so many sites, all lost at once, all back at once. */
export type Shape = {
  readonly devices: number;
  readonly sites: number;
  /** Events of one delivery. */
  readonly inArray: number;
  /** Arrays hold repeats, events of other services, CloudEvents and broken ones too. */
  readonly mixed?: boolean;
};

/** What one half of a storm came to: its losses, or its returns. */
export type Half = {
  /** From the first delivery until the last was taken, in seconds. */
  readonly intakeS: number;
  readonly intakeCpuMs: number;
  /** From the end of the last hold to the last notice, in seconds; the wait for others is part of it. */
  readonly tellS: number;
  readonly tellCpuMs: number;
  readonly calls: number;
  readonly rows: number;
  /** Wake-ups of a site, on average. */
  readonly wakeUps: number;
  /** The most wake-ups that one site had. */
  readonly mostWakeUps: number;
  readonly notices: number;
};

export type Played = {
  /** By how much the clock is shorter than that of the shipped policy. */
  readonly shorter: number;
  /** How long the first notice of a site waits for others, in seconds. */
  readonly groupWaitS: number;
  readonly losses: Half;
  readonly returns: Half;
  /** Processor time for each device, its loss and its return, in milliseconds. */
  readonly cpuMs: number;
  readonly peakMiB: number;
  /** Deliveries that were not taken at once. */
  readonly refused: number;
  /** Sites that were not told exactly once of their beginning and their end, and messages whose work failed. */
  readonly wrong: number;
};

/** The shipped policy in seconds. */
const shipped = { offlineAfter: 300, recoveredAfter: 120, groupWait: 30, groupInterval: 300 };
const shortest = 30;

/** Losses and returns come within so long of each other. */
const spreadMs = 1_000;
/** One in so many of the devices that are lost is back before its hold ends. */
const blips = 0.1;
/** After the end of the last hold, and for each site. */
const patience = { ms: 180_000, forSiteMs: 60 };

function rulesOf(url: string, shorter: number, atMs: number) {
  const lines = Object.entries(shipped).map(([name, s]) => `${name}: ${Math.ceil(s / shorter)}s`);
  return configOf(
    `
policy: { ${lines.join(', ')} }
sitePattern: "^(?<site>plant[0-9]+)-"
receivers: { operators: { webhook: { url: "${url}/operators" } } }
routes: [{ to: [operators] }]
`,
    atMs,
  );
}

/**
 * Plays a storm on real parts: the use cases, the clients of storage, Azurite with a fresh table, a webhook receiver in a
 * process of its own. The shipped holds are on a clock so much shorter, or longer, that everything is taken in before the
 * first ends.
 * @throws Error when somebody is not told at all
 */
export async function playStorm({ devices, sites, inArray, mixed = false }: Shape): Promise<Played> {
  const [azurite, receivers] = await Promise.all([startAzurite(), Receivers.start()]);
  const fleet = new MixedFleet(seeded(devices), devices, sites);
  const instance = await RealInstance.start(rulesOf(receivers.url, 1, 1), {
    connectionString: azurite.connectionString,
  });
  const memory = new PeakMemory();
  try {
    const beganMs = Date.now();
    await instance.takes(fleet.arrays(fleet.connectAll(beganMs), inArray));
    const needsS = 2 + (2 * (Date.now() - beganMs)) / 1_000;
    // Azurite slows down with the size of its table: for tens of thousands of devices the clock is longer.
    const shorter = Math.min(shortest, shipped.recoveredAfter / needsS);
    await instance.quiet(2_500);
    instance.follows(rulesOf(receivers.url, shorter, 2));
    const holdS = (hold: keyof typeof shipped) => shortened(hold, shorter);

    const half = async (kind: 'losses' | 'returns'): Promise<Half> => {
      instance.wakeUps.clear();
      const before = { ...instance.rows, messages: instance.messages };
      const cpu = new CpuMeter();
      const atMs = Date.now();
      const events =
        kind === 'losses' ? fleet.loseAll(atMs, spreadMs, blips) : fleet.connectAll(atMs, spreadMs);
      const hold = holdS(kind === 'losses' ? 'offlineAfter' : 'recoveredAfter');
      const endsMs = atMs + spreadMs + hold * 1_000;
      const arrays = fleet.arrays(mixed ? withOthers(events) : events, inArray);
      await instance.takes(arrays);
      const intakeS = (Date.now() - atMs) / 1_000;
      const intakeCpuMs = cpu.readMs();
      const told = await untilTold(
        receivers,
        sites,
        kind === 'returns',
        endsMs + patience.ms + sites * patience.forSiteMs,
      );
      await instance.quiet(1_500);
      const lastMs = Math.max(...told.map((one) => one.atMs));
      const { calls, read, written } = instance.rows;
      return {
        intakeS,
        intakeCpuMs,
        tellS: (lastMs - endsMs) / 1_000,
        tellCpuMs: cpu.readMs() - intakeCpuMs,
        calls: calls - before.calls + instance.messages - before.messages,
        rows: read - before.read + written - before.written,
        wakeUps: [...instance.wakeUps.values()].reduce((sum, count) => sum + count, 0) / sites,
        mostWakeUps: Math.max(...instance.wakeUps.values()),
        notices: told.length,
      };
    };

    const losses = await half('losses');
    const away = new Map(fleet.sites.map((site) => [site, fleet.down(site)]));
    const returns = await half('returns');
    const told = wronglyTold(await receivers.heard(), away);
    const wrong = [...told, ...instance.failed.map(String), ...instance.givenUp];
    for (const line of wrong.slice(0, 10)) console.error(line);
    const groupWaitS = holdS('groupWait');
    const halves = [losses, returns];
    const cpuMs = halves.reduce((sum, one) => sum + one.intakeCpuMs + one.tellCpuMs, 0) / devices;
    const { length: refused } = instance.refused;
    const peakMiB = memory.readMiB();
    return { shorter, groupWaitS, losses, returns, cpuMs, peakMiB, refused, wrong: wrong.length };
  } finally {
    memory.stop();
    await instance.stop();
    await Promise.all([receivers.stop(), azurite.stop()]);
  }
}

/** The events with every tenth of them twice, others as CloudEvents, and what is none of ours between them. */
function withOthers(events: readonly object[]): object[] {
  return events.flatMap((event, index) => {
    const { eventType, eventTime, topic, ...rest } = event as Readonly<Record<string, unknown>>;
    const foreign = { ...event, id: `foreign-${index}`, eventType: 'Microsoft.Storage.BlobCreated' };
    if (index % 10 === 0) return [event, event];
    if (index % 10 === 1)
      return [{ ...rest, source: topic, type: eventType, time: eventTime, specversion: '1.0' }];
    if (index % 10 === 2) return [event, foreign];
    if (index % 10 === 3) return [event, { ...rest, id: `broken-${index}`, eventType, data: null }];
    return [event];
  });
}

const played = new Map<string, Promise<Played>>();

/** A storm of that shape, played once in a run. */
export function storm(shape: Shape): Promise<Played> {
  const name = JSON.stringify(shape);
  const found = played.get(name) ?? playStorm(shape);
  played.set(name, found);
  return found;
}

/** The fleet of that shape as `storm` has it when everything is lost. */
export function fleetOf({ devices, sites, inArray }: Shape): {
  readonly fleet: MixedFleet;
  readonly losses: readonly object[];
} {
  const fleet = new MixedFleet(seeded(devices), devices, sites);
  fleet.arrays(fleet.connectAll(0), inArray);
  return { fleet, losses: fleet.loseAll(0, spreadMs, blips) };
}

/** A hold or wait of the shipped policy on a clock so much shorter, in seconds. */
export function shortened(hold: keyof typeof shipped, shorter: number): number {
  return Math.ceil(shipped[hold] / shorter);
}

/** Waits until every site was told; answers what arrived of that kind. */
async function untilTold(
  receivers: Receivers,
  sites: number,
  over: boolean,
  untilMs: number,
): Promise<Heard[]> {
  for (;;) {
    const heard = (await receivers.heard()).filter((one) => one.over === over);
    const told = new Set(heard.map(({ site }) => site)).size;
    if (told === sites) return heard;
    if (Date.now() > untilMs) throw new Error(`${sites - told} of ${sites} sites are not told`);
    await sleep(250);
  }
}

/** Sites that did not hear one beginning with all that are gone, one end, and nothing else. */
function wronglyTold(heard: readonly Heard[], away: ReadonlyMap<string, number>): string[] {
  const bySite = Map.groupBy(heard, ({ site }) => site);
  return [...away].flatMap(([site, offline]) => {
    const all = (bySite.get(site) ?? []).toSorted((a, b) => a.atMs - b.atMs);
    const said = all.map((one) => `${one.type} ${one.offline}`).join(', ');
    const expected = `incident.opened ${offline}, incident.resolved 0`;
    return said === expected ? [] : [`${site} (${offline}): ${said}`];
  });
}
