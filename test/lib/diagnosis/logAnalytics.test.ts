import { describe, expect, it } from 'vitest';
import { answerOf } from '../../../src/lib/diagnosis/logs/logAnalytics.ts';

function restError(statusCode: number, message: string, more: object = {}): Error {
  return Object.assign(new Error(message), { name: 'RestError', statusCode, ...more });
}

const headers = (retryAfter: string) => ({ response: { headers: { get: () => retryAfter } } });
const noTable = {
  error: {
    code: 'BadArgumentError',
    innererror: {
      code: 'SemanticError',
      innererror: { message: "Failed to resolve table or column expression named 'AzureDiagnostics'" },
    },
  },
};

describe('answerOf', () => {
  it.each([
    ['a missing table is not "no rows"', restError(400, 'bad', { details: noTable }), { kind: 'noTable' }],
    ['another bad request is a failure', restError(400, 'Query could not be parsed'), { kind: 'failed' }],
    ['401 and 403 are refusals', restError(403, 'no access'), { kind: 'refused', reason: '403 no access' }],
    [
      'an identity that cannot be had is a refusal',
      Object.assign(new Error('no token'), { name: 'CredentialUnavailableError' }),
      { kind: 'refused' },
    ],
    [
      'a throttle names its seconds',
      restError(429, 'slow', headers('7')),
      { kind: 'throttled', retryAfterMs: 7000 },
    ],
    [
      'a throttle without seconds is the rate window',
      restError(429, 'slow'),
      { kind: 'throttled', retryAfterMs: 30_000 },
    ],
    ['the service’s own time-out', restError(504, 'late'), { kind: 'timedOut' }],
    [
      'anything else is a failure with its status',
      restError(500, 'oh'),
      { kind: 'failed', reason: '500 oh' },
    ],
    ['what is not an error at all', 'broken', { kind: 'failed', reason: 'broken' }],
  ])('%s', (_, error, answer) => {
    expect(answerOf(error)).toMatchObject(answer);
  });
});
