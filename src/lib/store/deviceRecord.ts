import type { Device, Observation } from '../device/device.ts';
import type { RecentEvents } from '../device/recentEvents.ts';
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
  /** Absent: a row of an earlier version, or the device has just moved. */
  readonly recent?: StoredRecent;
};

/** A run of events, and the device before them without what it shares with the row's device. */
export type StoredRecent = readonly [
  run: number,
  count: number,
  packed: string,
  before: Partial<StoredDevice> | null,
];

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

/** A device with the events that are kept in its row; null: none are. */
export type DeviceWithEvents = { readonly device: Device; readonly recent: RecentEvents | null };

export function writeDevice(device: Device, recent: RecentEvents | null = null): string {
  const stored = { v: storeFormat, ...toStoredDevice(device) };
  return JSON.stringify(recent === null ? stored : { ...stored, recent: writeRecent(recent) });
}

function toStoredDevice(device: Device): Omit<StoredDevice, 'v'> {
  return {
    ...device,
    mark: device.mark === null ? null : shortened(device.mark),
    history: device.history.map(toStored),
    heldBack: device.heldBack && toStored(device.heldBack),
  };
}

export function readDevice(row: Row): Device | null {
  return readRecord(row, (value) => deviceOf(row, value));
}

/** As `readDevice`, with the events. Events that cannot be read are none. */
export function readDeviceWithEvents(row: Row): DeviceWithEvents | null {
  return readRecord(row, (value) => {
    const device = deviceOf(row, value);
    return device && { device, recent: readRecent(device, value.recent) };
  });
}

function deviceOf(row: Row, value: object): Device | null {
  const { v: _v, recent: _recent, ...stored } = value as StoredDevice;
  const device = toDevice(stored);
  return rowKeys.device(device) === row.key && phases.includes(device.phase) ? device : null;
}

function toDevice(stored: Omit<StoredDevice, 'v' | 'recent'>): Device {
  return {
    ...defaults,
    ...stored,
    mark: typeof stored.mark === 'string' ? full(stored.mark) : null,
    history: (stored.history ?? []).map(toObservation),
    heldBack: stored.heldBack ? toObservation(stored.heldBack) : null,
  };
}

/** What a device has by itself alone is not repeated, nor is what is as in a device that was never seen. */
export function writeRecent({ run, count, packed, before }: RecentEvents): StoredRecent {
  return [run, count, packed, before && withoutDefaults(toStoredDevice(before))];
}

const shared = new Set(['deviceId', 'moduleId', 'hubName', 'hubResourceId']);

function withoutDefaults(stored: Omit<StoredDevice, 'v'>): Partial<StoredDevice> {
  return Object.fromEntries(
    Object.entries(stored).filter(
      ([name, value]) => !shared.has(name) && value !== defaults[name as keyof typeof defaults],
    ),
  );
}

/** @param of the device that the events are of */
export function readRecent(
  of: Pick<Device, 'deviceId' | 'moduleId' | 'hubName' | 'hubResourceId'>,
  stored: unknown,
): RecentEvents | null {
  if (!Array.isArray(stored)) return null;
  const [run, count, packed, before] = stored as unknown as StoredRecent;
  if (typeof run !== 'number' || typeof count !== 'number' || typeof packed !== 'string') return null;
  const { deviceId, moduleId, hubName, hubResourceId } = of;
  const ids = { deviceId, moduleId, hubName, hubResourceId };
  return {
    run,
    count,
    packed,
    before: before ? toDevice({ ...(before as StoredDevice), ...ids }) : null,
  };
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
