// `npm run deadletters -- list|replay`: what Event Grid could not deliver, and once more to the app with it.
import { runDeadLetters } from './deadLetters/runDeadLetters.ts';

process.exitCode = await runDeadLetters(process.argv.slice(2), process.env, (line) => console.log(line));
