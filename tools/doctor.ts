// `npm run doctor`: is everything there that the responder needs, and does it work?
import path from 'node:path';
import { readLocalSettings } from '../local/host/hostSettings.ts';
import { settingsIn } from '../local/localSettings.ts';
import { runDoctor } from './doctor/runDoctor.ts';

const root = path.resolve(import.meta.dirname, '..');
const env = { ...readLocalSettings(root), ...settingsIn(process.env) };
process.exitCode = await runDoctor(process.argv.slice(2), env, (line) => console.log(line));
