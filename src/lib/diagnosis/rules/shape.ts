import { isDown } from '../elsewhere.ts';
import type { Facts } from '../facts.ts';
import type { Separator } from '../separators.ts';
import { many, ofAll, type Rule, type Verdict, verdict } from './verdict.ts';

/** These rules read the shape of a loss that nobody refused: who fell, who stayed, when. */
const quietShare = 0.7;

function isQuiet({ share, spoken }: Facts): boolean {
  return spoken === 0 || share('lost', 'replaced', 'renewal') >= quietShare;
}

/** Nearly all losses belong together in time. */
function isTogether({ cluster, stories }: Facts): boolean {
  return cluster !== null && cluster.size >= 0.7 * stories.length;
}

function spreadInWords({ cluster }: Facts): string {
  const seconds = cluster ? Math.round((cluster.toMs - cluster.fromMs) / 1000) : 0;
  return seconds < 120 ? `${Math.max(1, seconds)} s` : `${Math.round(seconds / 60)} min`;
}

function fellTogether(facts: Facts): string {
  return `${ofAll(facts.fallen, facts.known)} of the site fell within ${spreadInWords(facts)}.`;
}

function rowsSay({ observed, spoken, stories, settled }: Facts): string | false {
  if (observed.logs === 'unread') return false;
  const lost = stories.filter(({ ending }) => ending === 'lost');
  const codes = [...new Set(lost.map(({ code }) => code))].slice(0, 3).join(', ');
  if (lost.length > 0)
    return `The logs show that contact broke off for ${ofAll(lost.length, stories.length)} (${codes}), and no refusal.`;
  return spoken === 0 && settled && 'The logs have no row about the loss.';
}

/** Several whole sites while others stay: what they share lies above them. */
export const provider: Rule = (facts) => {
  const { elsewhere, siteShare, fallen, count } = facts;
  const { whole, partial, untouched, withoutRows, service } = elsewhere;
  const single = facts.known === 1;
  if (!isQuiet(facts) || !isTogether(facts) || siteShare < 0.8) return null;
  if ([...facts.separators, ...facts.pooled].some(({ trait }) => trait === 'protocol' || trait === 'client'))
    return null;
  if (whole.length < (single ? 3 : 1) || partial.length > whole.length) return null;
  if (single && whole.length < 0.1 * (whole.length + untouched.length)) return null;
  if (count('service') > 0.1 * fallen || service.length > 1) return null;
  const others = untouched.length + withoutRows.length;
  const confidence = whole.length >= 2 && untouched.length > 0 ? 'high' : others > 0 ? 'medium' : 'low';
  return verdict(
    'provider',
    single && confidence === 'high' ? 'medium' : confidence,
    [
      `Whole sites fell in the same minutes: this one and ${whole
        .slice(0, 5)
        .map(({ name }) => name)
        .join(', ')}${whole.length > 5 ? ` and ${whole.length - 5} more` : ''}.`,
      untouched.length > 0 &&
        `Still connected: ${many(untouched.length, 'other site')} of the hub; the service reports no fault.`,
      untouched.length === 0 &&
        others > 0 &&
        `${many(others, 'other site')} of the hub have no row about a loss.`,
    ],
    [
      others === 0 && 'No site is known to be untouched, so the hub itself cannot be excluded.',
      partial.length > 0 && `${many(partial.length, 'site')} lost only a part of the devices.`,
    ],
  );
};

/** Existing connections hold, but none that ends for a renewal comes back. */
const onlyNewConnectionsFail: Rule = (facts) => {
  const { stories, elsewhere, cluster } = facts;
  if (stories.length < 3 || isTogether(facts) || cluster === null) return null;
  const renewals = stories.filter(({ renewalTimed, backAtMs }) => renewalTimed && backAtMs === null).length;
  if (renewals < 0.7 * stories.length || facts.stayedConnected > 0) return null;
  return verdict('networkPolicy', elsewhere.untouched.length > 0 ? 'high' : 'medium', [
    `One device after the other fails to come back from its token renewal: ${ofAll(renewals, stories.length)}. No new connection of the site succeeds, the existing ones hold.`,
    elsewhere.untouched.length > 0 && `Other sites connect normally (${elsewhere.untouched.length}).`,
  ]);
};

function bySeparator(facts: Facts, trait: Separator['trait']): Separator | undefined {
  return facts.separators.find((separator) => separator.trait === trait);
}

/** Where two differences fall together, neither can be told from the other. */
function alsoDiffers(facts: Facts, separator: Separator): string | false {
  const words = { protocol: 'protocol', client: 'client version', address: 'address', name: 'name' };
  const others = facts.separators.filter((other) => other !== separator).map(({ trait }) => words[trait]);
  return others.length > 0 && `Those that fell differ from those that stayed by ${others.join(' and ')} too.`;
}

export const networkPolicy: Rule = (facts) => {
  if (!isQuiet(facts)) return null;
  const slow = onlyNewConnectionsFail(facts);
  if (slow) return slow;
  const separator = bySeparator(facts, 'protocol') ?? facts.pooled.find(({ trait }) => trait === 'protocol');
  const switched = facts.stories.filter(
    ({ protocol, rows, backAtMs }) =>
      backAtMs !== null && protocol !== '' && rows.at(-1)?.protocol !== protocol,
  );
  if (!separator) {
    if (switched.length < 3 || switched.length < 0.7 * facts.stories.length) return null;
    return verdict('networkPolicy', 'medium', [
      `${ofAll(switched.length, facts.stories.length)} lost ${switched[0]!.protocol} and came back by ${switched[0]!.rows.at(-1)!.protocol}.`,
    ]);
  }
  // Another address or program explains as much as another protocol.
  const alone =
    !bySeparator(facts, 'address') &&
    !bySeparator(facts, 'client') &&
    !facts.pooled.some(({ trait }) => trait === 'client');
  if (!alone && (facts.siteShare >= 0.8 || facts.pooled.some(({ trait }) => trait === 'client'))) return null;
  return verdict(
    'networkPolicy',
    !alone ? 'low' : separator.stayed >= 3 && !bySeparator(facts, 'name') ? 'high' : 'medium',
    [
      `All that fell use ${separator.value} (${separator.fallen}); the ${separator.stayed} that stayed and have rows use other protocols.`,
    ],
    [alsoDiffers(facts, separator)],
  );
};

/** One version falls wherever it runs and others stay, within at least one site: else the place explains it. */
export const deviceSoftware: Rule = (facts) => {
  if (!isQuiet(facts)) return null;
  const everywhere = facts.pooled.find(({ trait }) => trait === 'client');
  const here = bySeparator(facts, 'client');
  if (everywhere) {
    return verdict(
      'deviceSoftware',
      'high',
      [
        `All that fell, here and at other sites, run ${everywhere.value} (${everywhere.fallen}); the ${everywhere.stayed} that stayed and have rows run other versions.`,
      ],
      [here && alsoDiffers(facts, here)],
    );
  }
  if (!here || facts.separators.length > 1) return null;
  if (facts.elsewhere.devices.some((each) => each.newest.client === here.value && !isDown(each))) return null;
  return verdict(
    'deviceSoftware',
    'medium',
    [
      `All that fell run ${here.value} (${here.fallen}); the ${here.stayed} that stayed and have rows run other versions.`,
    ],
    ['No other site is known to run this version.'],
  );
};

export const gateway: Rule = (facts) => {
  const name = bySeparator(facts, 'name');
  const address = bySeparator(facts, 'address');
  const separator = name ?? address;
  if (!separator || !isQuiet(facts) || !isTogether(facts) || facts.fallen < 2) return null;
  // Nearly the whole site is the site, whatever the few that stayed are called.
  if (facts.siteShare > (address ? 0.9 : 0.75)) return null;
  const both = name !== undefined && address !== undefined;
  const logged = facts.count('lost') > 0;
  const clear = facts.fallen >= 3 && !bySeparator(facts, 'client') && !bySeparator(facts, 'protocol');
  const confidence =
    clear && logged && (both || facts.fallen >= 4) ? 'high' : clear || facts.fallen >= 3 ? 'medium' : 'low';
  const others = facts.separators.filter(({ trait }) => trait === 'client' || trait === 'protocol');
  return verdict(
    'gateway',
    logged ? confidence : 'low',
    [
      name && `What fell shares the name “${name.value}…”, and what stayed does not.`,
      address && `What fell shares the address ${address.value}, and what stayed does not.`,
      `${fellTogether(facts)} The rest of the site stays.`,
    ],
    others.map(
      ({ trait, value }) =>
        `What fell also shares the ${trait === 'client' ? 'client version' : 'protocol'} ${value}.`,
    ),
  );
};

export const siteUplink: Rule = (facts) => {
  const { fallen, siteShare, elsewhere, observed, stories, count, stayedConnected } = facts;
  if (observed.site.kind === 'device' || !isQuiet(facts) || !isTogether(facts)) return null;
  if (fallen < 2 || siteShare < 0.6) return null;
  const alone = elsewhere.whole.length === 0 && elsewhere.partial.length <= elsewhere.untouched.length;
  const proven = count('lost') >= 0.3 * stories.length || (facts.settled && observed.logs === 'read');
  const strong = siteShare >= 0.8 && fallen >= 3;
  const clear = strong && proven && alone && stayedConnected <= 0.1 * facts.known;
  return verdict(
    'siteUplink',
    clear ? 'high' : strong || proven ? (stayedConnected > 2 && siteShare < 0.8 ? 'low' : 'medium') : 'low',
    [
      fellTogether(facts),
      rowsSay(facts),
      elsewhere.untouched.length > 0 &&
        `Still connected: ${many(elsewhere.untouched.length, 'other site')} of the hub.`,
    ],
    [
      stayedConnected > 0 && `${many(stayedConnected, 'device')} of the site connected after the loss.`,
      !alone && 'Other sites lost devices in the same minutes.',
      count('service') > 0 &&
        `${many(count('service'), 'device')} met a fault of the service; so few change nothing.`,
      count('unauthorized') > 0 &&
        `${many(count('unauthorized'), 'device')} were refused for their credentials.`,
      count('orderly') > 0 && `${many(count('orderly'), 'device')} said goodbye in order.`,
      facts.spoken === 0 &&
        !facts.settled &&
        'Judged by the events alone: the logs have no row about it yet.',
    ],
  );
};

export const device: Rule = (facts): Verdict | null => {
  const { fallen, siteShare, stayed, stories, observed, elsewhere, spoken } = facts;
  if (spoken === 0 && !(facts.settled && observed.logs === 'read' && stayed > 0)) return null;
  if (!isQuiet(facts)) return null;
  const single = fallen === 1;
  const scattered = !isTogether(facts) || (fallen <= 2 && siteShare < 0.5);
  if (!single && !scattered) return null;
  const restless = stories.filter(({ disconnects }) => disconnects >= 3).length;
  const renewal = stories.filter(({ ending }) => ending === 'renewal').length;
  const compared = stayed > 0 || elsewhere.untouched.length > 0;
  return verdict(
    'device',
    spoken === 0
      ? 'low'
      : single && compared && renewal === 0 && elsewhere.whole.length === 0
        ? 'high'
        : 'medium',
    [
      rowsSay(facts),
      stayed > 0 && `Still connected: ${many(stayed, 'other device')} of the site.`,
      stayed === 0 &&
        elsewhere.untouched.length > 0 &&
        `Still connected: ${many(elsewhere.untouched.length, 'other site')} of the hub.`,
      !single && 'The losses are spread over time or over unrelated devices.',
      restless > 0 &&
        `The link broke ${Math.max(...stories.map(({ disconnects }) => disconnects))} times within an hour.`,
      renewal > 0 &&
        'The connection ended with the life of its token, and no attempt to come back reached the hub.',
    ],
    [
      !compared && 'There is no other device to compare with.',
      elsewhere.whole.length > 0 && `${many(elsewhere.whole.length, 'other site')} fell in the same minutes.`,
    ],
  );
};
