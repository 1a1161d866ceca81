import type { Policy } from '../../src/lib/policy/policy.ts';
import type { Rules } from '../../src/lib/policy/rules.ts';
import { configOf } from '../support/configOf.ts';
import { hubResourceId } from '../support/events.ts';

const policy = (offlineAfter: string) => `
policy:
  offlineAfter: ${offlineAfter}
  recoveredAfter: 30s
  groupWait: 10s
  groupInterval: 60s
  remindEvery: 1h
  lateEventGrace: 20s
  flapping: { window: 4m, startAt: 30%, stopAt: 20% }
  diagnosisBudget: 5s
delivery: { timeout: 5s, retryFirst: 2s, retryMax: 30s, giveUpAfter: 12h }
`;

const fast = policy('60s');
const site = (id: string, devices = '"oslo-*"') =>
  `  - { id: ${id}, name: The plant, devices: [${devices}] }\n`;
const oslo = `sites:\n${site('oslo')}`;
const bergen = `sites:\n${site('bergen')}`;
const halves = `sites:\n${site('bergen', '"oslo-1", "oslo-3"')}${site('oslo')}`;
const operators = 'receivers:\n  operators: { email: { to: ["ops@oslo.example"] } }\n';
const perSite = 'routes: [{ per: site, to: [operators] }]\n';
const perDevice = 'routes: [{ per: device, to: [operators] }]\n';
const perBoth = 'routes: [{ per: site, to: [operators] }, { per: device, to: [operators] }]\n';
const intervals = `
timeIntervals:
  tea: { timeZone: UTC, times: ["09:03-09:07", "09:12-09:14"] }
  hours: { timeZone: UTC, times: ["09:04-09:08", "09:11-14:00"] }
`;
const crew = `
receivers:
  operators: { email: { to: ["ops@oslo.example"] } }
  lead: { email: { to: ["lead@oslo.example"] } }
  manager: { webhook: { url: "http://127.0.0.1/manager" }, tellAcknowledgements: true }
  on-call: { webhook: { url: "http://127.0.0.1/on-call" } }
`;
const hub = hubResourceId.replace('HUB-FLEET-01', 'hub-fleet-01');

export const hubName = 'hub-fleet-01';

const texts = {
  site: fast + oslo + operators + perSite,
  device: fast + oslo + operators + perDevice,
  moved: fast + bergen + operators + perBoth,
  halves: fast + halves + operators + perSite,
  /** The hub's count is watched, each device of it counts. */
  watched: `${fast}${oslo}hubs: [{ resourceId: "${hub}", dropShare: 1%, dropAtLeast: 1 }]\n${operators}${perSite}`,
  /** Holds longer than the three minutes within which the sweep repairs. */
  slow: policy('10m') + oslo + operators + perSite,
  slower: policy('30m') + oslo + operators + perBoth,
  many: `${fast}${oslo}
receivers:
  operators: { email: { to: ["ops@oslo.example"] }, fallback: on-call, fallbackAfter: 20s }
  manager: { webhook: { url: "http://127.0.0.1/manager" } }
  on-call: { webhook: { url: "http://127.0.0.1/on-call" } }
routes:
  - { per: site, to: [operators] }
  - { match: { severity: [critical] }, per: site, to: [manager] }
`,
  /** Steps, and reminders after three minutes. */
  stepped: `${fast}${oslo}${crew}
routes:
  - per: site
    to: [operators]
    remindEvery: 3m
    escalate: [{ after: 2m, to: [lead] }, { after: 5m, to: [manager] }]
`,
  /** Planned work of the configuration; its times are repeated in `configPlans.ts`. */
  planned: `${fast}${oslo}${intervals}${crew}
maintenance:
  - { name: tea, match: { sites: [oslo] }, during: [tea], returnGrace: 1m }
  - { name: switch, match: { devices: ["oslo-1", "alone*"] }, from: "2026-03-04T09:05", until: "2026-03-04T09:09", timeZone: UTC, returnGrace: 2m }
routes: [{ per: site, to: [operators], remindEvery: 4m, escalate: [{ after: 3m, to: [lead] }] }]
`,
  muted: `${fast}${oslo}${intervals}${crew}
routes:
  - per: site
    to: [operators]
    muteDuring: [tea]
    muteBelow: critical
    remindEvery: 3m
    escalate: [{ after: 2m, to: [lead] }]
  - { per: site, to: [manager], activeDuring: [hours] }
`,
  /** A route that ends the search, also while it is mute: nobody ever hears by the second one. */
  last: `${fast}${oslo}${intervals}${crew}
routes:
  - { per: site, to: [operators], muteDuring: [tea], final: true }
  - { per: site, to: [manager] }
`,
  causes: `${fast}${oslo}${crew}
routes:
  - { per: site, to: [operators] }
  - { match: { reason: [flappingBegan] }, per: site, to: [lead] }
  - { match: { cause: [siteUplink] }, per: site, to: [manager], escalate: [{ after: 2m, to: [lead] }] }
  - { match: { cause: [unknown] }, per: site, to: [on-call] }
`,
} as const;

export type ConfigName = keyof typeof texts;

export const configNames = Object.keys(texts) as ConfigName[];

export const configs = Object.fromEntries(
  configNames.map((name) => [name, configOf(texts[name])]),
) as Readonly<Record<ConfigName, Rules>>;

/** The configuration as it is uploaded at that time. */
export function uploaded(name: ConfigName, atMs: number): Rules {
  const rules = configs[name];
  return { ...rules, version: { ...rules.version, atMs } };
}

/** Device `index`: most belong to the plant, the last one to no site. */
export function deviceName(index: number): string {
  return index === 4 ? 'alone#1' : `oslo-${index}`;
}

/** Whether some device has another site by the one than by the other. */
export function placesDiffer(one: ConfigName, other: ConfigName): boolean {
  const shape = (name: ConfigName) => (name === 'moved' || name === 'halves' ? name : 'oslo');
  return shape(one) !== shape(other);
}

/** The longer of two policies in each field. */
export function longerOf(one: Policy, other: Policy): Policy {
  return one.offlineAfterMs >= other.offlineAfterMs ? one : other;
}
