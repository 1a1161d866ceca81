import { expect, it } from 'vitest';
import { createFunctionLog } from '../../../local/host/functionLog.ts';

it('prints one line a message, from the level that the closest category names', () => {
  const lines: string[] = [];
  const log = createFunctionLog(
    { default: 'Warning', 'Function.sweep': 'Debug', 'Function.loud.User': 'None' },
    (line) => lines.push(line.slice(13)),
  );
  log('information', 'evaluateSite', 'hidden');
  log('error', 'evaluateSite', 'failed: Error: a\n    at b\n');
  log('debug', 'sweep', 'shown');
  log('critical', 'loud', 'hidden');
  expect(lines).toEqual(['ERROR evaluateSite: failed: Error: a | at b', 'debug sweep: shown']);
});
