// `npm run explain`: why somebody was told of a device, or was not, at a moment.
import path from 'node:path';
import { readLocalSettings } from '../local/host/hostSettings.ts';
import { settingsIn } from '../local/localSettings.ts';
import { runExplain } from './explain/runExplain.ts';

const root = path.resolve(import.meta.dirname, '..');
const env = { ...readLocalSettings(root), ...settingsIn(process.env) };
process.exitCode = await runExplain(process.argv.slice(2), env, (line) => console.log(line));
