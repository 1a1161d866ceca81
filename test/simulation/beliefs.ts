import type { Heard } from './edges.ts';

/** What one receiver believes after all it heard: devices that are down or flapping in incidents still open. */
export function beliefs(heard: readonly Heard[]): Set<string> {
  const open = new Map<string, Map<string, boolean>>();
  for (const { message } of heard) {
    if (message.type === 'incident.resolved') {
      open.set(message.incidentId, new Map());
      continue;
    }
    const devices = open.get(message.incidentId) ?? new Map<string, boolean>();
    for (const device of message.devices) {
      const bad = !device.deleted && (device.flapping || device.phase !== 'online');
      devices.set(device.deviceId, bad);
    }
    open.set(message.incidentId, devices);
  }
  const down = new Set<string>();
  for (const devices of open.values()) for (const [device, bad] of devices) if (bad) down.add(device);
  return down;
}
