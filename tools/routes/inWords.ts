import type { OutlookView } from '../../src/lib/api/outlookView.ts';
import { clockOf } from '../../src/lib/notify/words/clock.ts';

type Told = OutlookView['told'][number];
type NotTold = OutlookView['notTold'][number];
type Asked = OutlookView['asked'];

/** What people read: who is told when, in the site's own time, and why the others are not. */
export function outlookInWords({ asked, told, notTold }: OutlookView): readonly string[] {
  const { hub, site, timeZone, deviceId, severity, reason, cause } = asked;
  const dueAtMs = Date.parse(asked.at);
  const clock = clockOf(timeZone, [dueAtMs, ...told.map(({ at }) => Date.parse(at))]);
  const where = site === null ? ', without a site' : `, site ${site.id}`;
  const what = reason === 'flappingBegan' ? 'flaps' : 'is offline';
  const width = Math.max(0, ...[...told, ...notTold].map(({ receiver }) => receiver.length));
  return [
    `${deviceId}${where}${hub === null ? '' : `, hub ${hub}`}: ${what}, ${severity}, cause ${cause}`,
    `First notice due ${clock.instant(dueAtMs)} (${clock.zone(dueAtMs)})`,
    '',
    told.length === 0 ? 'Nobody would be told.' : 'Told:',
    ...told.map(
      (one) => `  ${clock.instant(Date.parse(one.at))}  ${one.receiver.padEnd(width)}  ${wayInWords(one)}`,
    ),
    ...(notTold.length === 0 ? [] : ['', 'Not told:']),
    ...notTold.map((one) => `  ${one.receiver.padEnd(width)}  ${becauseInWords(one, asked)}`),
  ];
}

function wayInWords({ route, step, per, heldBy, after }: Told): string {
  const incident = per === 'site' ? 'incident of the site' : 'incident of the device';
  const by = step === null ? `routes[${route}]` : `routes[${route}].escalate[${step}]`;
  const beside = after === null ? '' : `, after ${after.join(', ')}`;
  return `${incident}, by ${by}${beside}${heldBy === null ? '' : `; ${heldInWords[heldBy]} until then`}`;
}

const heldInWords = {
  silence: 'silenced',
  maintenance: 'planned work',
  muteTime: 'the route is mute',
} as const;

function becauseInWords({ route, because, wanted }: NotTold, asked: Asked): string {
  const by = `routes[${route}]`;
  const only = (wanted ?? []).join(', ');
  switch (because) {
    case 'noRoute':
      return 'no route names it';
    case 'fallback':
      return 'is told only when somebody above cannot be';
    case 'final':
      return `${by}: an earlier route that matches is final`;
    case 'hubs':
      return `${by} is for hub ${only}${asked.hub === null ? '; name the hub with --hub' : ''}`;
    case 'sites':
      return `${by} is for site ${only}`;
    case 'devices':
      return `${by} is for devices ${only}`;
    case 'severity':
      return `${by} is for ${only}, not ${asked.severity}`;
    case 'cause':
      return `${by} is for cause ${only}, not ${asked.cause}`;
    case 'reason':
      return `${by} is for ${only}, not ${asked.reason}`;
    case 'muteTime':
    case 'maintenance':
    case 'silence':
      return `${by}: ${heldInWords[because]} for more than a year`;
    default:
      return because satisfies never;
  }
}
