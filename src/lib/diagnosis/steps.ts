import { causeEntry, fillIn } from './catalogue/causes.ts';
import { attachDevice } from './catalogue/codeEntry.ts';
import { codeEntry } from './catalogue/codes.ts';
import type { Cause, ErrorCount } from './diagnosis.ts';
import type { DiagnosisRules } from './diagnosisRules.ts';
import type { Verdict } from './judge.ts';
import type { Facts } from './stories/facts.ts';

/** More would not be read. */
const mostSteps = 8;

const supportMatters: ReadonlySet<Cause> = new Set(['unknown', 'cloud', 'throttling']);

/**
 * What to do, for the person on the floor first, and about the first cause before the others. The cause decides; of the
 * codes only those that carry it add theirs, and those that the installation has words for. No counts in a step: it
 * changes only when its meaning does.
 */
export function stepsOf(
  verdicts: readonly Verdict[],
  facts: Facts,
  errors: readonly ErrorCount[],
  catalogue: DiagnosisRules['catalogue'],
): string[] {
  const advice = verdicts.map((verdict) => adviceOn(verdict, facts, errors, catalogue));
  const [lead] = advice;
  const isOwnCause = catalogue.causes[verdicts[0]!.cause]?.steps !== undefined;
  const last = supportMatters.has(verdicts[0]!.cause) && !isOwnCause ? lead!.support : [];
  const room = mostSteps - last.length;
  const floor = shared(
    advice.map((each) => each.floor),
    room - 3,
  );
  const portal = shared(
    advice.map((each) => each.portal),
    room - floor.length,
  );
  return [...floor, ...portal, ...last];
}

/** Some of each list in turn, so that a second cause is not pushed out by the first; the first list stays in front. */
function shared(lists: readonly (readonly string[])[], room: number): string[] {
  const taken = lists.map(() => 0);
  const seen = new Set<string>();
  for (let round = 0; seen.size < room && round < room; round++) {
    for (const [index, list] of lists.entries()) {
      // The first cause has two steps for each of the others.
      for (let step = 0; step < (index === 0 ? 2 : 1); step++) {
        const next = list[taken[index]!];
        if (next === undefined || seen.size >= room) continue;
        taken[index]!++;
        seen.add(next);
      }
    }
  }
  return [...new Set(lists.flatMap((list, index) => list.slice(0, taken[index])))];
}

function adviceOn(
  { cause, codes, devices }: Verdict,
  facts: Facts,
  errors: readonly ErrorCount[],
  catalogue: DiagnosisRules['catalogue'],
): { floor: string[]; portal: string[]; support: string[] } {
  const entry = causeEntry(cause, catalogue.causes);
  const leading = leadingCodes(facts, errors);
  const isOwn = (code: string) => catalogue.codes[code]?.steps !== undefined;
  const isOwnCause = catalogue.causes[cause]?.steps !== undefined;
  const advice = [...new Set([...codes, ...leading])]
    .filter((code) => isOwn(code) || (codes.includes(code) && !isOwnCause))
    .map((code) => codeEntry(code, '', catalogue.codes));
  // Where nothing is certain, a code's advice for the floor could send people the wrong way.
  const hints =
    cause === 'unknown' ? leading.filter((code) => !isOwn(code)).map((code) => codeEntry(code)) : [];
  // What knocks at the hub has power and a network.
  const knocking = facts.stories.filter(({ key, knocks }) => devices.includes(key) && knocks !== null).length;
  const reached = cause === 'unknown' && devices.length > 0 && knocking === devices.length;
  const floor = [
    ...new Set([
      ...(reached ? hints.flatMap((code) => code.floor) : entry.floor),
      ...advice.flatMap((code) => code.floor),
    ]),
  ];
  const portal = [...new Set([...advice, entry, ...hints].flatMap((each) => each.portal))];
  const attach = leading[0] ? codeEntry(leading[0]).attach : attachDevice;
  const words = wordsOf(facts, devices);
  return {
    floor: floor.map((step) => fillIn(step, words)),
    portal: portal.map((step) => `In the portal: ${lower(fillIn(step, words))}`),
    support: [`For a support request, attach ${attach}.`],
  };
}

/** Codes that speak for the devices' endings, most frequent first; without any, those of the errors. */
export function leadingCodes({ stories }: Facts, errors: readonly ErrorCount[]): string[] {
  const codes = stories.map(({ code }) => code).filter((code) => code !== '');
  const groups = [...Map.groupBy(codes, (code) => code)].sort(
    ([a, x], [b, y]) => y.length - x.length || (a < b ? -1 : 1),
  );
  const found = groups.length > 0 ? groups.map(([code]) => code) : errors.map(({ code }) => code);
  return found.slice(0, 2);
}

function wordsOf({ observed, stories }: Facts, devices: readonly string[]): Record<string, string> {
  const all = stories.map(({ key }) => key);
  const keys = [...(devices.length > 0 ? devices : all)].sort();
  return {
    hub: observed.hubName,
    site: observed.site.name,
    device: keys.length > 1 ? `${keys[0]} (and the others)` : (keys[0] ?? ''),
    ports: portsOf(stories.map(({ protocol }) => protocol)),
  };
}

const ports = { mqtt: 'TCP 8883 (MQTT)', amqp: 'TCP 5671 (AMQP)', web: 'TCP 443 (WebSocket)' };

function portsOf(protocols: readonly string[]): string {
  const used = new Set(protocols.filter((protocol) => protocol !== '').map(portOf));
  const list = used.size === 0 ? Object.values(ports) : [...used].sort();
  return list.join(' or ');
}

function portOf(protocol: string): string {
  const name = protocol.toLowerCase();
  if (/ws|websocket|http/.test(name)) return ports.web;
  return name.startsWith('amqp') ? ports.amqp : ports.mqtt;
}

function lower(step: string): string {
  return /^[A-Z][a-z]/.test(step) ? step[0]!.toLowerCase() + step.slice(1) : step;
}
