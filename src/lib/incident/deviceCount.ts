import type { Identities, Member, MemberState } from './incident.ts';
import { countedAs } from './tally.ts';

/** Devices in one state, and the modules in it beside them. */
export type DeviceCount = { readonly devices: number; readonly modules: number };

/**
 * Counts devices as devices, and modules beside them. A device is in a state when its own identity is; one that connects
 * by its modules alone, as IoT Edge does, when all of them are.
 *
 * @param identities of a device that is missing here, only the members are known
 */
export function deviceCount(
  members: readonly Member[],
  state: MemberState | 'silenced',
  identities: Identities = {},
): DeviceCount {
  const modules = new Map<string, { inState: number; all: number; own: boolean }>();
  let devices = 0;
  let inState = 0;
  for (const member of members) {
    const { deviceId, moduleId } = member;
    const its = countedAs(member);
    if (moduleId === null) {
      if (its === state) devices += 1;
      continue;
    }
    const count = modules.get(deviceId) ?? { inState: 0, all: 0, own: false };
    modules.set(deviceId, count);
    count.all += 1;
    if (its !== state) continue;
    count.inState += 1;
    inState += 1;
  }
  if (modules.size === 0) return { devices, modules: 0 };
  for (const { deviceId, moduleId } of members) {
    const count = moduleId === null ? modules.get(deviceId) : undefined;
    if (count) count.own = true;
  }
  for (const [deviceId, count] of modules) {
    const known = Object.hasOwn(identities, deviceId) ? identities[deviceId]! : count.all;
    if (!count.own && count.inState > 0 && count.inState >= known) devices += 1;
  }
  return { devices, modules: inState };
}
