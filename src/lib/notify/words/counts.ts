import type { DeviceCount } from '../../incident/deviceCount.ts';

/** `3 devices`, `1 device and 9 modules`, `2 modules`. */
export function things({ devices, modules }: DeviceCount): string {
  const named = [
    ...(devices > 0 ? [many(devices, 'device')] : []),
    ...(modules > 0 ? [many(modules, 'module')] : []),
  ];
  return named.length === 0 ? '0 devices' : named.join(' and ');
}

/** `3 of 12 devices`, `1 of 9 devices and 9 modules`, `2 modules`. @param known devices of the place */
export function ofKnown({ devices, modules }: DeviceCount, known: number): string {
  if (devices === 0 && modules > 0) return many(modules, 'module');
  return `${devices} of ${many(known, 'device')}${modules > 0 ? ` and ${many(modules, 'module')}` : ''}`;
}

/** As `things`, where it is clear that devices are meant: `3`, `1 device and 9 modules`. */
export function short(count: DeviceCount): string {
  return count.modules === 0 ? String(count.devices) : things(count);
}

export function any({ devices, modules }: DeviceCount): boolean {
  return devices + modules > 0;
}

function many(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}
