// `npm run simulate -- <scenario>`: plays a scenario against a running host and shows what comes of it.
import { parseArgs } from 'node:util';
import { runFleet } from './fleet/runFleet.ts';
import { ways } from './scenarios/eventWays.ts';
import { playScenario } from './scenarios/playScenario.ts';
import { scenarios } from './scenarios/scenarios.ts';
import { seeded } from './seeded.ts';

const usage = `Usage: npm run simulate -- <scenario> [--size N] [--rate N] [--seed N] [--hold SECONDS]
                        [--watch SECONDS] [--source WAY] [--host URL] [--cloud URL]
       npm run simulate -- fleet [--sites N] [--devices N] [--trouble N] [--hub NAME] [--cloud URL]
       npm run simulate -- --list

  --size   devices (each scenario has its own default)
  --rate   events per second at most (default 100)
  --seed   picks devices and delays (default 1)
  --hold   offlineAfter of the running configuration, in seconds (default 3)
  --watch  how long to watch after the last event, in seconds (default four holds and 5)
  --source how the events come: eventGrid (default), storageQueue, eventHubs, or route, for IoT Hub's own messages
           in an event hub; the host must run with that EVENT_SOURCE
  --host   the functions (default http://127.0.0.1:7071)
  --cloud  the local cloud with inbox and hooks (default http://127.0.0.1:7072)

  fleet writes the rows of a fleet into the storage of the running host, or of AzureWebJobsStorage, for measuring:
  --sites (default 5000), --devices (default 1000000), --trouble sites with devices that are gone (default 3),
  --hub (default hub-fleet-01)`;

process.exitCode = await main();

async function main(): Promise<number> {
  const asked = readArguments();
  if (typeof asked === 'string') {
    console.error(asked);
    return 1;
  }
  const { values, positionals } = asked;
  if (values.list) {
    for (const [name, { title, size }] of Object.entries(scenarios)) {
      console.log(`${name.padEnd(14)}${title} (${size} devices)`);
    }
    return 0;
  }
  const [name] = positionals;
  if (name === 'fleet') return fleet(values);
  const scenario = name !== undefined && Object.hasOwn(scenarios, name) ? scenarios[name] : undefined;
  if (!scenario) {
    console.error(
      `${name ? `There is no scenario ${name}; use one of ${Object.keys(scenarios).join(', ')}.\n\n` : ''}${usage}`,
    );
    return 1;
  }
  const numbers = { size: scenario.size, rate: 100, seed: 1, hold: 3 };
  for (const key of Object.keys(numbers) as (keyof typeof numbers)[]) {
    const text = values[key];
    if (text === undefined) continue;
    if (!/^[1-9]\d{0,6}$/.test(text)) {
      console.error(`--${key} ${text}: use a whole number, 1 to 9999999`);
      return 1;
    }
    numbers[key] = Number(text);
  }
  const way = ways.find((one) => one === (values.source ?? 'eventGrid'));
  if (way === undefined) {
    console.error(`--source ${values.source}: use one of ${ways.join(', ')}`);
    return 1;
  }
  const holdMs = numbers.hold * 1_000;
  const watchMs = values.watch === undefined ? 4 * holdMs + 5_000 : Number(values.watch) * 1_000;
  console.log(`${name}: ${scenario.title}`);
  try {
    const { events, mails, calls } = await playScenario({
      hostUrl: values.host ?? 'http://127.0.0.1:7071',
      cloudUrl: values.cloud ?? 'http://127.0.0.1:7072',
      actions: scenario.actions({
        size: numbers.size,
        rate: numbers.rate,
        random: seeded(numbers.seed),
        holdMs,
      }),
      watchMs,
      way,
      log: (line) => console.log(line),
    });
    console.log(`${events} events, ${mails} mails, ${calls} webhook calls`);
    return 0;
  } catch (error) {
    console.error(
      `The scenario could not be played: ${(error as Error).message}. Is the host running (npm start)?`,
    );
    return 1;
  }
}

/** Writes a fleet, unless a number is none. */
async function fleet(values: { readonly [name: string]: string | boolean | undefined }): Promise<number> {
  const numbers = { sites: 5_000, devices: 1_000_000, trouble: 3 };
  for (const key of Object.keys(numbers) as (keyof typeof numbers)[]) {
    const text = values[key];
    if (text === undefined) continue;
    if (typeof text !== 'string' || !/^\d{1,7}$/.test(text) || (key !== 'trouble' && Number(text) === 0)) {
      console.error(`--${key} ${text}: use a whole number, up to 9999999`);
      return 1;
    }
    numbers[key] = Number(text);
  }
  const { sites, devices, trouble } = numbers;
  const hub = typeof values.hub === 'string' ? values.hub : 'hub-fleet-01';
  const cloudUrl = typeof values.cloud === 'string' ? values.cloud : 'http://127.0.0.1:7072';
  return runFleet({ sites, devices, inTrouble: trouble, hub, cloudUrl });
}

function readArguments() {
  const text = { type: 'string' } as const;
  try {
    return parseArgs({
      allowPositionals: true,
      options: {
        list: { type: 'boolean' },
        size: text,
        rate: text,
        seed: text,
        hold: text,
        watch: text,
        source: text,
        host: text,
        cloud: text,
        sites: text,
        devices: text,
        trouble: text,
        hub: text,
      },
    });
  } catch (error) {
    return `${(error as Error).message}\n\n${usage}`;
  }
}
