import { formatPlaceKey, type SiteKey, siteKeyOf } from '../directory/placeKey.ts';
import { placeOf, type Site } from '../directory/placeOf.ts';
import type { IncidentFile } from '../incident/incidentFile.ts';
import type { Rules } from '../policy/rules.ts';
import { type Comparison, compareFiles, type Span } from '../replay/compare.ts';
import { type DeviceRecord, tapeOf } from '../replay/deviceTape.ts';
import { recordedCircumstances } from '../replay/recordedCircumstances.ts';
import { SitePlay } from '../replay/sitePlay.ts';
import { type RulesFrom, sentAtOnce } from '../replay/tape.ts';
import { type RecordStores, rulesSince, siteRecord } from './siteRecord.ts';

/** What came of one site. */
export type SiteComparison = { readonly key: SiteKey; readonly comparison: Comparison };

export type ReplayAsked = Span & {
  readonly rules: Rules;
  /** Lower case; null: all hubs. */
  readonly hub: string | null;
  /** null: all sites. */
  readonly site: Pick<Site, 'kind' | 'id'> | null;
};

/** Notices that come later by the other rules are waited for so long after the time that is asked about. */
const afterMs = 2 * 60 * 60_000;

/** Devices that the other rules give to another site than the one that has their record. */
type Moved = { readonly key: SiteKey; readonly devices: DeviceRecord[]; readonly files: IncidentFile[] };

/**
 * Plays what is on record of a time by the rules that were in force, and by others, and compares the notices. Every notice
 * counts as sent at once; people's controls and acknowledgements are as they were. Site by site, those first whose
 * devices stay.
 */
export async function* replayRecord(
  stores: RecordStores,
  asked: ReplayAsked,
  nowMs: number,
): AsyncGenerator<SiteComparison> {
  const untilMs = Math.min(nowMs, asked.untilMs + afterMs);
  const inForce = await rulesSince(stores, asked.fromMs, untilMs);
  const others = inForce.map(({ fromMs, rules }) => ({
    fromMs,
    rules: { ...asked.rules, controls: rules.controls },
  }));
  const moved = new Map<string, Moved>();
  for await (const page of stores.knownSites.all()) {
    for (const key of page) {
      if (asked.hub !== null && key.hub !== asked.hub) continue;
      if (asked.site !== null && (key.id !== asked.site.id || key.kind !== asked.site.kind)) continue;
      const { devices, files } = await siteRecord(stores, key, asked.fromMs, nowMs);
      const staying: DeviceRecord[] = [];
      for (const device of devices) {
        const home = siteKeyOf(key.hub, placeOf(asked.rules, device.deviceId));
        const name = formatPlaceKey(home);
        if (name === formatPlaceKey(key)) staying.push(device);
        else {
          const other = moved.get(name) ?? { key: home, devices: [], files: [] };
          other.devices.push(device);
          other.files.push(...files);
          moved.set(name, other);
        }
      }
      const was = played(key, devices, files, inForce, asked.fromMs, untilMs);
      const would = played(key, staying, files, others, asked.fromMs, untilMs);
      yield { key, comparison: compareFiles(was, would, asked) };
    }
  }
  for (const { key, devices, files } of moved.values()) {
    const would = played(key, devices, files, others, asked.fromMs, untilMs);
    yield { key, comparison: compareFiles([], would, asked) };
  }
}

function played(
  key: SiteKey,
  devices: readonly DeviceRecord[],
  files: readonly IncidentFile[],
  rules: readonly RulesFrom[],
  fromMs: number,
  untilMs: number,
): IncidentFile[] {
  const tapes = devices.flatMap((device) => tapeOf(device, rules, fromMs) ?? []);
  const recorded = recordedCircumstances(files);
  const circumstances = { ...recorded, trialOf: sentAtOnce.trialOf };
  const state = new SitePlay(key, tapes, rules, circumstances, fromMs).runTo(untilMs);
  return [...state.past, ...state.files];
}
