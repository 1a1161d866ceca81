import { coversDevice, reaches } from '../control/controlMatch.ts';
import { quietAt } from '../control/quiet.ts';
import { endOf } from '../control/stage.ts';
import { formatDuration } from '../fields/quantities.ts';
import type { RecipientsAt } from '../incident/recipients.ts';
import { muteEndsAt } from '../policy/muteTimes.ts';
import type { Mismatch } from '../policy/routing.ts';
import { effectInWords } from './events.ts';
import type { Code, Looked } from './explanation.ts';
import type { Moment } from './moment.ts';
import type { Reason } from './receivers.ts';
import { codeOfMismatch, verdictsOf } from './routes.ts';
import type { Times } from './words.ts';

/** The rules that were looked at, in their order: the device, its site, controls, routes, delivery. */
export function lookedAt(
  moment: Moment,
  deviceCode: Code | null,
  incidents: readonly RecipientsAt[],
  reasons: readonly Reason[],
  at: Times,
): Looked[] {
  return [
    ...deviceRules(moment, deviceCode, at),
    ...controlsOf(moment, at),
    ...incidents.flatMap((one) => [...incidentRules(moment, one, at), ...routesOf(one, at)]),
    ...deliveries(reasons),
  ];
}

function deviceRules(moment: Moment, code: Code | null, at: Times): Looked[] {
  const { device, policy, events, holdEndsAtMs, atMs } = moment;
  if (device === null) return [{ rule: 'events', outcome: 'neverSeen', sentence: 'No event is on record.' }];
  const last = events.at(-1);
  const looked: Looked[] = [];
  if (last) looked.push({ rule: 'events', outcome: last.effect, sentence: effectInWords(last, at) });
  if (device.deleted) {
    if (last?.effect !== 'deleted')
      looked.push({ rule: 'events', outcome: 'deleted', sentence: 'The device had been deleted.' });
    return looked;
  }
  const hold =
    device.phase === 'suspect' ? 'offlineAfter' : device.phase === 'recovering' ? 'recoveredAfter' : null;
  if (hold !== null && holdEndsAtMs !== null) {
    const lasts = formatDuration(hold === 'offlineAfter' ? policy.offlineAfterMs : policy.recoveredAfterMs);
    looked.push({
      rule: code === 'lateEvent' ? 'policy.lateEventGrace' : `policy.${hold}`,
      outcome: code === 'lateEvent' ? 'lateEvent' : 'hold',
      sentence:
        code === 'lateEvent'
          ? `The event came late: its counterpart is waited for until ${at(holdEndsAtMs)}.`
          : `A change counts after ${lasts}: at ${at(holdEndsAtMs)}.`,
    });
  } else if (device.phase === 'offline') {
    const sentence = `It was gone longer than ${formatDuration(policy.offlineAfterMs)}: it counted as offline.`;
    looked.push({ rule: 'policy.offlineAfter', outcome: 'passed', sentence });
  }
  if (device.flapping)
    looked.push({
      rule: 'policy.flapping',
      outcome: 'flapping',
      sentence: `Its connection changed too often by ${at(atMs)}: single changes are not told until it calms.`,
    });
  return looked;
}

/** Controls that are for the device, with what they did then. */
function controlsOf({ rules, view, site, key, device, atMs }: Moment, at: Times): Looked[] {
  if (device === null) return [];
  const { deviceId } = device;
  const place = quietAt(rules, view.hub, site, atMs);
  const sinceMs = device.lostAtMs ?? device.sinceMs;
  const quiet = place.of(deviceId, sinceMs);
  const { silences, windows } = rules.controls;
  const own = [...silences, ...windows].filter(
    ({ match }) => reaches(match, view.hub, site) && coversDevice(match, deviceId),
  );
  const looked = own.map((control): Looked => {
    const what = control.kind === 'silence' ? 'silences' : 'maintenance';
    const name = control.kind === 'silence' ? 'The silence' : `The planned work ${control.name}`;
    const runs = control.fromMs <= atMs && place.runs({ why: control.kind, control: control.id });
    const words =
      control.fromMs > atMs ? `begins at ${at(control.fromMs)}` : `ended at ${at(endOf(control))}`;
    return {
      rule: `${what}/${control.id}`,
      outcome: runs ? control.kind : 'passed',
      sentence: `${name} by ${control.by} ${runs ? `covers ${key} until ${at(endOf(control))}` : words}.`,
    };
  });
  const planned = rules.maintenance.filter(
    ({ match }) => reaches(match, view.hub, site) && coversDevice(match, deviceId),
  );
  for (const { name } of planned) {
    const runs = quiet?.why === 'maintenance' && quiet.control === name;
    const sentence = runs
      ? `The planned work ${name} covers ${key} until ${at(quiet.untilMs)}, its grace included.`
      : `The planned work ${name} did not cover it then.`;
    looked.push({ rule: `maintenance/${name}`, outcome: runs ? 'maintenance' : 'passed', sentence });
  }
  return looked;
}

function incidentRules({ atMs }: Moment, { incident, policy }: RecipientsAt, at: Times): Looked[] {
  const { acknowledged } = incident;
  const openMs = (incident.tellableSinceMs ?? incident.openedAtMs) + policy.groupWaitMs;
  const waits = openMs > atMs;
  const looked: Looked[] = [
    {
      rule: 'incident',
      outcome: incident.severity,
      sentence: `The incident of the ${incident.subject.kind} began at ${at(incident.openedAtMs)}; it was ${incident.severity}.`,
    },
    {
      rule: 'policy.groupWait',
      outcome: waits ? 'groupWait' : 'passed',
      sentence: waits
        ? `The first notice waits until ${at(openMs)}.`
        : `The wait for what falls together ended at ${at(openMs)}.`,
    },
  ];
  if (acknowledged)
    looked.push({
      rule: 'acknowledgement',
      outcome: acknowledged.ended ? 'passed' : 'acknowledged',
      sentence: acknowledged.ended
        ? `The acknowledgement by ${acknowledged.by} had ended.`
        : `${acknowledged.by} had acknowledged it until ${at(acknowledged.untilMs)}: no reminders and no further steps.`,
    });
  return looked;
}

const mismatches: Readonly<Record<Mismatch, string>> = {
  severity: 'does not want this severity',
  final: 'was not reached: an earlier route is final',
  sites: 'is for other sites',
  devices: 'is for other devices',
  hubs: 'is for other hubs',
  cause: 'is for another cause',
  causeNotKnownYet: 'waits for the cause',
  reason: 'is for another kind of trouble',
  per: 'follows the other kind of incident',
};

function routesOf(incident: RecipientsAt, at: Times): Looked[] {
  return verdictsOf(incident).flatMap(({ index, route, mismatch }): Looked[] => {
    const to = route.to.join(', ');
    if (mismatch !== null) {
      const sentence = `routes[${index}] (to ${to}) ${mismatches[mismatch]}.`;
      return [{ rule: `routes[${index}]`, outcome: codeOfMismatch(mismatch), sentence }];
    }
    const muteMs = muteEndsAt(route, incident.incident.severity, incident.nowMs);
    const sentence = `routes[${index}] leads to ${to}${muteMs === null ? '' : `; it is mute until ${at(muteMs)}`}.`;
    return [{ rule: `routes[${index}]`, outcome: muteMs === null ? 'route' : 'muteTime', sentence }];
  });
}

const ofDelivery: ReadonlySet<Code> = new Set(['rateLimit', 'receiverQuiet', 'deliveryFailed']);

function deliveries(reasons: readonly Reason[]): Looked[] {
  return reasons
    .filter(({ code, notice }) => notice !== null || ofDelivery.has(code))
    .map(({ receiver, code, notice, detail }) => ({
      rule: `receivers.${receiver}`,
      outcome: notice ? 'told' : code,
      sentence: notice
        ? `${receiver} was told.`
        : `${receiver} could not be told then${detail ? `: ${detail}` : ''}.`,
    }));
}
