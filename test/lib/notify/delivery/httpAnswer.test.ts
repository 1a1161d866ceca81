import { describe, expect, it } from 'vitest';
import { readAnswer } from '../../../../src/lib/notify/delivery/httpAnswer.ts';
import { nowMs } from '../renderMessages.ts';

const temporary = new Set([408, 425, 429, ...Array.from({ length: 100 }, (_, index) => 500 + index)]);
const after = (header: string | null) => {
  const answer = readAnswer(503, header, nowMs);
  return answer.kind === 'failedTemporarily' ? answer.retryAfterMs : 'not temporary';
};

describe('readAnswer', () => {
  it('calls every 2xx success, the listed ones temporary and all the rest final', () => {
    for (let status = 100; status <= 999; status += 1) {
      const kind =
        status >= 200 && status < 300
          ? 'sent'
          : temporary.has(status)
            ? 'failedTemporarily'
            : 'failedPermanently';
      expect({ status, ...readAnswer(status, null, nowMs) }).toMatchObject({ status, kind });
    }
  });

  it('names the status and knows the outcome', () => {
    expect(readAnswer(503, null, nowMs)).toEqual({
      kind: 'failedTemporarily',
      error: 'HTTP 503',
      retryAfterMs: null,
      outcomeUnknown: false,
      timedOut: false,
    });
    expect(readAnswer(400, '5', nowMs)).toEqual({ kind: 'failedPermanently', error: 'HTTP 400' });
  });

  it.each([
    ['7', 7_000],
    [' 7 ', 7_000],
    ['0', null],
    ['86400', 86_400_000],
    ['999999999999999999999999', 86_400_000],
    ['-5', null],
    ['1.5', null],
    ['soon', null],
    ['', null],
    [null, null],
    [new Date(nowMs + 60_000).toUTCString(), 59_816],
    [new Date(nowMs - 60_000).toUTCString(), null],
    ['Wed, 04 Mar 2099 08:20:52 GMT', 86_400_000],
    ['Wed, nonsense', null],
  ])('reads Retry-After "%s" as %s ms', (header, expected) => {
    expect(after(header)).toBe(expected);
  });
});
