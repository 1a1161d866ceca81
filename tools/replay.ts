// `npm run replay`: which notices of a time would have been more, fewer, earlier or later by another configuration.
import path from 'node:path';
import { readLocalSettings } from '../local/host/hostSettings.ts';
import { settingsIn } from '../local/localSettings.ts';
import { runReplay } from './replay/runReplay.ts';

const root = path.resolve(import.meta.dirname, '..');
const env = { ...readLocalSettings(root), ...settingsIn(process.env) };
process.exitCode = await runReplay(process.argv.slice(2), env, (line) => console.log(line));
