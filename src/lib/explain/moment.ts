import { type Device, deviceKey } from '../device/device.ts';
import type { DevicePolicy } from '../device/devicePolicy.ts';
import type { RecordedEvent } from '../device/recentEvents.ts';
import { holdEndsAt, settle } from '../device/settle.ts';
import type { Site } from '../directory/placeOf.ts';
import type { DeviceId } from '../events/event.ts';
import { evaluate } from '../incident/evaluate.ts';
import type { IncidentFile } from '../incident/incidentFile.ts';
import { policyOf } from '../incident/observe.ts';
import type { RecipientsAt } from '../incident/recipients.ts';
import type { SiteView } from '../incident/siteView.ts';
import { devicePolicy } from '../policy/policyFor.ts';
import type { Rules } from '../policy/rules.ts';
import type { SiteState } from '../replay/sitePlay.ts';
import type { RulesFrom } from '../replay/tape.ts';

/** The moment that is asked about, as it was then. */
export type Moment = {
  readonly atMs: number;
  readonly rules: Rules;
  /** All that were in force since the earliest incident that was open then. */
  readonly allRules: readonly RulesFrom[];
  readonly site: Site;
  readonly view: SiteView;
  readonly key: string;
  readonly policy: DevicePolicy;
  /** As of the moment; null: it had never been seen. */
  readonly device: Device | null;
  readonly holdEndsAtMs: number | null;
  /** Its events by then, oldest first. */
  readonly events: readonly RecordedEvent[];
  /** Open incidents that the device takes part in, as of the moment, as the decisions see them. */
  readonly incidents: readonly RecipientsAt[];
  /** What the record has of incidents of this device: those that were open then, or ended not long before. */
  readonly files: readonly IncidentFile[];
  readonly toldBy: SiteState['toldBy'];
};

export function momentOf(
  state: SiteState,
  id: DeviceId,
  events: readonly RecordedEvent[],
  files: readonly IncidentFile[],
  allRules: readonly RulesFrom[],
): Moment {
  const { nowMs: atMs, rules, site, view, toldBy } = state;
  const key = deviceKey(id);
  const stored = view.devices.find((one) => deviceKey(one) === key) ?? null;
  const policy = devicePolicy(rules, site, id.deviceId);
  const device = stored && settle(stored, atMs, policy).device;
  return {
    atMs,
    rules,
    allRules,
    site,
    view,
    toldBy,
    key,
    policy,
    device,
    holdEndsAtMs: device && !device.deleted ? holdEndsAt(device, policy) : null,
    events: events.filter(({ receivedAtMs }) => receivedAtMs <= atMs),
    incidents: incidentsAt(rules, view, atMs).filter(({ incident }) => incident.members.has(key)),
    files: files.filter(({ incident }) => incident.members.has(key)),
  };
}

/** Incidents as a look at this moment would find them, also one that nobody has seen yet. */
function incidentsAt(rules: Rules, view: SiteView, atMs: number): RecipientsAt[] {
  const { incidents, site } = evaluate(rules, view, atMs);
  return incidents
    .filter(({ status }) => status === 'open')
    .map((incident) => recipientsAt(rules, view, incident, policyOf(site, incident), atMs));
}

function recipientsAt(
  rules: Rules,
  view: SiteView,
  incident: RecipientsAt['incident'],
  policy: RecipientsAt['policy'],
  nowMs: number,
): RecipientsAt {
  const { incidentId } = incident;
  return {
    rules,
    hub: view.hub,
    site: view.site,
    policy,
    nowMs,
    incident,
    told: view.told.filter((one) => one.incidentId === incidentId),
    diagnosis: view.diagnoses.find((one) => one.incidentId === incidentId) ?? null,
  };
}

/** The incidents of the device if nothing more happened until its hold ends: whom it would be told to. */
export function incidentsIfItStaysAway({ rules, view, key, holdEndsAtMs }: Moment): RecipientsAt[] {
  if (holdEndsAtMs === null) return [];
  return incidentsAt(rules, view, holdEndsAtMs).filter(({ incident }) => incident.members.has(key));
}
