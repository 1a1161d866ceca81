import type { Phase } from '../device/device.ts';

/** A device or module as lists show it. Instants are ISO 8601 in UTC. */
export type DeviceItem = {
  readonly hub: string;
  readonly site: { readonly id: string; readonly name: string };
  readonly deviceId: string;
  readonly moduleId: string | null;
  readonly phase: Phase;
  readonly flapping: boolean;
  readonly since: string | null;
  readonly silenced: boolean;
  readonly incidentId: string | null;
};

export const phaseFilters = ['online', 'suspect', 'offline', 'recovering', 'flapping'] as const;
export type PhaseFilter = (typeof phaseFilters)[number];
