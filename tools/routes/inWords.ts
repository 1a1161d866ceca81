import { clockOf } from '../../src/lib/notify/words/clock.ts';
import type { Expected, LeftOut, Loss, Outlook } from '../../src/lib/policy/outlook.ts';
import type { Rules } from '../../src/lib/policy/rules.ts';

/** What people read: who is told when, in the site's own time, and why the others are not. */
export function outlookInWords({ told, notTold }: Outlook, loss: Loss, rules: Rules): readonly string[] {
  const { site, hub, deviceId, severity, reason, cause, dueAtMs } = loss;
  const clock = clockOf(site.timeZone, [dueAtMs, ...told.map(({ atMs }) => atMs)]);
  const where = site.kind === 'site' ? `, site ${site.id}` : ', without a site';
  const what = reason === 'flappingBegan' ? 'flaps' : 'is offline';
  const width = Math.max(0, ...[...told, ...notTold].map(({ receiver }) => receiver.length));
  return [
    `${deviceId}${where}${hub === '' ? '' : `, hub ${hub}`}: ${what}, ${severity}, cause ${cause}`,
    `First notice due ${clock.instant(dueAtMs)} (${clock.zone(dueAtMs)})`,
    '',
    told.length === 0 ? 'Nobody would be told.' : 'Told:',
    ...told.map(
      (one) => `  ${clock.instant(one.atMs)}  ${one.receiver.padEnd(width)}  ${wayInWords(one, rules)}`,
    ),
    ...(notTold.length === 0 ? [] : ['', 'Not told:']),
    ...notTold.map((one) => `  ${one.receiver.padEnd(width)}  ${becauseInWords(one, loss, rules)}`),
  ];
}

function wayInWords({ route, step, per, heldBy }: Expected, rules: Rules): string {
  const incident = per === 'site' ? 'incident of the site' : 'incident of the device';
  const { to = [] } = rules.routes[route] ?? {};
  const by = step === null ? `routes[${route}]` : `routes[${route}].escalate[${step}]`;
  const beside = step === null ? '' : `, after ${to.join(', ')}`;
  return `${incident}, by ${by}${beside}${heldBy === null ? '' : `; ${heldInWords[heldBy]} until then`}`;
}

const heldInWords = {
  silence: 'silenced',
  maintenance: 'planned work',
  muteTime: 'the route is mute',
} as const;

function becauseInWords({ route, because }: LeftOut, loss: Loss, rules: Rules): string {
  const match = route === null ? null : rules.routes[route]?.match;
  const only = (values: readonly string[] | null | undefined) => (values ?? []).join(', ');
  const by = `routes[${route}]`;
  switch (because) {
    case 'noRoute':
      return 'no route names it';
    case 'fallback':
      return 'is told only when somebody above cannot be';
    case 'final':
      return `${by}: an earlier route that matches is final`;
    case 'hubs':
      return `${by} is for hub ${only(match?.hubs)}${loss.hub === '' ? '; name the hub with --hub' : ''}`;
    case 'sites':
      return `${by} is for site ${only(match?.sites)}`;
    case 'devices':
      return `${by} is for devices ${only(match?.devices)}`;
    case 'severity':
      return `${by} is for ${only(match?.severity)}, not ${loss.severity}`;
    case 'cause':
      return `${by} is for cause ${only(match?.cause)}, not ${loss.cause}`;
    case 'reason':
      return `${by} is for ${only(match?.reason)}, not ${loss.reason}`;
    case 'muteTime':
    case 'maintenance':
    case 'silence':
      return `${by}: ${heldInWords[because]} for more than a year`;
    default:
      return because satisfies never;
  }
}
