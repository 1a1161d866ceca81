/** Why a notice is sent. Stored, logged and shown to the reader. */
export const reasons = [
  'outageBegan',
  'outageGrew',
  'severityRose',
  'partlyRecovered',
  'recovered',
  'flappingBegan',
  'flappingEnded',
  'diagnosisArrived',
  'reminder',
  'escalated',
  'noLongerFollowed',
  'acknowledged',
  'acknowledgementEnded',
  'silenceEnded',
  'didNotReturn',
] as const;
export type Reason = (typeof reasons)[number];

/** What somebody will be told, after `will be told`. */
export const newsInWords: Readonly<Record<Reason, string>> = {
  outageBegan: 'that it began',
  outageGrew: 'that more devices are affected',
  severityRose: 'that it has become more severe',
  partlyRecovered: 'that some devices are back',
  recovered: 'that it is over',
  flappingBegan: 'that the connection has become unstable',
  flappingEnded: 'that the connection is stable again',
  diagnosisArrived: 'what the likely cause is',
  reminder: 'that it is not over yet',
  escalated: 'that nobody has acknowledged it yet',
  noLongerFollowed: 'that it is no longer followed',
  acknowledged: 'that somebody has acknowledged it',
  acknowledgementEnded: 'that the acknowledgement has ended',
  silenceEnded: 'what is still true',
  didNotReturn: 'that devices did not return after planned work',
};
