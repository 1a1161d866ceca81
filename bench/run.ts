// Prints the figures that the product is held to, and writes them to bench/results.md: `npm run bench`. It takes some
// minutes and uses nothing but this machine. `npm run bench -- evaluation lists` measures those parts alone, and writes no
// file. So do those that take minutes by themselves: `fullPages`, the pages with 5,000 sites and 1,000,000 devices;
// `largeSite`, an incident of 100,000 devices; `largeStorm`; `scaleModel`, a fleet under the limits of the platform.
import { writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { isReached, type Part, tableOf } from './figure.ts';
import { backPressure } from './figures/backPressure.ts';
import { coldStart } from './figures/coldStart.ts';
import { core } from './figures/core.ts';
import { evaluation } from './figures/evaluation.ts';
import { events } from './figures/events.ts';
import { ingest } from './figures/ingest.ts';
import { largeSite } from './figures/largeSite.ts';
import { lists } from './figures/lists.ts';
import { money } from './figures/money.ts';
import { outage } from './figures/outage.ts';
import { pages } from './figures/pages.ts';
import { peers } from './figures/peers.ts';
import { places } from './figures/places.ts';
import { replay } from './figures/replay.ts';
import { scaleModel } from './figures/scaleModel.ts';
import { largeStorm, stormFigures } from './figures/storm.ts';

const parts: Readonly<Record<string, Part>> = {
  ...{ evaluation, places, events, lists, outage, replay, core, coldStart, ingest },
  storm: stormFigures,
  peers,
  backPressure,
  pages: pages({ sites: 500, devices: 20_000, down: 500, lost: 400 }),
  money,
};
const byName: Readonly<Record<string, Part>> = {
  ...parts,
  ...{ scaleModel, largeStorm },
  fullPages: pages({ sites: 5_000, devices: 1_000_000, down: 10_000, lost: 2_000 }),
  largeSite: largeSite(100_000),
};

const names = process.argv.slice(2);
const unknown = names.filter((name) => !Object.hasOwn(byName, name));
if (unknown.length > 0) {
  console.error(`no such part: ${unknown.join(', ')}; there are ${Object.keys(byName).join(', ')}`);
  process.exit(1);
}

const tables: string[] = [];
let missed = 0;
for (const name of names.length > 0 ? names : Object.keys(parts)) {
  const { title, measure } = byName[name]!;
  const figures = await measure();
  missed += figures.filter((one) => !isReached(one)).length;
  tables.push(tableOf(title, figures));
  console.log(`${tables.at(-1)}\n`);
}
console.log(missed === 0 ? 'Every figure is reached.' : `${missed} figures are missed.`);

if (names.length === 0) {
  const [cpu] = os.cpus();
  const load = os.loadavg()[0]!.toFixed(1);
  const machine = [
    `- ${new Date().toISOString().slice(0, 10)}, Node.js ${process.versions.node}, ${os.type()} ${os.arch()}`,
    `- ${os.cpus().length} cores (${cpu?.model.trim() || 'unknown'}), ${Math.round(os.totalmem() / 2 ** 30)} GiB, load ${load} at the end`,
  ];
  const heading = ['# Figures', '', 'Made by `npm run bench`.', '', ...machine].join('\n');
  writeFileSync(path.join(import.meta.dirname, 'results.md'), `${heading}\n\n${tables.join('\n\n')}\n`);
}
