import type { Reason } from '../../incident/reasons.ts';

const words: Readonly<Record<Reason, string>> = {
  outageBegan: 'First notice: contact was lost and did not come back in time.',
  outageGrew: 'Update: more devices went offline.',
  severityRose: 'Update: so many devices are affected that the severity rose.',
  partlyRecovered: 'Update: some devices are back, others are still offline.',
  recovered: 'All-clear: everything is back and has stayed connected.',
  flappingBegan: 'First notice: the connection comes and goes.',
  flappingEnded: 'Update: the connection no longer comes and goes.',
  diagnosisArrived: 'Update: the diagnostic logs now tell more about the cause.',
  reminder: 'Reminder: the problem is still there.',
  escalated: 'Passed on to you because another receiver could not be reached or did not react.',
  noLongerFollowed:
    'Devices of this problem are no longer followed: they were deleted, or the routes changed.',
};

/** Why a notice is sent, as one sentence for its reader. */
export function reasonInWords(reason: Reason): string {
  return words[reason];
}
