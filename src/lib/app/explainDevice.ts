import { deviceKey } from '../device/device.ts';
import { type SiteKey, siteKeyOf } from '../directory/placeKey.ts';
import { placeOf, type Site } from '../directory/placeOf.ts';
import type { DeviceId } from '../events/event.ts';
import { explain } from '../explain/explain.ts';
import type { Explanation } from '../explain/explanation.ts';
import type { IncidentFile } from '../incident/incidentFile.ts';
import type { RulesVersion } from '../policy/rules.ts';
import { allEvents, tapeOf } from '../replay/deviceTape.ts';
import { recordedCircumstances } from '../replay/recordedCircumstances.ts';
import { SitePlay } from '../replay/sitePlay.ts';
import type { App } from './app.ts';
import { isVisible, type Visible } from './lists/siteItems.ts';
import { historyBeganMs, rulesSince, siteRecord } from './siteRecord.ts';

/** A device, or a module on it, at a moment (milliseconds). */
export type Question = DeviceId & {
  readonly hub: string;
  readonly atMs: number;
  /** null: whoever was told, or is named. */
  readonly receiver: string | null;
};

export type Explained = Explanation & {
  readonly asked: Question;
  /** null: no event of the device is known. */
  readonly site: Site | null;
  /** Of the rules that were in force. */
  readonly version: RulesVersion;
};

/** `outOfRange`: later than now, or older than the history; `hidden`: it belonged to a site that may not be seen. */
export type ExplainAnswer =
  | { readonly kind: 'explained'; readonly value: Explained }
  | { readonly kind: 'hidden' }
  | { readonly kind: 'outOfRange'; readonly oldestMs: number };

/** What is played runs up from so long before the moment, where no incident was open. */
const runUpMs = 60_000;

/** Incidents that ended so long before the moment may be what is asked about. */
const beforeMs = 24 * 60 * 60_000;

/**
 * Why a device was told of or not. What is answered is what was true then, whenever it is asked.
 *
 * @param visible ids of the sites that may be seen; null: all
 */
export async function explainDevice(
  app: App,
  asked: Question,
  visible: Visible,
  nowMs: number,
): Promise<ExplainAnswer> {
  const { atMs } = asked;
  const oldestMs = historyBeganMs(app, nowMs);
  if (atMs > nowMs || atMs < oldestMs) return { kind: 'outOfRange', oldestMs };
  const [then] = await rulesSince(app, atMs, atMs);
  const site = placeOf(then!.rules, asked.deviceId);
  const key = siteKeyOf(asked.hub, site);
  if (!isVisible(visible, key)) return { kind: 'hidden' };
  const record = await siteRecord(app, key, atMs - beforeMs, nowMs);
  const fromMs = Math.max(oldestMs, beginningOf(record.files, atMs));
  const whole = await playedRecord(app, key, record, fromMs, atMs - beforeMs, nowMs);
  const rules = await rulesSince(app, fromMs, atMs);
  const tapes = whole.devices.flatMap((one) => tapeOf(one, rules, fromMs) ?? []);
  const play = new SitePlay(key, tapes, rules, recordedCircumstances(whole.files), fromMs);
  const state = play.runTo(atMs);
  const own = whole.devices.find((one) => deviceKey(one) === deviceKey(asked));
  const explanation = explain(asked, asked.receiver, {
    state,
    events: own ? allEvents(own) : [],
    files: whole.files,
    rules,
  });
  const isKnown = explanation.outcome !== 'neverSeen';
  const { version } = state.rules;
  return {
    kind: 'explained',
    value: { ...explanation, asked, site: isKnown ? state.site : null, version },
  };
}

/** From when on it is played: before the incidents that were open then began, and those that overlap them. */
function beginningOf(files: readonly IncidentFile[], atMs: number): number {
  let fromMs = atMs;
  for (const { incident } of files.toReversed()) {
    const isOpen =
      incident.openedAtMs <= fromMs && (incident.resolvedAtMs ?? Number.POSITIVE_INFINITY) >= fromMs;
    if (isOpen) fromMs = Math.min(fromMs, incident.openedAtMs);
  }
  return fromMs - runUpMs;
}

/** What was read, and more when the play begins before it. */
async function playedRecord(
  app: App,
  key: SiteKey,
  record: Awaited<ReturnType<typeof siteRecord>>,
  fromMs: number,
  readFromMs: number,
  nowMs: number,
) {
  return fromMs >= readFromMs ? record : siteRecord(app, key, fromMs, nowMs);
}
