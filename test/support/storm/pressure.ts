import { setTimeout as sleep } from 'node:timers/promises';
import tls from 'node:tls';
import { startAzurite } from '../../../local/azurite.ts';
import { type RunningLocalCloud, startLocalCloud } from '../../../local/cloud/localCloud.ts';
import { seeded } from '../../../local/seeded.ts';
import { startFaultyStorage } from '../../crash/faultyStorage.ts';
import { configOf } from '../configOf.ts';
import { eventGridEvent } from '../events.ts';
import { MixedFleet, siteOf } from './fleet.ts';
import { RealInstance } from './realInstance.ts';
import { type Heard, Receivers } from './receivers.ts';

export type Plan = {
  /** Every second site loses all its devices, which is critical; the others lose two, a warning. */
  readonly sites: number;
  readonly devicesEach: number;
  /** How long everything is refused or slowed, from the moment at which the notices of all sites are decided. */
  readonly pressureMs: number;
  /** What the webhook takes in a second meanwhile; above it answers 429 with a Retry-After of one. */
  readonly toldPerSecond: number;
};

export type Outcome = {
  /** Calls that the tables answered with 503, and how many they took in a second. */
  readonly busy: number;
  readonly perSecond: number;
  /** Deliveries of events that were refused, and came again. */
  readonly refusedDeliveries: number;
  /** From the end of the pressure to the last notice; what was told before counts as none. */
  readonly afterMs: number;
  /** In the order in which the webhook took them. */
  readonly beginnings: readonly Heard[];
  /** Of the first notices, as many as there are critical ones: the share that is critical. */
  readonly criticalFirst: number;
  readonly mails: number;
  /** Sites of which nobody was told, or not once. */
  readonly wrong: readonly string[];
};

const workspaceId = '11111111-2222-3333-4444-555555555555';
const mailedSites = 2;
const patienceMs = 120_000;

function rulesOf(receivers: Receivers) {
  const mailed = Array.from({ length: mailedSites }, (_, index) => `plant${index * 2}`);
  return configOf(`
delivery: { retryFirst: 1s, retryMax: 1s }
policy: { offlineAfter: 4s, recoveredAfter: 2s, groupWait: 1s, diagnosisBudget: 2s }
sitePattern: "^(?<site>plant[0-9]+)-"
receivers:
  operators: { webhook: { url: "${receivers.url}/operators" } }
  mail: { email: { to: ["ops@plant.example"] } }
routes:
  - { to: [operators] }
  - { match: { sites: [${mailed}] }, to: [mail] }
`);
}

/**
 * Plays losses while the tables take half of what is asked of them (503 `ServerBusy`, as Azure Storage answers), the logs
 * and the mail answer 429 with Retry-After, and the webhook takes few notices in a second; then lets go.
 */
export async function playPressure(plan: Plan): Promise<Outcome> {
  const [azurite, receivers, cloud] = await Promise.all([
    startAzurite(),
    Receivers.start(),
    startLocalCloud({ port: 0 }),
  ]);
  const storage = await startFaultyStorage(azurite.connectionString);
  const letGo = trustLogs(cloud);
  const instance = await RealInstance.start(rulesOf(receivers), {
    connectionString: storage.connectionString,
    workspace: { workspaceId, endpoint: cloud.logsUrl },
    settings: {
      COMMUNICATION_SERVICES_CONNECTION_STRING: `endpoint=${cloud.url}/;accesskey=${cloud.accessKey}`,
      EMAIL_SENDER: 'responder@plant.example',
    },
  });
  try {
    const { sites, devicesEach } = plan;
    const fleet = new MixedFleet(seeded(sites), sites * devicesEach, sites);
    let calls = 0;
    storage.faultOf = (service) => {
      if (service === 'table') calls += 1;
      return null;
    };
    const connectedMs = Date.now();
    await instance.takes(fleet.arrays(fleet.connectAll(connectedMs), 20));
    const perSecond = Math.max(10, Math.floor((calls / (Date.now() - connectedMs)) * 500));
    await instance.quiet(2_500);

    const allows = perSecondOnly(perSecond);
    storage.faultOf = (service) => (service === 'queue' || allows(Date.now()) ? null : 'busy');
    const told = { status: 429, retryAfterSeconds: 2 };
    await Promise.all([
      receivers.limit({ perSecond: plan.toldPerSecond, retryAfterSeconds: 1 }),
      tell(cloud, '/emails/behaviour', told),
      tell(cloud, '/logs/behaviour', told),
    ]);
    const atMs = Date.now();
    const losses = fleet.devices
      .filter((one, index) => isCritical(siteOf(one)) || index < 2 * sites)
      .map(({ deviceId, sequence }) =>
        eventGridEvent({ kind: 'DeviceDisconnected', deviceId, atMs, sequence: sequence + 1 }),
      );
    await instance.takes(fleet.arrays(losses, 20));
    while (instance.incidents.size < sites && Date.now() < atMs + patienceMs) await sleep(100);
    await sleep(plan.pressureMs);
    storage.faultOf = () => null;
    await Promise.all([
      receivers.limit(null),
      tell(cloud, '/emails/behaviour', {}),
      tell(cloud, '/logs/behaviour', {}),
    ]);
    const endedMs = Date.now();

    const mailsNow = async () =>
      ((await (await fetch(`${cloud.url}/emails`)).json()) as { items: unknown[] }).items;
    let heard: Heard[] = [];
    let lastMs = endedMs;
    let mails = 0;
    while (Date.now() < endedMs + patienceMs) {
      heard = await receivers.heard();
      const taken = (await mailsNow()).length;
      if (taken !== mails) lastMs = Date.now();
      mails = taken;
      if (new Set(heard.map(({ site }) => site)).size === sites && mails >= mailedSites) break;
      await sleep(100);
    }
    lastMs = Math.max(lastMs, ...heard.map((one) => one.atMs));
    await instance.quiet(1_000);
    heard = await receivers.heard();
    const beginnings = heard.filter(({ over }) => !over).toSorted((a, b) => a.atMs - b.atMs);
    const critical = fleet.sites.filter(isCritical).length;
    const first = beginnings.slice(0, critical).filter(({ severity }) => severity === 'critical').length;
    return {
      busy: storage.met.busy,
      perSecond,
      refusedDeliveries: instance.refused.length,
      afterMs: lastMs - endedMs,
      beginnings,
      criticalFirst: first / critical,
      mails,
      wrong: [...wronglyTold(fleet.sites, heard), ...instance.givenUp],
    };
  } finally {
    await instance.stop();
    await storage.close();
    letGo();
    await Promise.all([receivers.stop(), azurite.stop(), cloud.close()]);
  }
}

function isCritical(site: string): boolean {
  return Number(site.replace(/\D/g, '')) % 2 === 0;
}

function wronglyTold(sites: readonly string[], heard: readonly Heard[]): string[] {
  const bySite = Map.groupBy(heard, ({ site }) => site);
  return sites.flatMap((site) => {
    const all = bySite.get(site) ?? [];
    const openings = new Set(all.filter(({ type }) => type !== 'incident.updated').map(({ id }) => id)).size;
    const severity = isCritical(site) ? 'critical' : 'warning';
    const isTold = openings === 1 && all.at(-1)?.severity === severity;
    return isTold
      ? []
      : [`${site}: ${all.map((one) => `${one.type} ${one.severity}`).join(', ') || 'nothing'}`];
  });
}

/** So many in a second, shared out over its tenths. */
function perSecondOnly(most: number): (nowMs: number) => boolean {
  let tenth = 0;
  let taken = 0;
  return (nowMs) => {
    const now = Math.floor(nowMs / 100);
    if (now !== tenth) [tenth, taken] = [now, 0];
    taken += 1;
    return taken <= Math.max(1, most / 10);
  };
}

async function tell(cloud: RunningLocalCloud, path: string, behaviour: object): Promise<void> {
  const headers = { 'content-type': 'application/json' };
  await fetch(`${cloud.url}${path}`, { method: 'PUT', headers, body: JSON.stringify(behaviour) });
}

/** The logs are asked by TLS and with a token of the app's identity. */
function trustLogs(cloud: RunningLocalCloud): () => void {
  const trusted = tls.getCACertificates('default');
  tls.setDefaultCACertificates([...trusted, cloud.certificatePem]);
  const before = { ...process.env };
  process.env.IDENTITY_ENDPOINT = `${cloud.url}/identity/token`;
  process.env.IDENTITY_HEADER = 'local';
  return () => {
    tls.setDefaultCACertificates(trusted);
    for (const name of ['IDENTITY_ENDPOINT', 'IDENTITY_HEADER']) {
      if (before[name] === undefined) delete process.env[name];
      else process.env[name] = before[name];
    }
  };
}
