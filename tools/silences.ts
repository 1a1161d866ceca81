// `npm run silences -- list|add|end`: what is silenced at a running app, and by whom.
import path from 'node:path';
import { readLocalSettings } from '../local/host/hostSettings.ts';
import { settingsIn } from '../local/localSettings.ts';
import { runSilences } from './silences/runSilences.ts';

const root = path.resolve(import.meta.dirname, '..');
const env = { ...readLocalSettings(root), ...settingsIn(process.env) };
process.exitCode = await runSilences(process.argv.slice(2), env, (line) => console.log(line));
