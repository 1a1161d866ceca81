// `npm run links -- list|rotate`: the keys that sign the links of notices.
import path from 'node:path';
import { readLocalSettings } from '../local/host/hostSettings.ts';
import { settingsIn } from '../local/localSettings.ts';
import { runLinks } from './links/runLinks.ts';

const root = path.resolve(import.meta.dirname, '..');
const env = { ...readLocalSettings(root), ...settingsIn(process.env) };
process.exitCode = await runLinks(process.argv.slice(2), env, (line) => console.log(line));
