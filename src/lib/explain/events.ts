import type { RecordedEvent } from '../device/recentEvents.ts';
import type { Times } from './words.ts';

const kinds: Readonly<Record<RecordedEvent['kind'], string>> = {
  connected: 'connected',
  disconnected: 'disconnected',
  created: 'created',
  deleted: 'deleted',
};

const effects: Readonly<Record<RecordedEvent['effect'], string>> = {
  firstSeen: 'the first event of the device',
  lost: 'the device was lost, and its hold began',
  lostAgain: 'lost again before its return was confirmed',
  blip: 'back within its hold',
  reconnected: 'connected again after an outage',
  hiddenFlap: 'the same state once more: it had changed and changed back in between',
  duplicate: 'it did not count: its number was known already',
  older: 'it did not count: a newer event had come before it',
  sequenceReset: 'the hub had begun to count anew',
  created: 'the device was made, and begins anew',
  deleted: 'the device was deleted',
  tombstoned: 'it did not count: the device was deleted',
};

/** An event and what it meant. */
export function effectInWords({ kind, eventTimeMs, receivedAtMs, effect }: RecordedEvent, at: Times): string {
  const late = receivedAtMs - eventTimeMs > 60_000 ? `, received at ${at(receivedAtMs)}` : '';
  return `Event "${kinds[kind]}" of ${at(eventTimeMs)}${late}: ${effects[effect]}.`;
}
