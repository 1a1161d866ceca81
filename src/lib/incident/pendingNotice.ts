import type { Decision, Say, SilentReason } from './decide.ts';
import type { Incident, Notice, NoticeKind } from './incident.ts';
import type { Reason } from './reasons.ts';

/** Whether a notice that is on its way still has a point, and what it says now. */
export type Standing =
  | {
      readonly kind: 'stands';
      readonly reason: Reason;
      readonly says: NoticeKind;
      readonly tells: Say['tells'];
    }
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
  const tells = decision.kind === 'say' ? decision.tells : 'everything';
  const stands = (reason: Reason, says = notice.kind): Standing => ({ kind: 'stands', reason, says, tells });
  const pointless = (because: string): Standing => ({ kind: 'pointless', because });
  if (!known) return pointless('the receiver was removed from the configuration');
  const over = incident.status === 'resolved';
  if (notice.kind === 'final' && over) return stands(notice.reason);
  if (notice.kind === 'opening') {
    // Without an answer to an earlier attempt the receiver may have read it: it hears it through to the end.
    if (notice.possiblyDelivered !== null) return stands(notice.reason);
    if (decision.kind === 'say' && decision.notice === 'opening') return stands(notice.reason);
    if (over) return pointless('the incident ended before it could be told');
    const control = decision.kind === 'nothing' ? controls[decision.because] : undefined;
    if (control !== undefined) return pointless(control);
    const unrouted = decision.kind === 'say' || decision.because === 'notRouted';
    return pointless(
      unrouted
        ? 'the route was removed before it could be told'
        : 'every device was back before it could be told',
    );
  }
  if (decision.kind === 'nothing') {
    const control = controls[decision.because];
    if (control === undefined) return pointless('it was no longer true when it was to be sent');
    return notice.possiblyDelivered === null ? pointless(control) : stands(notice.reason);
  }
  if (decision.notice === notice.kind) return stands(decision.reason);
  if (decision.notice === 'final') {
    return pointless(
      over ? 'the incident ended before it could be told' : 'the route was removed before it could be told',
    );
  }
  if (decision.atMs <= nowMs && notice.kind !== 'final') return stands(decision.reason, decision.notice);
  return pointless('it was no longer true when it was to be sent');
}

/** What took the point of a notice that was on its way: it is decided anew when that is over. */
const controls: Partial<Record<SilentReason, string>> = {
  silence: 'a silence began before it could be told',
  maintenance: 'planned work began before it could be told',
  muteTime: 'a mute time began before it could be told',
  acknowledged: 'it was acknowledged before it could be told',
};
