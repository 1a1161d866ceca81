/** What holds when the file does not say otherwise, as it would be written there. */
export const defaults = {
  policy: {
    offlineAfter: '5m',
    recoveredAfter: '2m',
    groupWait: '30s',
    groupInterval: '5m',
    remindEvery: '4h',
    siteDown: '50%',
    lateEventGrace: '90s',
    diagnosisBudget: '20s',
  },
  flapping: { window: '20m', startAt: '30%', stopAt: '20%' },
  delivery: { timeout: '10s', retryFirst: '5s', retryMax: '15m', giveUpAfter: '24h' },
  hub: { dropShare: '20%', dropAtLeast: 20 },
  fallbackAfter: '5m',
  historyDays: 90,
  timeZone: 'UTC',
} as const;
