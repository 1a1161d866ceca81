import type { Device } from '../../src/lib/device/device.ts';
import { transition } from '../../src/lib/device/transition.ts';
import { siteById } from '../../src/lib/directory/placeOf.ts';
import { evaluate } from '../../src/lib/incident/evaluate.ts';
import type { SiteView } from '../../src/lib/incident/siteView.ts';
import type { Rules } from '../../src/lib/policy/rules.ts';
import { configOf } from './configOf.ts';
import { start } from './events.ts';

const configFor = (per: 'site' | 'device') =>
  configOf(`
sites: [{ id: oslo, devices: ["oslo-*"] }]
overrides: [{ devices: ["*-gateway"], policy: { offlineAfter: 1m } }]
receivers:
  operators: { email: { to: ["ops@oslo.example"] } }
  on-call: { email: { to: ["oncall@oslo.example"] } }
routes:
  - { per: ${per}, to: [operators] }
  - { match: { severity: [critical] }, to: [on-call] }
`);

const minutes = (count: number) => start + count * 60_000;

/** The devices after the first so many of: connected, lost a minute later, back after half an hour. */
function devicesAfter(config: Rules, count: number, events: number): Device[] {
  return Array.from({ length: count }, (_, index) => {
    let device: Device | null = null;
    for (const [sequence, minute] of [0, 1, 30].slice(0, events).entries()) {
      const eventTimeMs = minutes(minute);
      const event = {
        kind: sequence === 1 ? 'disconnected' : 'connected',
        eventId: '',
        deviceId: `oslo-press-${index}`,
        moduleId: null,
        hubName: 'hub',
        hubResourceId: null,
        eventTimeMs,
        sequenceNumber: String(sequence + 1).padStart(64, '0'),
      } as const;
      device = transition(device, event, config.policy, eventTimeMs).device;
    }
    return device!;
  });
}

/** A site of so many devices, of which all fall and all come back: each moment by its name. */
export function momentsOf(per: 'site' | 'device', count: number): Record<string, () => void> {
  const config = configFor(per);
  const empty: SiteView = {
    hub: 'hub',
    site: siteById(config, 'oslo'),
    devices: [],
    incidents: [],
    told: [],
    notices: [],
    diagnoses: [],
  };
  const online = { ...empty, devices: devicesAfter(config, count, 1) };
  const fallen = { ...empty, devices: devicesAfter(config, count, 2) };
  const open = evaluate(config, fallen, minutes(10)).changes;
  const ledger = {
    incidents: open.map((change) => change.incident),
    told: open.flatMap((change) => change.told),
    notices: open.flatMap((change) => change.notices),
    diagnoses: [],
  };
  const standing = { ...fallen, ...ledger };
  const back = { ...empty, ...ledger, devices: devicesAfter(config, count, 3) };
  return {
    'all are online': () => void evaluate(config, online, minutes(1)),
    'all fell, it opens': () => void evaluate(config, fallen, minutes(10)),
    'it stands': () => void evaluate(config, standing, minutes(11)),
    'all are back': () => void evaluate(config, back, minutes(40)),
  };
}
