// `npm run check:infra`: builds and lints the templates, compares what they would deploy with the checked-in
// snapshots, and holds it against the code. `-- --update` writes the snapshots anew.
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { findBicep, runBicep } from './infra/bicep.ts';
import { anchorsOf } from './infra/checkAlerts.ts';
import { checkDeployment } from './infra/checkDeployment.ts';
import {
  changes,
  installations,
  predict,
  readSnapshot,
  snapshotFile,
  snapshotText,
} from './infra/prediction.ts';
import { readProduct } from './infra/product.ts';
import { ToolMissingError } from './infra/tools.ts';

const root = path.resolve(import.meta.dirname, '..');
const update = process.argv.includes('--update');
const problems: string[] = [];

try {
  const bicep = await findBicep();
  const product = await readProduct();
  const runbooks = anchorsOf(await readFile(path.join(root, 'docs/operations.md'), 'utf8'));
  for (const template of ['main', 'events', 'azd']) {
    const file = path.join(root, 'infra', `${template}.bicep`);
    await attempt(async () => {
      await runBicep(bicep, ['build', file, '--stdout']);
      await runBicep(bicep, ['lint', file]);
    });
  }
  for (const name of [...installations, 'events'] as const) {
    await attempt(async () => {
      const predicted = await predict(bicep, name);
      if (update) await writeFile(snapshotFile(name), snapshotText(predicted));
      const changed = changes(await readSnapshot(name), predicted);
      if (changed.length > 0)
        problems.push(
          `infra/${name}.snapshot.json is not what the templates deploy: ${changed.join(', ')}. Is it meant? npm run check:infra -- --update`,
        );
      const found = checkDeployment(predicted, name, { product, runbooks });
      problems.push(...found.map((problem) => `${name}: ${problem}`));
    });
  }
} catch (error) {
  if (!(error instanceof ToolMissingError)) throw error;
  problems.push(error.message);
}

for (const problem of problems) console.error(problem);
console.log(
  problems.length === 0 ? 'The infrastructure is as the code needs it.' : `${problems.length} problems.`,
);
process.exit(problems.length === 0 ? 0 : 1);

/** What the compiler refuses is a problem among others. */
async function attempt(step: () => Promise<void>): Promise<void> {
  try {
    await step();
  } catch (error) {
    problems.push((error as Error).message);
  }
}
