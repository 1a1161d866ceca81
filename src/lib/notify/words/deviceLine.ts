import { deviceKey } from '../../device/device.ts';
import type { DeviceFact, Message } from '../message.ts';
import { clockOf } from './clock.ts';

/** One device for a reader: its name, and the rest in words. */
export type DeviceLine = { readonly name: string; readonly state: string };

/** The devices of a message on the clock of its site; of a hub as a whole there are none. */
export function deviceLines({ devices, hubLevel, site, openedAtMs }: Message): readonly DeviceLine[] {
  // The one device of a hub as a whole only stands for its connections.
  if (hubLevel) return [];
  const clock = clockOf(site.timeZone);
  return devices.map((device) => {
    const { lostContact, backAtMs } = device;
    const parts = [
      stateOf(device),
      ...(lostContact
        ? [`lost ${clock.shortInterval(lostContact.notBeforeMs, lostContact.notAfterMs, openedAtMs)}`]
        : []),
      ...(backAtMs === null ? [] : [`back ${clock.shortInstant(backAtMs, openedAtMs)}`]),
    ];
    return { name: deviceKey(device), state: parts.join(', ') };
  });
}

function stateOf({ deleted, flapping, phase }: DeviceFact): string {
  if (deleted) return 'deleted';
  if (flapping) return 'flapping';
  return { online: 'online', recovering: 'connected again', suspect: 'contact lost', offline: 'offline' }[
    phase
  ];
}
