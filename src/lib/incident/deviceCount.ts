import type { Member, MemberState } from './incident.ts';

/** Devices in one state, and the modules in it beside them. */
export type DeviceCount = { readonly devices: number; readonly modules: number };

/** How many identities of a device are known, its own and its modules'; of devices with modules alone. */
export type Identities = Readonly<Record<string, number>>;

/**
 * Counts devices as devices, and modules beside them. A device is in a state when its own identity is; one that connects
 * by its modules alone, as IoT Edge does, when all of them are.
 *
 * @param identities of a device that is missing here, only the members are known
 */
export function deviceCount(
  members: Iterable<Member>,
  state: MemberState,
  identities: Identities = {},
): DeviceCount {
  const own = new Set<string>();
  const modules = new Map<string, { inState: number; all: number }>();
  let devices = 0;
  let inState = 0;
  for (const member of members) {
    if (member.moduleId === null) {
      own.add(member.deviceId);
      if (member.state === state) devices += 1;
      continue;
    }
    const count = modules.get(member.deviceId) ?? { inState: 0, all: 0 };
    modules.set(member.deviceId, count);
    count.all += 1;
    if (member.state !== state) continue;
    count.inState += 1;
    inState += 1;
  }
  for (const [deviceId, count] of modules) {
    const known = Object.hasOwn(identities, deviceId) ? identities[deviceId]! : count.all;
    if (!own.has(deviceId) && count.inState > 0 && count.inState >= known) devices += 1;
  }
  return { devices, modules: inState };
}
