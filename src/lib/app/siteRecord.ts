import { deviceKey } from '../device/device.ts';
import type { SiteKey } from '../directory/placeKey.ts';
import type { IncidentFile } from '../incident/incidentFile.ts';
import type { DeviceRecord } from '../replay/deviceTape.ts';
import type { RulesFrom } from '../replay/tape.ts';
import type { UsedVersion } from '../store/ruleVersions.ts';
import type { App } from './app.ts';

/** What the record is read from. */
export type RecordStores = Pick<
  App,
  'rules' | 'fleet' | 'history' | 'deviceEvents' | 'ruleVersions' | 'knownSites'
>;

/** What is on record of a site since a moment: its devices with their events, its incidents with their stories. */
export type SiteRecord = {
  readonly devices: readonly DeviceRecord[];
  readonly files: readonly IncidentFile[];
};

const dayMs = 24 * 60 * 60_000;

/** The oldest moment of which anything is kept. */
export function historyBeganMs({ rules }: RecordStores, nowMs: number): number {
  return nowMs - rules.historyDays * dayMs;
}

/** Everything on record of a site. The incidents are those that were open at that moment or later, by their ends. */
export async function siteRecord(
  app: RecordStores,
  key: SiteKey,
  fromMs: number,
  nowMs: number,
): Promise<SiteRecord> {
  const [now, past] = await Promise.all([app.fleet.recordOf(key), app.history.ofPlace(key, fromMs)]);
  return {
    devices: await deviceRecords(app, key, now.devices, fromMs, nowMs),
    files: [...past, ...now.files],
  };
}

async function deviceRecords(
  app: RecordStores,
  key: SiteKey,
  stored: Awaited<ReturnType<RecordStores['fleet']['recordOf']>>['devices'],
  fromMs: number,
  nowMs: number,
): Promise<DeviceRecord[]> {
  const records = new Map<string, DeviceRecord & { readonly runs: DeviceRecord['runs'][number][] }>();
  for (const { record: device, recent } of stored) {
    const { deviceId, moduleId, hubName, hubResourceId } = device;
    const runs = recent ? [recent] : [];
    records.set(deviceKey(device), { deviceId, moduleId, hubName, hubResourceId, device, runs });
  }
  for await (const runs of app.deviceEvents.between(key, fromMs, nowMs)) {
    for (const { device, hubName, events } of runs) {
      const name = deviceKey(device);
      const known = records.get(name) ?? { ...device, hubName, hubResourceId: null, device: null, runs: [] };
      known.runs.push(events);
      records.set(name, known);
    }
  }
  return [...records.values()];
}

/**
 * The rules by time, from the one that was in force at a moment on. What people had not set by then is not in them, also
 * when it is asked later.
 */
export async function rulesSince(app: RecordStores, fromMs: number, untilMs: number): Promise<RulesFrom[]> {
  const used = await app.ruleVersions.all();
  const first = Math.max(
    0,
    used.findLastIndex((one) => one.fromMs <= fromMs),
  );
  const inForce = used.filter((one, index) => index >= first && (index === first || one.fromMs <= untilMs));
  const rules: RulesFrom[] = [];
  for (const version of inForce) {
    const read = await app.ruleVersions.rulesOf(version, app.rules);
    if (read) rules.push({ fromMs: version.fromMs, rules: read });
  }
  return rules.length > 0 ? withControlsByTime(rules, used) : [{ fromMs: 0, rules: app.rules }];
}

/** Controls work within seconds, and versions are noted when somebody first decides by them: the controls' own times count. */
function withControlsByTime(rules: readonly RulesFrom[], used: readonly UsedVersion[]): RulesFrom[] {
  const known = [...used.map(({ controls }) => controls), rules.at(-1)!.rules.controls];
  const moments = [
    ...new Set(known.flatMap(({ silences, windows }) => [...silences, ...windows]).flatMap(changesOf)),
  ];
  const first = rules[0]!.fromMs;
  const all = [...rules.map(({ fromMs }) => fromMs), ...moments.filter((atMs) => atMs > first)];
  return [...new Set(all)]
    .sort((a, b) => a - b)
    .map((fromMs) => {
      const file = rules.findLast((one) => one.fromMs <= fromMs)!.rules;
      return { fromMs, rules: { ...file, controls: controlsAt(used, file.controls.version, fromMs) } };
    });
}

type Dated = { readonly createdAtMs: number; readonly takenBack?: { readonly atMs: number } };

function changesOf({ createdAtMs, takenBack }: Dated): number[] {
  return takenBack ? [createdAtMs, takenBack.atMs] : [createdAtMs];
}

function controlsAt(used: readonly UsedVersion[], version: number, atMs: number): UsedVersion['controls'] {
  const asOf = <Control extends Dated & { readonly id: string }>(all: readonly Control[]): Control[] => {
    const byId = new Map<string, Control>();
    for (const control of all) {
      if (control.createdAtMs > atMs) continue;
      const known = byId.get(control.id);
      // The newest state of it that was true by then; before that, the oldest that is known.
      const isTrue = (control.takenBack?.atMs ?? 0) <= atMs;
      if (!known || isTrue) byId.set(control.id, control);
    }
    return [...byId.values()];
  };
  return {
    version,
    silences: asOf(used.flatMap(({ controls }) => controls.silences)),
    windows: asOf(used.flatMap(({ controls }) => controls.windows)),
  };
}
