import type { Receiver } from '../policy/receiver.ts';
import type { Announcement } from './announcement.ts';
import { stableId } from './stableId.ts';
import { clockOf } from './words/clock.ts';

/** Since when a receiver cannot be told, and why. */
type Failing = { readonly sinceMs: number; readonly error: string };

/**
 * The difference between how it stands with a receiver and what `ops` was told of it; null: there is none.
 * @param receiver null: the configuration no longer has it
 * @param toldSinceMs the failure that `ops` knows of; null: none
 */
export function receiverNews(
  name: string,
  receiver: Receiver | null,
  failing: Failing | null,
  toldSinceMs: number | null,
): Announcement | null {
  const about = `receiver/${name}`;
  const idFor = (type: string, sinceMs: number) => stableId('rcv', name, type, sinceMs);
  if (receiver !== null && failing !== null) {
    if (toldSinceMs !== null) return null;
    const type = 'responder.receiverFailing';
    const { fallback } = receiver;
    return {
      id: idFor(type, failing.sinceMs),
      type,
      about,
      over: false,
      summary: `${name} cannot be reached: ${failing.error}`,
      explanation: [
        `Notices to ${name} have failed since ${clockOf('UTC').instant(failing.sinceMs)} UTC.`,
        fallback === null
          ? `${name} has no fallback, so nobody is told instead.`
          : `${fallback} is told instead.`,
        'GET /api/notices?state=failed lists the notices and their errors.',
        `Once it is fixed, send a test: npm run receivers -- test ${name}`,
      ],
      problems: [],
    };
  }
  if (toldSinceMs === null) return null;
  const type = 'responder.receiverWorks';
  return {
    id: idFor(type, toldSinceMs),
    type,
    about,
    over: true,
    summary: receiver === null ? `${name} is no longer configured` : `${name} can be reached again`,
    explanation: [
      receiver === null
        ? `${name}, which could not be reached, is no longer in the configuration.`
        : `A notice to ${name} has arrived. Earlier notices that failed for good are not sent again.`,
    ],
    problems: [],
  };
}

/**
 * That a notice has left something for a person to do, which trying again cannot.
 * @param error what that is
 */
export function leftByHand(noticeId: string, name: string, error: string): Announcement {
  return {
    id: `hand_${noticeId}`,
    type: 'responder.receiverFailing',
    about: `hand/${name}`,
    over: false,
    summary: `${name} needs a hand: ${error}`,
    explanation: [
      `${name} itself can be reached. This is not tried again, because that could not help.`,
      'GET /api/notices?state=failed lists the notices.',
    ],
    problems: [error],
  };
}

/** The same with what another notice has left. */
export function withMoreLeft(before: Announcement, name: string, more: Announcement): Announcement {
  const problems = [...before.problems, ...more.problems];
  return { ...before, summary: `${name} needs a hand with ${problems.length} notices`, problems };
}

/** That nothing has happened, to see whether it arrives. */
export function receiverTest(id: string, { name }: Receiver, nowMs: number): Announcement {
  return {
    id,
    type: 'responder.test',
    about: `test/${name}`,
    over: true,
    summary: `Test: ${name} can be reached`,
    explanation: [
      `This is a test, sent at ${clockOf('UTC').instant(nowMs)} UTC. Nothing has happened, and there is nothing to do.`,
    ],
    problems: [],
  };
}
