// `npm run check:answers`, which azd runs before it makes anything: says what is missing or would fail later.
import { answerProblems } from './answers.ts';
import { lookUp } from './azure.ts';
import { runCommand } from './command.ts';
import { configurationProblems } from './configuration.ts';

const { env } = process;
const shape = answerProblems(env);
const { problems, deployed } =
  shape.length === 0 ? await lookUp(env, runCommand) : { problems: shape, deployed: false };
const configuration = await configurationProblems(env);

// A later configuration never overwrites the first, so what is wrong with the file harms nobody then.
for (const warning of deployed ? configuration : []) console.log(`Warning: ${warning}`);
const fatal = deployed ? problems : [...problems, ...configuration];
for (const problem of fatal) console.error(`preprovision: ${problem}`);
process.exitCode = fatal.length === 0 ? 0 : 1;
