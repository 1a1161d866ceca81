import type { Diagnosis } from '../../../diagnosis/diagnosis.ts';
import type { Message } from '../../message.ts';
import { causeInWords } from '../../words/causeInWords.ts';
import type { Clock } from '../../words/clock.ts';
import { any, ofKnown, short } from '../../words/counts.ts';
import { durationInWords } from '../../words/durationInWords.ts';
import { hubFacts } from '../../words/hubWords.ts';
import type { Phrase } from '../../words/phrase.ts';
import { silencedInWords } from '../../words/silencedInWords.ts';
import { whoFirst } from '../../words/whoDid.ts';

/** Devices that were lost within this time are said to have been lost together. */
const oneFallMs = 10 * 60 * 1000;

const authorChars = 40;

export type Fact = { readonly label: string; readonly value: Phrase };

/** What the first screen of a phone must say. */
export function facts(message: Message, clock: Clock): Fact[] {
  return [
    ...(message.hubLevel
      ? [...hubFacts(message.hubLevel), { label: 'Seen since', value: clock.instant(seenSince(message)) }]
      : [{ label: 'Now', value: present(message, clock) }, ...lossFacts(message, clock)]),
    ...endFacts(message, clock),
    { label: 'Likely cause', value: cause(message.diagnosis) },
    ...acknowledgement(message, clock),
  ];
}

/** What else belongs to the incident. */
export function details({ site, hub, hubLevel, openedAtMs }: Message, clock: Clock): Fact[] {
  const named: Phrase =
    site.name === site.id ? [{ name: site.id }] : [{ name: site.name }, ' (', { name: site.id }, ')'];
  return [
    ...(hubLevel ? [] : [{ label: 'Site', value: named }]),
    { label: 'IoT hub', value: [{ name: hub }] },
    { label: 'Time zone', value: clock.zone(openedAtMs) },
  ];
}

/** A drop of a hub's level is seen at a look; what came before is between two looks. */
function seenSince({ losses, openedAtMs }: Message): number {
  return losses?.first.notAfterMs ?? openedAtMs;
}

function present({ counts, quiet, openedAtMs }: Message, clock: Clock): Phrase {
  const { offline, flapping, silenced = 0, known, modules } = counts;
  const down = { devices: offline, modules: modules?.offline ?? 0 };
  const unstable = { devices: flapping, modules: modules?.flapping ?? 0 };
  const visible = any(down) || any(unstable);
  const hidden =
    silenced === 0 ? [] : silencedInWords(silenced, quiet, { clock, openedAtMs, visible, known });
  if (!visible) {
    return silenced > 0 ? hidden : `none of ${known === 1 ? '1 device' : `${known} devices`} offline`;
  }
  const said =
    any(unstable) && !any(down) ? `${ofKnown(unstable, known)} flapping` : `${ofKnown(down, known)} offline`;
  const all = any(unstable) && any(down) ? `${said}, ${short(unstable)} flapping` : said;
  return silenced === 0 ? all : [`${all}. `, ...hidden];
}

/** One interval for devices that fell together, else those of the first and the last. */
function lossFacts(message: Message, clock: Clock): Fact[] {
  const { losses, unstableSinceMs, openedAtMs, lasted, status, counts, devices } = message;
  if (losses === null) {
    const unstable = counts.flapping > 0 || devices.some(({ flapping }) => flapping);
    // What is left is silenced, and this reader was not told of it.
    if (status === 'open' && !unstable) return [];
    return [{ label: 'Unstable since', value: clock.instant(unstableSinceMs ?? openedAtMs, lasted?.toMs) }];
  }
  const { first, last } = losses;
  if (last.notAfterMs - first.notBeforeMs <= oneFallMs) {
    return [{ label: 'Contact lost', value: clock.interval(first.notBeforeMs, last.notAfterMs) }];
  }
  return [
    { label: 'First lost', value: clock.interval(first.notBeforeMs, first.notAfterMs) },
    { label: 'Last lost', value: clock.interval(last.notBeforeMs, last.notAfterMs) },
  ];
}

/** How it ended: by the last return, not by the hold that confirmed it. */
function endFacts({ lasted, resolvedAtMs, reason }: Message, clock: Clock): Fact[] {
  if (lasted === null) {
    return resolvedAtMs === null ? [] : [{ label: 'Closed', value: clock.instant(resolvedAtMs) }];
  }
  return [
    {
      label: reason === 'flappingEnded' ? 'Stable since' : 'Back since',
      value: clock.instant(lasted.toMs, lasted.fromMs),
    },
    { label: 'Duration', value: durationInWords(lasted.toMs - lasted.fromMs) },
  ];
}

/** Who has it, as long as there is something to have. */
function acknowledgement({ acknowledged, status, openedAtMs }: Message, clock: Clock): Fact[] {
  if (acknowledged === null || status === 'resolved') return [];
  const until = ` until ${clock.shortInstant(acknowledged.untilMs, openedAtMs)}`;
  return [{ label: 'Who has it', value: [...whoFirst(acknowledged.by, authorChars), until] }];
}

function cause({ cause, confidence }: Diagnosis): string {
  return cause === 'unknown' ? 'Not known' : `${causeInWords(cause)} (${confidence} confidence)`;
}
