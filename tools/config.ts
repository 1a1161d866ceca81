// `npm run config -- check|diff|push [file]`: looks at a configuration before the app does, and uploads it.
import { runConfig } from './config/runConfig.ts';

process.exitCode = await runConfig(process.argv.slice(2), process.env, (line) => console.log(line));
