// Loads the app of a folder as the Functions worker does and prints its functions as JSON:
// `node build/packageFunctions.ts <folder>`. A process of its own, because an app can be loaded once.
import path from 'node:path';
import { loadApp } from '../local/host/loadApp.ts';

const { core } = await loadApp(path.resolve(process.argv[2] ?? '.'), () => {});
const functions = core.functions.map(({ metadata }) => ({
  name: metadata.name,
  trigger: Object.values(metadata.bindings).find(
    ({ type, direction }) => direction === 'in' && type.endsWith('Trigger'),
  ),
}));
process.stdout.write(`${JSON.stringify(functions)}\n`);
process.exit(0);
