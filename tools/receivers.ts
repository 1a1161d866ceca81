// `npm run receivers -- list|test [name]`: who can be told, and whether a test reaches them.
import path from 'node:path';
import { readLocalSettings } from '../local/host/hostSettings.ts';
import { settingsIn } from '../local/localSettings.ts';
import { runReceivers } from './receivers/runReceivers.ts';

const root = path.resolve(import.meta.dirname, '..');
const env = { ...readLocalSettings(root), ...settingsIn(process.env) };
process.exitCode = await runReceivers(process.argv.slice(2), env, (line) => console.log(line));
