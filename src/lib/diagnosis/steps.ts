import type { Rules } from '../policy/rules.ts';
import { causeEntry, fillIn } from './catalogue/causes.ts';
import { attachDevice } from './catalogue/codeEntry.ts';
import { codeEntry } from './catalogue/codes.ts';
import type { Cause, ErrorCount } from './diagnosis.ts';
import type { Facts } from './facts.ts';
import type { Verdict } from './rules/verdict.ts';

/** More would not be read. */
const mostSteps = 8;

const supportMatters: ReadonlySet<Cause> = new Set(['unknown', 'cloud', 'throttling']);

/**
 * What to do, for the person on the floor first. The cause decides; of the codes only those that carry it add theirs,
 * and those that the installation has words for. No counts in a step: it changes only when its meaning does.
 */
export function stepsOf(
  { cause, codes }: Verdict,
  facts: Facts,
  errors: readonly ErrorCount[],
  catalogue: Rules['catalogue'],
): string[] {
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
  const floor = [...entry.floor, ...advice.flatMap((code) => code.floor)];
  const portal = [...advice, entry, ...hints].flatMap((each) => each.portal);
  const attach = leading[0] ? codeEntry(leading[0]).attach : attachDevice;
  const last = supportMatters.has(cause) && !isOwnCause ? [`For a support request, attach ${attach}.`] : [];
  const portalSteps = [...new Set(portal)].map((step) => `At the portal: ${lower(step)}`);
  const all = [...[...new Set(floor)].slice(0, mostSteps - 3), ...portalSteps];
  const words = wordsOf(facts);
  return [...all.slice(0, mostSteps - last.length), ...last].map((step) => fillIn(step, words));
}

/** Codes that speak for the devices' endings, most frequent first; without any, those of the errors. */
function leadingCodes({ stories }: Facts, errors: readonly ErrorCount[]): string[] {
  const codes = stories.map(({ code }) => code).filter((code) => code !== '');
  const groups = [...Map.groupBy(codes, (code) => code)].sort(
    ([a, x], [b, y]) => y.length - x.length || (a < b ? -1 : 1),
  );
  const found = groups.length > 0 ? groups.map(([code]) => code) : errors.map(({ code }) => code);
  return found.slice(0, 2);
}

function wordsOf({ observed, stories }: Facts): Record<string, string> {
  const keys = stories.map(({ key }) => key).sort();
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
