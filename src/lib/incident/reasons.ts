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
