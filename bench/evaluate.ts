// Times the pure evaluation of one site of 1,000 devices: quiet, when all have fallen, and when all are back.
import { loadConfig } from '../src/lib/config/loadConfig.ts';
import type { Device } from '../src/lib/device/device.ts';
import { transition } from '../src/lib/device/transition.ts';
import { siteById } from '../src/lib/directory/placeOf.ts';
import { evaluate } from '../src/lib/incident/evaluate.ts';
import type { SiteView } from '../src/lib/incident/siteView.ts';

const count = Number(process.argv[2] ?? 1_000);
const startMs = Date.parse('2026-03-04T09:00:00Z');
const text = `
sites: [{ id: oslo, devices: ["oslo-*"] }]
overrides: [{ devices: ["*-gateway"], policy: { offlineAfter: 1m } }]
receivers:
  operators: { email: { to: ["ops@oslo.example"] } }
  on-call: { email: { to: ["oncall@oslo.example"] } }
routes:
  - { to: [operators] }
  - { match: { severity: [critical] }, to: [on-call] }
`;
const loaded = loadConfig(text, 'bench.yaml', {}, { development: true });
if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems));
const { config } = loaded;

/** The devices after the first so many of: connected, lost a minute later, back after half an hour. */
function devicesAfter(events: number): Device[] {
  return Array.from({ length: count }, (_, index) => {
    let device: Device | null = null;
    for (const [sequence, minute] of [0, 1, 30].slice(0, events).entries()) {
      const eventTimeMs = startMs + minute * 60_000;
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

const empty = {
  hub: 'hub',
  site: siteById(config, 'oslo'),
  incidents: [],
  told: [],
  notices: [],
  diagnoses: [],
};

function measure(what: string, view: SiteView, nowMs: number): void {
  const timesMs: number[] = [];
  for (let round = 0; round < 60; round++) {
    const beganMs = performance.now();
    evaluate(config, view, nowMs);
    timesMs.push(performance.now() - beganMs);
  }
  const sorted = timesMs.slice(10).sort((a, b) => a - b);
  const at = (share: number) => sorted[Math.floor(share * (sorted.length - 1))]!.toFixed(2);
  console.log(`${what.padEnd(24)} median ${at(0.5)} ms, slowest tenth ${at(0.9)} ms`);
}

console.log(`evaluation of one site of ${count} devices, pure`);
measure('all online', { ...empty, devices: devicesAfter(1) }, startMs + 60_000);
const fallen = { ...empty, devices: devicesAfter(2) };
measure('all fell, incident opens', fallen, startMs + 10 * 60_000);
const open = evaluate(config, fallen, startMs + 10 * 60_000).changes;
const standing = {
  incidents: open.map((change) => change.incident),
  told: open.flatMap((change) => change.told),
  notices: open.flatMap((change) => change.notices),
};
measure('incident stands', { ...fallen, ...standing }, startMs + 11 * 60_000);
measure('all back', { ...empty, ...standing, devices: devicesAfter(3) }, startMs + 40 * 60_000);
