import type { DeviceStory } from '../stories/deviceStory.ts';
import type { Facts } from '../stories/facts.ts';
import { thresholds } from '../thresholds.ts';
import { type Explanation, many } from './explanation.ts';
import { portion, type Voice, voiced, voiceOf } from './voice.ts';

export function identityClash(facts: Facts): Explanation | null {
  const voice = voiceOf(facts, 'clash');
  if (!voice) return null;
  const { stories } = voice;
  const clashes = stories.flatMap(({ clash }) => clash ?? []);
  const proven = clashes.every(({ kind }) => kind === 'proven');
  const oneEnd = clashes.every(({ ends }) => ends <= 1);
  const fewest = Math.min(...clashes.map(({ closings }) => closings));
  return voiced(
    voice,
    'identityClash',
    proven ? (fewest > thresholds.several ? 'high' : 'medium') : 'low',
    [
      `The hub closed ${portion(voice)} again and again because the same identity opened a new connection (400027, 409002).`,
      proven && 'The connections take turns between two addresses or client versions.',
    ],
    [
      !proven &&
        oneEnd &&
        'All connections come from one address and client version; two clients behind one router look like this too.',
      !proven &&
        !oneEnd &&
        'The connections come from several addresses or client versions, but do not return to an earlier one as two clients in turn would.',
    ],
  );
}

export function plannedStop(facts: Facts): Explanation | null {
  const voice = voiceOf(facts, 'orderly');
  if (!voice) return null;
  const { stories } = voice;
  const { saidGoodbyeToo } = facts;
  if (areRenewals(voice)) return null;
  const restless = stories.every(({ breaks }) => breaks >= thresholds.restless);
  const back = stories.filter(({ backAtMs }) => backAtMs !== null).length + saidGoodbyeToo;
  const certain =
    stories.length >= Math.max(thresholds.several, thresholds.nearlyAll * facts.stories.length) &&
    back === 0 &&
    stories.every(({ renewalTimed }) => !renewalTimed);
  return voiced(
    voice,
    'plannedStop',
    restless ? 'low' : certain ? 'high' : 'medium',
    [`${portion(voice)} disconnected cleanly (deviceDisconnect without an error code).`],
    [
      restless && 'It happens again and again: the program may be restarting.',
      back > 0 &&
        `${many(back, 'device')} of the site did so too in these minutes and ${back === 1 ? 'is' : 'are'} back: after a restart or an update these should be as well.`,
    ],
  );
}

/** Goodbyes one by one at the age of a token are renewals of clients that then cannot come back. */
function areRenewals({ facts, stories }: Voice): boolean {
  const times = stories.flatMap(({ goneAtMs }) => goneAtMs ?? []);
  const timed = stories.filter(({ renewalTimed, backAtMs }) => renewalTimed && backAtMs === null).length;
  return (
    stories.length >= thresholds.several &&
    timed >= thresholds.leads * facts.stories.length &&
    Math.max(...times) - Math.min(...times) > thresholds.oneByOneMs
  );
}

const edgeBounceMs = 2 * 60_000;

/** IoT Edge over AMQP shows a loss and a return about a minute apart while its line is sound (Azure/iotedge#6980). */
function isEdgeBounce({ device, protocol, goneAtMs, backAtMs }: DeviceStory): boolean {
  return (
    (device.moduleId?.startsWith('$edge') ?? false) &&
    /^amqp/i.test(protocol) &&
    goneAtMs !== null &&
    backAtMs !== null &&
    backAtMs - goneAtMs <= edgeBounceMs
  );
}

export function routine(facts: Facts): Explanation | null {
  const stories = facts.stories.filter((story) => story.ending === 'renewed' || isEdgeBounce(story));
  if (stories.length === 0) return null;
  const voice = { facts, stories };
  const bounce = stories.some(isEdgeBounce);
  const steady = stories.every(
    ({ ending, renewalTimed, renewsSteadily }) => ending === 'renewed' && renewalTimed && renewsSteadily,
  );
  return voiced(voice, 'routine', steady ? 'high' : 'medium', [
    bounce
      ? `${portion(voice)} reconnected within two minutes, as IoT Edge over AMQP does from time to time while its line is sound.`
      : `${portion(voice)} reconnected within minutes, as they do when a token expires.`,
    steady && 'The connection had lasted 45 to 75 minutes, the usual life of a token.',
  ]);
}
