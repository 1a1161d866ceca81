import type { Decision } from './decide.ts';
import type { Incident, Notice, NoticeKind } from './incident.ts';
import type { Reason } from './reasons.ts';

/** Whether a notice that is on its way still has a point, and what it says now. */
export type Standing =
  | { readonly kind: 'stands'; readonly reason: Reason; readonly says: NoticeKind }
  | { readonly kind: 'pointless'; readonly because: string };

/**
 * The one place where this is decided: an evaluation asks it about every pending notice, and a delivery once more
 * before it sends.
 *
 * @param incident as it is now
 * @param decision what the receiver should hear now
 * @param known whether the rules still know the receiver
 */
export function standingOf(
  notice: Notice,
  incident: Incident,
  decision: Decision,
  known: boolean,
  nowMs: number,
): Standing {
  const stands = (reason: Reason, says = notice.kind): Standing => ({ kind: 'stands', reason, says });
  const pointless = (because: string): Standing => ({ kind: 'pointless', because });
  if (!known) return pointless('the receiver was removed from the configuration');
  const over = incident.status === 'resolved';
  if (notice.kind === 'final' && over) return stands(notice.reason);
  if (notice.kind === 'opening') {
    // Without an answer to an earlier attempt the receiver may have read it: it hears it through to the end.
    if (notice.possiblyDelivered !== null) return stands(notice.reason);
    if (decision.kind === 'say' && decision.notice === 'opening') return stands(notice.reason);
    if (over) return pointless('the incident ended before it could be told');
    const unrouted = decision.kind === 'say' || decision.because === 'notRouted';
    return pointless(
      unrouted
        ? 'the route was removed before it could be told'
        : 'every device was back before it could be told',
    );
  }
  if (decision.kind === 'nothing') return pointless('it was no longer true when it was to be sent');
  if (decision.notice === notice.kind) return stands(decision.reason);
  if (decision.notice === 'final') {
    return pointless(
      over ? 'the incident ended before it could be told' : 'the route was removed before it could be told',
    );
  }
  if (decision.atMs <= nowMs && notice.kind !== 'final') return stands(decision.reason, decision.notice);
  return pointless('it was no longer true when it was to be sent');
}
