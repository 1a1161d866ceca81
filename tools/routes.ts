// `npm run routes -- --device ID --at T`: who would be told when, by which route and step, and why the others would not.
import path from 'node:path';
import { readLocalSettings } from '../local/host/hostSettings.ts';
import { settingsIn } from '../local/localSettings.ts';
import { runRoutes } from './routes/runRoutes.ts';

const root = path.resolve(import.meta.dirname, '..');
const env = { ...readLocalSettings(root), ...settingsIn(process.env) };
process.exitCode = await runRoutes(process.argv.slice(2), env, Date.now(), {
  print: (line) => console.log(line),
  note: (line) => console.error(line),
});
