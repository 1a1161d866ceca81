const mail = '{ email: { to: [someone@plant.example] } }';

/** 4 March 2026, a Wednesday. */
export const now = Date.parse('2026-03-04T12:00Z');

/** A configuration with something of everything that routes can have. */
export const plant = `sites:
  - { id: oslo, name: Oslo plant, timeZone: Europe/Oslo, devices: ["oslo-*"] }
  - { id: nyc, timeZone: America/New_York, devices: ["nyc-*"] }
receivers:
  operators: { email: { to: [ops@plant.example] }, fallback: reserve }
  lead: ${mail}
  boss: ${mail}
  page: ${mail}
  network: ${mail}
  quality: ${mail}
  all: ${mail}
  archive: ${mail}
  reserve: ${mail}
  forgotten: ${mail}
timeIntervals:
  nights: { timeZone: Europe/Oslo, times: ["22:00-06:00"] }
  weekends: { timeZone: Europe/Oslo, weekdays: [saturday, sunday] }
  office: { timeZone: America/New_York, weekdays: ["monday:friday"], times: ["02:30-17:00"] }
  always: { timeZone: UTC }
maintenance:
  - { name: Service, match: { devices: ["oslo-press-*"] }, from: "2026-05-04T08:00", until: "2026-05-04T10:00", timeZone: Europe/Oslo }
routes:
  - { match: { sites: [oslo] }, to: [operators], muteDuring: [nights, weekends], muteBelow: critical,
      escalate: [{ after: 15m, to: [lead] }, { after: 1h, to: [boss, page] }] }
  - { match: { severity: [critical] }, to: [page] }
  - { match: { cause: [siteUplink] }, to: [network], final: true }
  - { match: { sites: [nyc] }, per: device, to: [quality], activeDuring: [office] }
  - { match: { reason: [flappingBegan] }, to: [quality] }
  - { match: { hubs: [hub-a] }, to: [all] }
  - { match: { devices: ["oslo-gate-*"] }, per: device, to: [operators] }
  - { match: { sites: [nyc] }, to: [archive], muteDuring: [always] }`;
