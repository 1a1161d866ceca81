import type { Config } from '../config/config.ts';
import { causeEntry, fillIn } from './catalogue/causes.ts';
import { codeEntry } from './catalogue/codes.ts';
import type { Cause, ErrorCount } from './diagnosis.ts';
import type { Facts } from './facts.ts';

/** More would not be read. */
const mostSteps = 8;

/** Here the code says more than the cause does. */
const codeMatters: ReadonlySet<Cause> = new Set([
  'unknown',
  'administrative',
  'credentials',
  'deviceSoftware',
]);

const supportMatters: ReadonlySet<Cause> = new Set(['unknown', 'cloud', 'throttling']);

/** What to do, for the person on the floor first. No counts in it, so that a step changes only when its meaning does. */
export function stepsOf(
  cause: Cause,
  facts: Facts,
  errors: readonly ErrorCount[],
  catalogue: Config['catalogue'],
): string[] {
  const entry = causeEntry(cause, catalogue.causes);
  const leading = leadingCodes(facts, errors);
  const shown = leading.filter((code) => codeMatters.has(cause) || catalogue.codes[code]?.steps);
  const codes = shown.map((code) => codeEntry(code, '', catalogue.codes));
  const attach = supportMatters.has(cause) && leading[0] ? codeEntry(leading[0]).attach : null;
  const floor = [...entry.floor, ...codes.flatMap((code) => code.floor)];
  const portal = [...entry.portal, ...codes.flatMap((code) => code.portal)].map(
    (step) => `At the portal: ${lower(step)}`,
  );
  const last = attach ? [`For a support request, attach ${attach}.`] : [];
  const words = wordsOf(facts);
  const all = [...new Set([...floor.slice(0, mostSteps - 3), ...portal])].slice(0, mostSteps - last.length);
  return [...all, ...last].map((step) => fillIn(step, words));
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
