import { describe, expect, it } from 'vitest';
import { afterReport } from '../../../src/lib/incident/afterReport.ts';
import { start } from '../../support/events.ts';
import { fileOf, noticeOf } from '../../support/files.ts';

const failure = 'Bounced for ops@oslo.example';
const report = { noticeId: 'ntc_1', failure };
const withNotice = (change: Parameters<typeof noticeOf>[0], status: 'open' | 'resolved' = 'open') =>
  fileOf(['oslo-1'], { status }, { notices: [noticeOf({ state: 'sent', finishedAtMs: start, ...change })] });

describe('a report that a mail did not arrive', () => {
  it.each([
    ['fails the notice, and the fallback is due', withNotice({}), { kind: 'failed', fallbackDue: true }],
    [
      'after the end makes no fallback due',
      withNotice({}, 'resolved'),
      { kind: 'failed', fallbackDue: false },
    ],
    ['that is known changes nothing', withNotice({ state: 'failed', lastError: failure }), { kind: 'known' }],
    ['comes too early for a notice on its way', withNotice({ state: 'pending' }), { kind: 'tooEarly' }],
    ['about another notice is unknown', withNotice({ noticeId: 'ntc_2' }), { kind: 'unknown' }],
  ])('%s', (_, file, after) => {
    expect(afterReport(file, report, start)).toMatchObject(after);
  });

  it('keeps the receiver among those who were told', () => {
    const after = afterReport(withNotice({}), report, start);
    expect(after).toMatchObject({
      notice: { state: 'failed', lastError: failure },
      told: { status: 'told', failedForGood: true },
      entry: {
        outcome: 'failed',
        sentence: 'operators was not reached after all: Bounced for ops@oslo.example.',
      },
    });
  });

  it('stands beside what failed before', () => {
    const refusal = 'the mail server refused 550 for lead@oslo.example';
    const after = afterReport(withNotice({ lastError: refusal }), report, start);
    expect(after).toMatchObject({ notice: { lastError: `${refusal}; ${failure}` } });
  });
});
