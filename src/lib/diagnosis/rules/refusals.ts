import { codeEntry } from '../catalogue/codes.ts';
import type { Ending } from '../deviceStory.ts';
import type { Cause } from '../diagnosis.ts';
import type { Facts } from '../facts.ts';
import { many, ofAll, type Rule, type Verdict, verdict } from './verdict.ts';

/** Most of those that the logs speak of, and not just a few of all. */
function dominates({ share, count, stories }: Facts, ending: Ending): boolean {
  return share(ending) >= 0.7 && count(ending) >= 0.3 * stories.length;
}

function codesOf({ stories }: Facts, ending: Ending): string[] {
  return [...new Set(stories.filter((story) => story.ending === ending).map(({ code }) => code))].slice(0, 3);
}

/** `403012 DeviceDisabled`. */
function namesOf(facts: Facts, ending: Ending): string {
  return codesOf(facts, ending)
    .map((code) => `${code} ${codeEntry(code).name}`)
    .join(', ');
}

function rest({ stories, count, spoken }: Facts, ending: Ending): string | false {
  const others = spoken - count(ending);
  if (others > 0) return `${many(others, 'other device')} of the notice tell something else.`;
  const silent = stories.length - spoken;
  return silent > 0 && `The logs have no row yet for ${ofAll(silent, stories.length)}.`;
}

export const identityClash: Rule = (facts) => {
  const { stories, share } = facts;
  if (share('clash') < 0.7) return null;
  const clashing = stories.filter(({ ending }) => ending === 'clash');
  const proven = clashing.every(({ clashProven }) => clashProven);
  return verdict(
    'identityClash',
    proven ? 'high' : 'low',
    [
      `${ofAll(clashing.length, stories.length)} was closed again and again because the same identity connected anew (400027, 409002).`,
      proven && 'The connections take turns between two addresses or client versions.',
    ],
    [
      !proven &&
        'All connections come from one address and client version; two clients behind one router look like this too.',
      rest(facts, 'clash'),
    ],
  );
};

export const administrative: Rule = (facts) => {
  if (!dominates(facts, 'administrative')) return null;
  const { stories, count } = facts;
  const own = count('administrative');
  return verdict(
    'administrative',
    'high',
    [`The hub refuses ${ofAll(own, stories.length)} by its registry (${namesOf(facts, 'administrative')}).`],
    [rest(facts, 'administrative')],
    codesOf(facts, 'administrative'),
  );
};

/** Reconnect storms leave some devices without a row: they wait their turn. */
export const throttling: Rule = (facts) => {
  const { share, count, stories } = facts;
  const own = share('throttled');
  const storm = own >= 0.3 && share('throttled', 'lost', 'replaced', 'renewal') >= 0.9;
  if ((own < 0.5 && !storm) || count('throttled') < 0.3 * stories.length) return null;
  return verdict(
    'throttling',
    own >= 0.7 ? 'high' : own >= 0.5 ? 'medium' : 'low',
    [`The hub is throttling ${ofAll(count('throttled'), stories.length)} (${namesOf(facts, 'throttled')}).`],
    [rest(facts, 'throttled')],
  );
};

/** Refused when they tried to connect after the loss; a 401003 on the disconnect alone is a renewal and does not count. */
export const credentials: Rule = (facts) => {
  if (!dominates(facts, 'unauthorized')) return null;
  const { stories, count } = facts;
  const own = count('unauthorized');
  const hubGone = stories.length >= 3 && codesOf(facts, 'unauthorized').join() === '401001';
  const cause: Cause = hubGone ? 'administrative' : 'credentials';
  return verdict(
    cause,
    hubGone || own < 0.5 * stories.length ? 'medium' : 'high',
    [
      `The hub refused ${ofAll(own, stories.length)} after the loss (${namesOf(facts, 'unauthorized')}), so power and network work.`,
      hubGone && 'All of them ask for a hub that does not exist.',
    ],
    [rest(facts, 'unauthorized')],
    hubGone ? ['401001'] : [],
  );
};

export const clientFaults: Rule = (facts) => {
  if (!dominates(facts, 'client')) return null;
  const { stories, count } = facts;
  return verdict(
    'deviceSoftware',
    'medium',
    [`The hub cannot use what ${ofAll(count('client'), stories.length)} sent (${namesOf(facts, 'client')}).`],
    [rest(facts, 'client')],
    codesOf(facts, 'client'),
  );
};

export const plannedStop: Rule = (facts) => {
  if (!dominates(facts, 'orderly')) return null;
  const { stories, count, share } = facts;
  const restless = stories.every(({ disconnects }) => disconnects >= 3);
  return verdict(
    'plannedStop',
    restless ? 'low' : share('orderly') >= 0.9 ? 'high' : 'medium',
    [
      `${ofAll(count('orderly'), stories.length)} said goodbye in order (deviceDisconnect without an error code).`,
    ],
    [restless && 'It happens again and again: the program may be restarting.', rest(facts, 'orderly')],
  );
};

export const routine: Rule = (facts) => {
  if (!dominates(facts, 'renewed')) return null;
  const { stories, count } = facts;
  const steady = stories
    .filter(({ ending }) => ending === 'renewed')
    .every(({ renewalTimed }) => renewalTimed);
  return verdict('routine', steady ? 'high' : 'medium', [
    `${ofAll(count('renewed'), stories.length)} reconnected within minutes, as after the end of a token’s life.`,
    steady && 'The connection had lasted 45 to 75 minutes, the usual life of a token.',
  ]);
};

const groups: readonly { readonly endings: readonly Ending[]; readonly says: string }[] = [
  { endings: ['administrative', 'suspended'], says: 'were refused by the registry or the hub’s state' },
  { endings: ['unauthorized'], says: 'were refused for their credentials' },
  { endings: ['service'], says: 'met a fault of the service' },
  { endings: ['throttled', 'quota'], says: 'met a limit of the hub' },
  { endings: ['client'], says: 'sent what the hub cannot use' },
  { endings: ['clash'], says: 'were thrown out by another client of the same identity' },
  { endings: ['orderly'], says: 'said goodbye in order' },
  { endings: ['renewed'], says: 'came back as after a token renewal' },
  { endings: ['lost', 'replaced', 'renewal'], says: 'lost their connection without a word' },
];

/** Facts of which each would name another cause. */
export const contradictions: Rule = (facts): Verdict | null => {
  const { spoken, count } = facts;
  const strong = groups.filter(({ endings }) => count(...endings) >= Math.max(1, 0.3 * spoken));
  if (spoken < 2 || strong.length < 2) return null;
  const sentences = strong.map(({ endings, says }) => `${ofAll(count(...endings), spoken)} ${says}.`);
  return verdict('unknown', 'low', [], ['The devices tell different things:', ...sentences]);
};
