import type { ConnectionEvent, DeviceEvent, RegistryEvent } from '../events/event.ts';
import type { Device, Observation } from './device.ts';
import type { DevicePolicy } from './devicePolicy.ts';
import { remember, startsFlapping } from './flapping.ts';
import { settle } from './settle.ts';

/** What an event meant for a device. Only `reconnected` and the like change what people may be told. */
export type TransitionReason =
  | 'firstSeen'
  | 'lost'
  | 'lostAgain'
  | 'blip'
  | 'reconnected'
  | 'hiddenFlap'
  | 'duplicate'
  | 'older'
  | 'sequenceReset'
  | 'created'
  | 'deleted'
  | 'tombstoned';

export type Transition = {
  readonly device: Device;
  readonly reason: TransitionReason;
  /** False: nothing to store. */
  readonly changed: boolean;
};

/**
 * A lower sequence number this much newer than the mark is a reset of the hub's counter
 * (docs/platform.md#sequence-numbers).
 */
const sequenceResetAfterMs = 60 * 60_000;

/**
 * What a device becomes by an event that was received now.
 *
 * 1. Deletions and creations are ordered by event time and drop the sequence mark.
 * 2. A tombstone ignores every disconnect, and every connect that is not after the deletion; the newest disconnect
 *    is held back, for it may have overtaken the connect that lifts the tombstone. An event of before the creation or
 *    the deletion tells of a former life.
 * 3. An event with the mark's number is a duplicate; with a lower number it only joins the history.
 * 4. The newest event decides the phase, from what the device has settled to by now.
 */
export function transition(
  stored: Device | null,
  event: DeviceEvent,
  policy: DevicePolicy,
  nowMs: number,
): Transition {
  const before = stored ?? unseen(event);
  const device = {
    ...before,
    hubName: event.hubName,
    hubResourceId: event.hubResourceId ?? before.hubResourceId,
    seenAtMs: nowMs,
  };
  switch (event.kind) {
    case 'created':
      return created(device, stored, event, policy, nowMs);
    case 'deleted':
      return deleted(device, stored, event, nowMs);
    case 'connected':
    case 'disconnected':
      return connection(device, stored, event, policy, nowMs);
    default:
      return event satisfies never;
  }
}

/** A device before its first event. */
function unseen(event: DeviceEvent): Device {
  return {
    deviceId: event.deviceId,
    moduleId: event.moduleId,
    hubName: event.hubName,
    hubResourceId: event.hubResourceId,
    phase: 'online',
    sinceMs: 0,
    eventTimeMs: 0,
    receivedAtMs: 0,
    offlineAtMs: null,
    lostAtMs: null,
    flapping: false,
    mark: null,
    markTimeMs: 0,
    history: [],
    connectedAtMs: 0,
    createdAtMs: 0,
    deletedAtMs: 0,
    deleted: false,
    heldBack: null,
    seenAtMs: 0,
  };
}

/** A new life: nothing of the former one counts. */
function reborn(device: Device, sinceMs: number): Device {
  return {
    ...device,
    phase: 'online',
    sinceMs,
    offlineAtMs: null,
    lostAtMs: null,
    flapping: false,
    mark: null,
    markTimeMs: 0,
    history: [],
    deleted: false,
  };
}

function created(
  device: Device,
  stored: Device | null,
  event: RegistryEvent,
  policy: DevicePolicy,
  nowMs: number,
): Transition {
  const atMs = event.eventTimeMs;
  if (atMs <= device.createdAtMs) return unchanged(stored, device, 'duplicate');
  const made = { ...device, createdAtMs: atMs };
  const alreadyDeletedAgain = device.deletedAtMs > atMs;
  const alreadyInUse = device.markTimeMs >= atMs;
  if (alreadyDeletedAgain || alreadyInUse) return { device: made, reason: 'older', changed: true };
  return released({ device: reborn(made, nowMs), reason: 'created', changed: true }, atMs, policy, nowMs);
}

function deleted(device: Device, stored: Device | null, event: RegistryEvent, nowMs: number): Transition {
  const atMs = event.eventTimeMs;
  if (atMs <= device.deletedAtMs) return unchanged(stored, device, 'duplicate');
  const removed = { ...device, deletedAtMs: atMs };
  const livesAgain = device.createdAtMs > atMs || device.connectedAtMs > atMs;
  if (livesAgain) return { device: removed, reason: 'older', changed: true };
  const heldBack = lossAfter(device, atMs) ?? device.heldBack;
  return {
    device: { ...removed, deleted: true, mark: null, markTimeMs: 0, history: [], heldBack, sinceMs: nowMs },
    reason: 'deleted',
    changed: true,
  };
}

/**
 * The disconnect that a device is in, if it came after that moment: it may belong to a life after the deletion. Its
 * newest event is no connect, for that would make it live again.
 */
function lossAfter({ mark, markTimeMs }: Device, atMs: number): Observation | null {
  return mark !== null && markTimeMs > atMs
    ? { sequenceNumber: mark, atMs: markTimeMs, connected: false }
    : null;
}

function connection(
  device: Device,
  stored: Device | null,
  event: ConnectionEvent,
  policy: DevicePolicy,
  nowMs: number,
): Transition {
  const atMs = event.eventTimeMs;
  if (device.deleted) {
    const revives = event.kind === 'connected' && atMs > device.deletedAtMs;
    if (revives) {
      const back = apply(reborn(device, nowMs), event, policy, nowMs, 'firstSeen');
      return released(back, atMs, policy, nowMs);
    }
    const newer =
      event.kind === 'disconnected' && event.sequenceNumber > (device.heldBack?.sequenceNumber ?? '');
    if (!newer) return unchanged(stored, device, 'tombstoned');
    return { device: { ...device, heldBack: observation(event) }, reason: 'tombstoned', changed: true };
  }
  const ofFormerLife = atMs <= Math.max(device.createdAtMs, device.deletedAtMs);
  if (ofFormerLife) return unchanged(stored, device, 'older');
  if (device.mark === null) return apply(device, event, policy, nowMs, 'firstSeen');
  if (event.sequenceNumber === device.mark) return unchanged(stored, device, 'duplicate');
  if (event.sequenceNumber < device.mark) {
    if (atMs - device.markTimeMs > sequenceResetAfterMs) {
      return apply({ ...device, history: [] }, event, policy, nowMs, 'sequenceReset');
    }
    return late(device, stored, event, policy, nowMs);
  }
  return apply(device, event, policy, nowMs, null);
}

/** Applies the disconnect that was held back, if it is later than what lifted the tombstone. */
function released(lifted: Transition, liftedByMs: number, policy: DevicePolicy, nowMs: number): Transition {
  const { heldBack, ...device } = lifted.device;
  const free = { ...lifted, device: { ...device, heldBack: null } };
  const later =
    heldBack !== null && heldBack.atMs > liftedByMs && heldBack.sequenceNumber > (device.mark ?? '');
  if (!later) return free;
  const loss: ConnectionEvent = {
    kind: 'disconnected',
    eventId: '',
    deviceId: device.deviceId,
    moduleId: device.moduleId,
    hubName: device.hubName,
    hubResourceId: device.hubResourceId,
    eventTimeMs: heldBack.atMs,
    sequenceNumber: heldBack.sequenceNumber,
  };
  return apply(free.device, loss, policy, nowMs, null);
}

/** An event that another one overtook: it tells of changes in the past, and of nothing in the present. */
function late(
  device: Device,
  stored: Device | null,
  event: ConnectionEvent,
  policy: DevicePolicy,
  nowMs: number,
): Transition {
  const history = remember(device.history, observation(event), policy.flapping);
  const connectedAtMs =
    event.kind === 'connected' ? Math.max(device.connectedAtMs, event.eventTimeMs) : device.connectedAtMs;
  if (history === device.history && connectedAtMs === device.connectedAtMs) {
    return unchanged(stored, device, 'older');
  }
  const settled = settle(device, nowMs, policy).device;
  const flapping = startsFlapping(settled.flapping, history, policy.flapping, nowMs);
  return { device: { ...device, history, connectedAtMs, flapping }, reason: 'older', changed: true };
}

/** Takes the newest event of a device as its present state. */
function apply(
  device: Device,
  event: ConnectionEvent,
  policy: DevicePolicy,
  nowMs: number,
  special: 'firstSeen' | 'sequenceReset' | null,
): Transition {
  const before = settle(device, nowMs, policy).device;
  const history = remember(device.history, observation(event), policy.flapping);
  const marked = {
    ...before,
    mark: event.sequenceNumber,
    markTimeMs: event.eventTimeMs,
    history,
    flapping: startsFlapping(before.flapping, history, policy.flapping, nowMs),
  };
  const { phase, reason } = nextPhase(before, event);
  const holdBegan = {
    phase,
    // An event stamped in the future must not postpone anything.
    sinceMs: Math.min(event.eventTimeMs, nowMs),
    eventTimeMs: event.eventTimeMs,
    receivedAtMs: nowMs,
  };
  const next: Device =
    event.kind === 'connected'
      ? { ...marked, ...holdBegan, connectedAtMs: Math.max(device.connectedAtMs, event.eventTimeMs) }
      : { ...marked, ...holdBegan, lostAtMs: outageBeganAt(before) ?? event.eventTimeMs };
  return { device: next, reason: special ?? reason, changed: true };
}

/** Event time of the loss that began the outage a device is in; null: it is in none. */
function outageBeganAt({ phase, lostAtMs }: Device): number | null {
  return phase === 'offline' || phase === 'recovering' ? lostAtMs : null;
}

function nextPhase(
  before: Device,
  event: ConnectionEvent,
): { phase: Device['phase']; reason: TransitionReason } {
  const connected = event.kind === 'connected';
  switch (before.phase) {
    case 'online':
      return connected ? { phase: 'online', reason: 'hiddenFlap' } : { phase: 'suspect', reason: 'lost' };
    case 'suspect':
      return connected ? { phase: 'online', reason: 'blip' } : { phase: 'suspect', reason: 'hiddenFlap' };
    case 'offline':
      return connected
        ? { phase: 'recovering', reason: 'reconnected' }
        : { phase: 'offline', reason: 'hiddenFlap' };
    case 'recovering':
      // Its recovery was never confirmed, so it is the same outage.
      return connected
        ? { phase: 'recovering', reason: 'hiddenFlap' }
        : { phase: 'offline', reason: 'lostAgain' };
    default:
      return before.phase satisfies never;
  }
}

function observation(event: ConnectionEvent): Observation {
  return {
    sequenceNumber: event.sequenceNumber,
    atMs: event.eventTimeMs,
    connected: event.kind === 'connected',
  };
}

function unchanged(stored: Device | null, device: Device, reason: TransitionReason): Transition {
  return { device: stored ?? device, reason, changed: false };
}
