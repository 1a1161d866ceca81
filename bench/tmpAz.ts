import { startAzurite } from '../local/azurite.ts';
import { createTableRows } from '../src/lib/store/tableRows.ts';
import { largeOutage } from '../test/support/largeOutage.ts';

const azurite = await startAzurite();
const rows = createTableRows(
  { kind: 'connectionString', connectionString: azurite.connectionString },
  'Fleet',
);
let b = performance.now();
for await (const c of largeOutage('site', Number(process.argv[2]), rows)) {
  console.log(JSON.stringify(c), Math.round(performance.now() - b), 'ms', process.memoryUsage().rss >> 20);
  b = performance.now();
}
await azurite.stop();
