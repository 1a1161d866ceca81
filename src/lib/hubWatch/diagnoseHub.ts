import type { Diagnosis } from '../diagnosis/diagnosis.ts';
import type { HubLevel } from '../incident/hubLevel.ts';

/**
 * What a notice about a hub's level says of the cause. The metric has no dimension for devices or sites and the logs
 * know no device to look for, so no cause is claimed; the steps lead to it.
 */
export function diagnoseHub(level: HubLevel, hubName: string): Diagnosis {
  const { connected, expected, explained } = level;
  const missing = Math.max(0, expected - connected);
  return {
    status: 'available',
    cause: 'unknown',
    confidence: 'low',
    summary: summaryOf(level, missing),
    errors: [],
    steps: stepsFor(hubName),
    evidence: {
      for: [`The hub’s metric connectedDeviceCount fell from ${expected} to ${connected}.`],
      against: explained > 0 ? [`Events explain ${explained} of the ${missing} missing devices.`] : [],
    },
    unavailableBecause: null,
    also: [],
    lostAtMs: {},
  };
}

function summaryOf({ connected, expected, explained, ended }: HubLevel, missing: number): string {
  switch (ended) {
    case 'levelBack':
      return `The hub counts ${connected} connected devices again; before the drop it counted ${expected}.`;
    case 'explained':
      return `Of the ${missing} devices that are missing, events now explain ${explained}; see the alerts for their sites.`;
    case 'newNormal':
      return `The hub has counted about ${connected} connected devices for a day, not ${expected}; this is now taken as normal.`;
    case null:
      return `The hub counts ${connected} connected devices; an hour before the drop it counted ${expected}. Events explain ${explained} of the ${missing} that are missing. Either events do not reach the responder, or these devices send none.`;
    default:
      return ended satisfies never;
  }
}

/** Without numbers: a step changes only when its meaning does. */
function stepsFor(hubName: string): string[] {
  return [
    'Ask the sites whether machines have stopped or only lost the cloud: the metric does not say which devices are missing.',
    `In the portal: open Events of the hub ${hubName} and check that its event subscription exists, is enabled, and takes Device Connected and Device Disconnected.`,
    `In the portal: split the metric Event Grid deliveries of the hub ${hubName} by Result. Failures, or no deliveries at all, mean that events do not reach the responder: look at the subscription’s delivery failures and dead letters.`,
    'Ask whether many devices were moved to HTTPS, which has no connection events, or to another hub.',
    `In the portal: open the metric Connected devices of the hub ${hubName}: did it fall at once or slowly, and does it rise again?`,
    `In the portal: open the Resource health of the hub ${hubName} and Azure status for its region.`,
  ];
}
