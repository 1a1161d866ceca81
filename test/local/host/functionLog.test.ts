import { expect, it } from 'vitest';
import { describeError } from '../../../local/host/describeError.ts';
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

it('describes an error by its first frames and what it wraps', () => {
  const cause = new Error('socket closed');
  const error = new AggregateError([new TypeError('no name')], 'could not be stored', { cause });
  const lines = describeError(error).split('\n');
  expect(lines[0]).toBe('AggregateError: could not be stored');
  expect(lines.filter((line) => line.startsWith('    at ')).length).toBeLessThanOrEqual(5);
  expect(lines.slice(-2)).toEqual(['caused by TypeError: no name', 'caused by Error: socket closed']);
  expect(describeError('a string')).toBe('a string');
});
