import type { Heard } from './receivers.ts';
import type { Responder } from './responder.ts';
import type { Fleet } from './storm.ts';

type IncidentItem = { readonly incidentId: string; readonly status: 'open' | 'resolved' };
type NoticeItem = {
  readonly noticeId: string;
  readonly receiver: string;
  readonly state: 'pending' | 'sent' | 'failed' | 'dropped';
  readonly attempts: number;
};

/**
 * What of the truth has not arrived yet, or was said wrongly; empty when the ledger, the receivers and the fleet agree.
 * `everyone` hears of sites, `each` of devices, `chief` only of critical sites.
 */
export async function brokenPromises(
  fleet: Fleet,
  heard: readonly Heard[],
  responder: Responder,
): Promise<string[]> {
  const [incidents, notices] = await Promise.all([
    responder.list<IncidentItem>('incidents'),
    responder.list<NoticeItem>('notices'),
  ]);
  return [
    ...wrongBeliefs(fleet, heard),
    ...wrongLedger(fleet, heard, incidents, notices),
    ...wrongStories(heard),
  ];
}

/** The devices that a receiver believes down, from all that it heard. */
export function beliefs(heard: readonly Heard[]): Set<string> {
  const open = new Map<string, Map<string, boolean>>();
  for (const { body } of heard) {
    const { incidentId, devices } = body.data;
    const known = open.get(incidentId) ?? new Map<string, boolean>();
    open.set(incidentId, body.type === 'incident.resolved' ? new Map() : known);
    for (const one of devices) known.set(one.deviceId, one.flapping || one.phase !== 'online');
  }
  return new Set(
    [...open.values()].flatMap((known) => [...known].filter(([, bad]) => bad).map(([id]) => id)),
  );
}

function wrongBeliefs(fleet: Fleet, heard: readonly Heard[]): string[] {
  const wrong: string[] = [];
  for (const receiver of ['everyone', 'each', 'chief']) {
    const believed = beliefs(heard.filter((one) => one.receiver === receiver));
    const truth = [...fleet.sites].flatMap(([site, devices]) => {
      const down = fleet.down(site);
      const mayNotKnow = receiver === 'chief' && down.length < devices.length / 2;
      return mayNotKnow ? [] : down;
    });
    for (const id of truth) if (!believed.has(id)) wrong.push(`${receiver} does not know that ${id} is down`);
    const isDown = new Set([...fleet.sites.keys()].flatMap((site) => fleet.down(site)));
    for (const id of believed) if (!isDown.has(id)) wrong.push(`${receiver} still believes ${id} down`);
  }
  return wrong;
}

function wrongLedger(
  fleet: Fleet,
  heard: readonly Heard[],
  incidents: readonly IncidentItem[],
  notices: readonly NoticeItem[],
): string[] {
  const wrong: string[] = [];
  const allUp = [...fleet.sites.keys()].every((site) => fleet.down(site).length === 0);
  const open = incidents.filter((one) => one.status === 'open');
  if (allUp && open.length > 0) wrong.push(`${open.length} incidents are still open in the ledger`);
  for (const { noticeId, state } of notices)
    if (state === 'pending' || state === 'failed') wrong.push(`notice ${noticeId} is ${state}`);
  const arrived = new Set(heard.map((one) => one.webhookId));
  for (const { noticeId, state } of notices)
    if (state === 'sent' && !arrived.has(noticeId))
      wrong.push(`notice ${noticeId} is sent, but nobody got it`);
  // An update whose answer a crash lost is dropped when the incident ends before it could be sent again.
  const sent = notices.filter((one) => one.state === 'sent' || (one.state === 'dropped' && one.attempts > 0));
  const known = new Set(sent.map((one) => one.noticeId));
  for (const id of arrived)
    if (!known.has(id)) wrong.push(`notice ${id} arrived, but is not in the ledger as sent`);
  return wrong;
}

/** Each receiver hears of each incident one beginning first, one end last, and no fact twice under two ids. */
function wrongStories(heard: readonly Heard[]): string[] {
  const wrong: string[] = [];
  for (const one of heard)
    if (one.webhookId !== one.body.data.noticeId)
      wrong.push(`${one.webhookId} holds ${one.body.data.noticeId}`);
  const stories = Map.groupBy(heard, (one) => `${one.receiver} of ${one.body.data.incidentId}`);
  for (const [name, all] of stories) {
    const firsts = [...Map.groupBy(all, (one) => one.webhookId).values()].map((copies) => copies[0]!);
    const types = firsts.map((one) => one.body.type);
    const said = `${name}: ${types.join(', ')}`;
    if (types.indexOf('incident.opened') !== 0 || types.lastIndexOf('incident.opened') !== 0)
      wrong.push(`not one beginning: ${said}`);
    const end = types.indexOf('incident.resolved');
    if (end >= 0 && end !== types.length - 1) wrong.push(`more after the end: ${said}`);
    for (const [index, one] of firsts.entries()) {
      const before = firsts[index - 1];
      if (before && factOf(before) === factOf(one)) wrong.push(`the same fact under two ids: ${said}`);
    }
  }
  return wrong;
}

function factOf({ body: { type, data } }: Heard): string {
  const kind = type === 'incident.resolved' ? 'end' : 'open';
  const devices = data.devices.map((one) => `${one.deviceId}=${one.phase}`).sort();
  return JSON.stringify([kind, data.severity, devices]);
}
