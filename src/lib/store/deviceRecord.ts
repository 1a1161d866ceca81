import type { Device, Observation } from '../device/device.ts';
import { rowKeys } from './keys.ts';
import { readRecord, storeFormat } from './readRecord.ts';
import type { Row } from './rowStore.ts';

/** An observation takes a tenth of its space as sequence number, time and state in one list. */
type StoredObservation = readonly [sequenceNumber: string, atMs: number, connected: 0 | 1];

type StoredDevice = Omit<Device, 'history' | 'heldBack' | 'mark'> & {
  readonly v: number;
  readonly mark: string | null;
  readonly history: readonly StoredObservation[];
  readonly heldBack: StoredObservation | null;
};

/** Sequence numbers are 64 hex digits (docs/platform.md#sequence-numbers), nearly all of them leading zeros. */
const digits = 64;
const shortened = (sequenceNumber: string) => sequenceNumber.replace(/^0+(?=.)/, '');
const full = (sequenceNumber: string) => sequenceNumber.padStart(digits, '0');

/** What a row of an earlier version may lack. */
const defaults: Omit<Device, 'deviceId' | 'moduleId' | 'hubName' | 'phase' | 'mark' | 'history'> = {
  hubResourceId: null,
  sinceMs: 0,
  eventTimeMs: 0,
  receivedAtMs: 0,
  offlineAtMs: null,
  lostAtMs: null,
  flapping: false,
  markTimeMs: 0,
  connectedAtMs: 0,
  createdAtMs: 0,
  deletedAtMs: 0,
  deleted: false,
  heldBack: null,
  seenAtMs: 0,
};

export function writeDevice(device: Device): string {
  const stored: StoredDevice = {
    v: storeFormat,
    ...device,
    mark: device.mark === null ? null : shortened(device.mark),
    history: device.history.map(toStored),
    heldBack: device.heldBack && toStored(device.heldBack),
  };
  return JSON.stringify(stored);
}

export function readDevice(row: Row): Device | null {
  return readRecord(row, (value) => {
    const { v: _v, ...stored } = value as unknown as StoredDevice;
    const device: Device = {
      ...defaults,
      ...stored,
      mark: typeof stored.mark === 'string' ? full(stored.mark) : null,
      history: (stored.history ?? []).map(toObservation),
      heldBack: stored.heldBack ? toObservation(stored.heldBack) : null,
    };
    return rowKeys.device(device) === row.key && phases.includes(device.phase) ? device : null;
  });
}

const phases = ['online', 'suspect', 'offline', 'recovering'];

function toStored({ sequenceNumber, atMs, connected }: Observation): StoredObservation {
  return [shortened(sequenceNumber), atMs, connected ? 1 : 0];
}

/** Before version 1 an observation was an object. */
function toObservation(stored: StoredObservation | Observation): Observation {
  if (!Array.isArray(stored)) return stored as Observation;
  const [sequenceNumber, atMs, connected] = stored as StoredObservation;
  return { sequenceNumber: full(sequenceNumber), atMs, connected: connected === 1 };
}
