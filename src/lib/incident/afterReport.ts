import type { Notice, Told } from './incident.ts';
import type { IncidentFile } from './incidentFile.ts';
import type { TimelineEntry } from './timeline.ts';

/** That a mail did not arrive after all, as the service that took it tells later. */
export type FailureReport = {
  readonly noticeId: string;
  /** What became of it and for whom: `Bounced for ops@oslo.example`. */
  readonly failure: string;
};

/**
 * What a report leads to:
 * - `failed`: the notice has failed; `fallbackDue`: the fallback is told, which it is not after the incident's end;
 * - `known`: it was reported before;
 * - `tooEarly`: the notice is still being delivered, so the report has to come again;
 * - `unknown`: there is no such notice.
 */
export type AfterReport =
  | {
      readonly kind: 'failed';
      readonly notice: Notice;
      readonly told: Told;
      readonly entry: TimelineEntry;
      readonly fallbackDue: boolean;
    }
  | { readonly kind: 'known'; readonly notice: Notice }
  | { readonly kind: 'tooEarly' }
  | { readonly kind: 'unknown' };

/**
 * Takes back that a notice arrived. Its receiver stays among those who were told: other recipients of the mail may have
 * read it, and whoever may have read it hears the end.
 *
 * @param file with its whole story
 */
export function afterReport(
  file: IncidentFile,
  { noticeId, failure }: FailureReport,
  nowMs: number,
): AfterReport {
  const notice = file.notices.find((one) => one.noticeId === noticeId);
  const told = notice && file.told.find(({ receiver }) => receiver === notice.receiver);
  if (!notice || !told) return { kind: 'unknown' };
  if (notice.state === 'pending') return { kind: 'tooEarly' };
  const failures = notice.lastError === null ? [] : notice.lastError.split(separator);
  if (failures.includes(failure)) return { kind: 'known', notice };
  const fallbackDue = file.incident.status === 'open';
  return {
    kind: 'failed',
    notice: { ...notice, state: 'failed', lastError: [...failures, failure].join(separator) },
    told: fallbackDue ? { ...told, failedForGood: true } : told,
    entry: {
      atMs: nowMs,
      kind: 'attempt',
      deviceId: null,
      receiver: notice.receiver,
      reason: notice.reason,
      sentence: `${notice.receiver} was not reached after all: ${failure}.`,
      outcome: 'failed',
      error: failure,
    },
    fallbackDue,
  };
}

/** Between the failures of several recipients. */
const separator = '; ';
