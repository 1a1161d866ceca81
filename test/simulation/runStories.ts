// A process of its own that plays stories and prints what came of it as one line of JSON.
import { parseArgs } from 'node:util';
import { isKind } from './only.ts';
import { tryStories } from './tryStories.ts';

const text = { type: 'string' } as const;
const { values } = parseArgs({ options: { seed: text, runs: text, forMs: text, shrink: text, only: text } });
const outcome = await tryStories({
  seed: Number(values.seed),
  runs: Number(values.runs),
  shrink: values.shrink !== 'no',
  ...(values.only !== undefined && isKind(values.only) ? { only: values.only } : {}),
  ...(values.forMs === undefined ? {} : { forMs: Number(values.forMs) }),
});
console.log(JSON.stringify(outcome));
