import { expect } from 'vitest';
import type { Notice } from '../../src/lib/incident/incident.ts';
import type { Message } from '../../src/lib/notify/message.ts';
import type { Rules } from '../../src/lib/policy/rules.ts';
import { wholeFile } from '../../src/lib/store/storedFile.ts';
import { World, type WorldOptions } from '../simulation/world.ts';
import { eventGridEvent, type RawKind, start } from './events.ts';
import { offsetMs } from './offsetMs.ts';

/** A story on a timeline: what happens to devices at `5m`, `7m30s`, and who was told what. */
export class Story {
  readonly world: World;
  readonly #sequences = new Map<string, number>();

  constructor(config: Rules, options: Partial<WorldOptions> = {}) {
    this.world = new World({ config, startMs: start, ...options });
  }

  connects(deviceId: string, at: string): void {
    this.happens('DeviceConnected', deviceId, at);
  }

  loses(deviceId: string, at: string): void {
    this.happens('DeviceDisconnected', deviceId, at);
  }

  happens(kind: RawKind, deviceId: string, at: string, receivedAt = at): void {
    const sequence = (this.#sequences.get(deviceId) ?? 0) + 1;
    this.#sequences.set(deviceId, sequence);
    this.world.post(start + offsetMs(receivedAt), [
      eventGridEvent({ kind, deviceId, atMs: start + offsetMs(at), sequence }),
    ]);
  }

  /** A module's or another hub's event, or one in the other schema. */
  receives(at: string, ...events: readonly object[]): void {
    this.world.post(start + offsetMs(at), events);
  }

  async until(at: string): Promise<void> {
    await this.world.run(start + offsetMs(at));
  }

  /** What a receiver heard, a line each: type, reason, severity, offline/flapping of known. */
  told(receiver: string): string[] {
    return this.world.heard
      .filter((heard) => heard.receiver === receiver)
      .map(({ message: m }) => {
        const { offline, flapping, known } = m.counts;
        return `${m.type} ${m.reason} ${m.severity} ${offline}/${flapping} of ${known}`;
      });
  }

  /** When a receiver heard each, as offsets in seconds. */
  toldAt(receiver: string): number[] {
    return this.world.heard
      .filter((heard) => heard.receiver === receiver)
      .map((heard) => Math.round((heard.atMs - start) / 1000));
  }

  /** The last message to a receiver. */
  last(receiver: string): Message {
    const message = this.world.heard.findLast((heard) => heard.receiver === receiver)?.message;
    if (!message) throw new Error(`${receiver} has heard nothing`);
    return message;
  }

  /** Notices that are over, as they are kept, in the order of their making. */
  async past(): Promise<Notice[]> {
    const { app } = this.world;
    const indexed = await app.history.notices('', 1_000);
    const notices: Notice[] = [];
    for (const { incidentId, noticeId } of indexed.items.reverse()) {
      const where = await app.history.find(incidentId);
      if (where === null) continue;
      const live =
        where.kind === 'live' ? (await app.fleet.loadIncident(where.place, incidentId)).stored : null;
      const file = where.kind === 'past' ? where.file : live && wholeFile(live);
      const notice = file?.notices.find((one) => one.noticeId === noticeId);
      if (notice && notice.state !== 'pending') notices.push(notice);
    }
    return notices;
  }

  /** After the story: no message waits, nothing was poisoned, nothing failed. */
  expectsNothingLeft(): void {
    expect(this.world.errors).toEqual([]);
    expect(this.world.poison).toEqual([]);
    expect(this.world.queuedCount()).toBe(0);
  }
}
