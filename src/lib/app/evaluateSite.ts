import type { Site } from '../directory/placeOf.ts';
import { placeOf } from '../directory/placeOf.ts';
import { awayCount } from '../hubWatch/awayCount.ts';
import { watchedHub } from '../hubWatch/hubSite.ts';
import { type Evaluation, evaluate } from '../incident/evaluate.ts';
import type { Notice } from '../incident/incident.ts';
import type { LoadedSite } from '../store/fleet.ts';
import { parsePartition, partitionOf, rowKeys } from '../store/keys.ts';
import { readEvaluationMessage } from '../store/queueMessages.ts';
import type { Log } from '../telemetry/log.ts';
import { counted, type Metric, record } from '../telemetry/metrics.ts';
import { type App, ContentionError, mostAttempts } from './app.ts';
import { eachAtMost } from './eachAtMost.ts';
import { sparingTheMessage } from './requeueOnStorageFault.ts';

/** What is due later than this gets no message now: the sweep sends it when the time is near. */
const messageHorizonMs = 15 * 60_000;

/** A site with an open incident of which nothing is due is looked at once a day all the same. */
const checkUpMs = 24 * 60 * 60_000;

/**
 * Looks at the site that a message of the queue `site-evaluations` names.
 *
 * 1. Read the site; decide purely; write the decision over what was read, or begin again.
 * 2. Send the messages of the new notices, and again those of overdue ones.
 * 3. Note how many devices are gone, if the hub is watched.
 * 4. Send the next wake-up and note it among the active sites.
 *
 * A crash after step 1 leaves pending notices without a message; the next evaluation finds them overdue.
 */
export async function evaluateSite(app: App, content: unknown, nowMs: number, log: Log): Promise<void> {
  const message = readEvaluationMessage(content);
  await sparingTheMessage(
    () => look(app, message.partition, nowMs, log),
    (delayMs) => app.queues.wakeSite(message, delayMs),
    log,
  );
}

async function look(app: App, place: string, nowMs: number, log: Log): Promise<void> {
  const { hub, site } = parsePartition(place, app.rules)!;
  const partition = partitionOf(hub, site);
  const counts = site.kind !== 'hub' && watchedHub(app.rules, hub) !== undefined;
  for (let attempt = 0; attempt < mostAttempts; attempt++) {
    const [loaded, active, away] = await Promise.all([
      app.fleet.loadSite(hub, site),
      app.active.read(partition),
      counts ? app.awayCounts.read(partition) : null,
    ]);
    const result = evaluate(app.rules, loaded.view, nowMs);
    if (result.changes.length > 0) {
      if ((await app.fleet.saveEvaluation(loaded, result.changes)) === 'superseded') continue;
      logChanges(log, loaded, result);
    }
    recordNotices(log, loaded, result, nowMs);
    await moveStrayed(app, site, loaded, result, nowMs, log);
    await sendNotices(app, partition, result);
    if (counts) {
      const stayed = loaded.view.devices.filter((device) => !result.strayed.includes(device));
      if (!(await app.awayCounts.save(partition, away, awayCount(stayed)))) continue;
    }
    const atMs = result.nextAtMs ?? nowMs + checkUpMs;
    const far = atMs - nowMs > messageHorizonMs;
    if (!far) await app.wakeUps.again(partition, atMs, nowMs);
    await app.active.settle(partition, active, result.idle ? null : { atMs, far }, nowMs);
    return;
  }
  throw new ContentionError(`evaluation of ${site.id}`);
}

async function sendNotices(app: App, partition: string, result: Evaluation): Promise<void> {
  const notices = [...result.changes.flatMap((change) => change.notices), ...result.overdue];
  await eachAtMost(8, notices, (notice) => app.queues.deliver({ partition, notice: notice.noticeId }, 0));
  await eachAtMost(8, result.asks, (incidentId) =>
    app.queues.deliver({ partition, askLogsFor: incidentId }, 0),
  );
}

/** Devices that the configuration gives to another site now go there, with all that is known of them. */
async function moveStrayed(
  app: App,
  from: Site,
  loaded: LoadedSite,
  result: Evaluation,
  nowMs: number,
  log: Log,
): Promise<void> {
  const { hub } = loaded.view;
  const homes = new Map(
    result.strayed.map((device) => {
      const to = placeOf(app.rules, device.deviceId);
      return [partitionOf(hub, to), to];
    }),
  );
  // First the list: a crash between two moves must not leave devices at a site that nobody looks at.
  for (const partition of homes.keys()) await app.active.touch(partition, nowMs, nowMs);
  for (const device of result.strayed) {
    const to = placeOf(app.rules, device.deviceId);
    const etag = loaded.etags.get(rowKeys.device(device));
    if (etag === undefined) continue;
    await app.fleet.moveDevice(hub, from, to, device, etag);
    log.info('device moved to another site', { hub, device: device.deviceId, from: from.id, to: to.id });
  }
  for (const partition of homes.keys()) await app.queues.wakeSite({ partition }, 0);
}

function logChanges(log: Log, loaded: LoadedSite, result: Evaluation): void {
  const { hub, site } = loaded.view;
  for (const { incident, notices, dropped, archived } of result.changes) {
    const ids = { hub, site: site.id, incident: incident.incidentId };
    if (!loaded.etags.has(rowKeys.incident(incident.incidentId)))
      log.info('incident opened', { ...ids, per: incident.per, severity: incident.severity });
    for (const notice of notices)
      log.info('notice decided', {
        ...ids,
        notice: notice.noticeId,
        receiver: notice.receiver,
        reason: notice.reason,
      });
    for (const notice of dropped)
      log.warn('notice dropped', {
        ...ids,
        notice: notice.noticeId,
        receiver: notice.receiver,
        because: notice.lastError,
      });
    if (archived) log.info('incident closed', ids);
  }
}

function recordNotices(log: Log, { view }: LoadedSite, { changes }: Evaluation, nowMs: number): void {
  const points = (name: 'notices.decided' | 'notices.dropped', notices: readonly Notice[]) =>
    counted<Notice>(
      notices,
      ({ receiver, reason }) => `${reason} ${receiver}`,
      ({ receiver, reason }, value) => ({ name, value, receiver, reason }),
    );
  const pendingMs = view.notices.map(({ createdAtMs }) => nowMs - createdAtMs);
  const oldest: readonly Metric[] =
    pendingMs.length === 0
      ? []
      : [{ name: 'notices.oldestPendingSeconds', value: Math.round(Math.max(...pendingMs) / 1000) }];
  record(log, [
    ...points(
      'notices.decided',
      changes.flatMap(({ notices }) => notices),
    ),
    ...points(
      'notices.dropped',
      changes.flatMap(({ dropped }) => dropped),
    ),
    ...oldest,
  ]);
}
