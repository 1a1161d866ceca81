import type { Receiver } from '../policy/receiver.ts';
import type { Announcement } from './announcement.ts';
import { clockOf } from './words/clock.ts';

/** That a receiver cannot be told, for whoever looks after the responder. @param error names no secret */
export function receiverFailing(id: string, receiver: Receiver, error: string): Announcement {
  const { name, fallback } = receiver;
  return {
    id,
    type: 'responder.receiverFailing',
    summary: `${name} cannot be told: ${error}`,
    explanation: [
      fallback === null
        ? `Notices to ${name} fail. It has no fallback, so nobody is told in its place.`
        : `Notices to ${name} fail. ${fallback} is told in its place.`,
      `Mend its address, its key or the service behind it, then try it: npm run receivers -- test ${name}`,
    ],
    problems: [error],
  };
}

export function receiverWorks(id: string, { name }: Receiver, failingSinceMs: number): Announcement {
  return {
    id,
    type: 'responder.receiverWorks',
    summary: `${name} can be told again`,
    explanation: [
      `Notices to ${name} had failed since ${clockOf('UTC').instant(failingSinceMs)} UTC. They arrive again.`,
    ],
    problems: [],
  };
}

/** That nothing has happened, to see whether it arrives. */
export function receiverTest(id: string, { name }: Receiver, nowMs: number): Announcement {
  return {
    id,
    type: 'responder.test',
    summary: `Test: ${name} can be told`,
    explanation: [
      `This is a test, sent at ${clockOf('UTC').instant(nowMs)} UTC. Nothing has happened, and nothing is to be done.`,
    ],
    problems: [],
  };
}
