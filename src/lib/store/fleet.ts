import { type Device, deviceKey } from '../device/device.ts';
import type { RecentEvents } from '../device/recentEvents.ts';
import { type PlaceKey, type SiteKey, siteKeyOf } from '../directory/placeKey.ts';
import type { Site } from '../directory/placeOf.ts';
import type { DeviceId } from '../events/event.ts';
import type { HubView } from '../hubWatch/evaluateHub.ts';
import type { IncidentChange } from '../incident/evaluate.ts';
import { fileAfter, type IncidentFile } from '../incident/incidentFile.ts';
import type { PlaceNote } from '../incident/notes.ts';
import type { Ledger, SiteView } from '../incident/siteView.ts';
import { isNewer, newestOf, type RulesVersion } from '../policy/rules.ts';
import { readDevice, readDeviceWithEvents, writeDevice } from './deviceRecord.ts';
import { type Guard, readGuard, writeGuard } from './guardRecord.ts';
import type { History } from './history.ts';
import { readWatch } from './hubWatchRecord.ts';
import {
  deviceOfKey,
  deviceRange,
  incidentIdOfKey,
  incidentRange,
  liveRange,
  partitionOf,
  rowKeys,
} from './keys.ts';
import { readNotes, writeNotes } from './notesRecord.ts';
import { storeFormat } from './readRecord.ts';
import type { Row, RowStore, RowWrite } from './rowStore.ts';
import { queriesAtOnce, rowsByKeys } from './rowsByKeys.ts';
import { setAside } from './setAside.ts';
import { readFiles, removalOf, type StoredFile, wholeFile, writesOf } from './storedFile.ts';
import { cut, transactionsOf } from './transactions.ts';

/** A record and the tag that an update of it must show. */
export type Tagged<Record> = { readonly record: Record; readonly etag: string };

/** A device, its newest events, and the tag of both. */
export type TaggedDevice = Tagged<Device> & { readonly recent: RecentEvents | null };

/** The rows of a place as read, with the tags that a commit has to show. */
export type LoadedPlace = {
  readonly key: PlaceKey;
  readonly guard: Tagged<Guard> | null;
  /** As events spell it. */
  readonly hubName: string;
  readonly files: ReadonlyMap<string, StoredFile>;
  readonly orphans: readonly Row[];
};

export type LoadedSite = LoadedPlace & {
  readonly view: SiteView;
  /** By `deviceKey`. */
  readonly deviceTags: ReadonlyMap<string, string>;
};

export type LoadedHub = LoadedPlace & { readonly view: HubView };

/** One incident as read, after the guard of its place. */
export type LoadedIncident = { readonly guard: Tagged<Guard> | null; readonly stored: StoredFile | null };

/** Other writers work too: a superseded write is told, never hidden. */
export type SaveResult = 'saved' | 'superseded';

/** The Fleet table in domain words: devices, and the incidents of each place. */
export function createFleet(rows: RowStore, history: History) {
  const byKeys = rowsByKeys(rows);

  async function loadPlace(key: PlaceKey): Promise<{ found: Row[]; place: LoadedPlace }> {
    const partition = partitionOf(key);
    const found = await rows.range(partition, liveRange.from, liveRange.to);
    const guardRow = found.find((row) => row.key === rowKeys.guard) ?? null;
    const read = readFiles(found.filter((row) => row.key.startsWith('i|')));
    await setAside(rows, partition, read.unreadable);
    const record = guardRow && readGuard(guardRow);
    if (guardRow && record === null) await setAside(rows, partition, [guardRow]);
    const guard = guardRow && record ? { record, etag: guardRow.etag } : null;
    const hubName = record?.hubName ?? key.hub;
    return { found, place: { key, guard, hubName, files: read.files, orphans: read.orphans } };
  }

  return {
    /** The devices with these ids, by `deviceKey`. */
    async devices(key: SiteKey, ids: readonly DeviceId[]): Promise<Map<string, TaggedDevice>> {
      const partition = partitionOf(key);
      const devices = new Map<string, TaggedDevice>();
      const unreadable: Row[] = [];
      for (const row of await byKeys(partition, ids.map(rowKeys.device))) {
        const read = readDeviceWithEvents(row);
        if (read === null) unreadable.push(row);
        else {
          const { device: record, recent } = read;
          devices.set(deviceKey(record), { record, recent, etag: row.etag });
        }
      }
      await setAside(rows, partition, unreadable);
      return devices;
    },

    /**
     * Writes up to 100 devices, each only over the tag that it was read with (null: it must be new). All or none.
     * Answers the new tags by `deviceKey`, or null when another writer was faster.
     */
    async saveDevices(
      key: SiteKey,
      devices: readonly {
        readonly device: Device;
        readonly etag: string | null;
        readonly recent?: RecentEvents | null;
      }[],
    ): Promise<Map<string, string> | null> {
      const writes = devices.map(({ device, etag, recent }): RowWrite => {
        const [rowKey, data] = [rowKeys.device(device), writeDevice(device, recent)];
        return etag === null
          ? { kind: 'create', key: rowKey, data }
          : { kind: 'replace', key: rowKey, data, etag };
      });
      const result = await rows.commit(partitionOf(key), writes);
      if (result.kind === 'superseded') return null;
      return new Map(
        devices.map(({ device }) => [deviceKey(device), result.etags.get(rowKeys.device(device)) ?? '']),
      );
    },

    /** Everything live about a site; one storage transaction for each 1,000 rows, the guard in the first. */
    async loadSite(hub: string, site: Site): Promise<LoadedSite> {
      const key = siteKeyOf(hub, site);
      const { found, place } = await loadPlace(key);
      const devices: Device[] = [];
      const deviceTags = new Map<string, string>();
      const unreadable: Row[] = [];
      for (const row of found) {
        if (!row.key.startsWith('d|')) continue;
        const device = readDevice(row);
        if (device === null) unreadable.push(row);
        else {
          devices.push(device);
          deviceTags.set(deviceKey(device), row.etag);
        }
      }
      const notesRow = found.find((row) => row.key === rowKeys.notes);
      const notes = notesRow ? readNotes(notesRow) : [];
      if (notesRow && notes === null) unreadable.push(notesRow);
      await setAside(rows, partitionOf(key), unreadable);
      const hubName = place.guard?.record.count ? place.hubName : (devices.at(-1)?.hubName ?? hub);
      const view: SiteView = { hub: hubName, site, devices, ...ledgerOf(place.files), notes: notes ?? [] };
      return { ...place, hubName, view, deviceTags };
    },

    /** What is on record of a site in its own rows: its devices with their newest events, its incidents with their stories. */
    async recordOf(key: SiteKey): Promise<{ devices: TaggedDevice[]; files: IncidentFile[] }> {
      const { found, place } = await loadPlace(key);
      const devices = found
        .filter((row) => row.key.startsWith('d|'))
        .flatMap((row): TaggedDevice[] => {
          const read = readDeviceWithEvents(row);
          return read ? [{ record: read.device, recent: read.recent, etag: row.etag }] : [];
        });
      return { devices, files: [...place.files.values()].map(wholeFile) };
    },

    /** The incidents of a hub's own count, and what is remembered of it. @param hub as the rules or a message name it */
    async loadHub(hub: string): Promise<LoadedHub> {
      const { found, place } = await loadPlace({ hub, kind: 'hub' });
      const row = found.find((one) => one.key === rowKeys.hubWatch);
      const view: HubView = { hub, watch: row ? readWatch(row) : null, ...ledgerOf(place.files) };
      return { ...place, hubName: hub, view };
    },

    /**
     * Devices of a site in the order of their keys, which is that of their ids as far as these are of letters, digits and
     * `-._:=@`; modules follow behind all devices whose ids begin like their own. @param from where to go on; null: the
     * first. `next`: the key behind the last one.
     */
    async devicePage(
      key: SiteKey,
      from: string | null,
      limit: number,
    ): Promise<{ devices: Device[]; next: string | null }> {
      const page = await rows.page(partitionOf(key), from ?? deviceRange.from, deviceRange.to, limit);
      return { devices: page.rows.flatMap((row) => readDevice(row) ?? []), next: page.next };
    },

    /** The same order, of which only the ids are read. */
    async deviceIdPage(
      key: SiteKey,
      from: string | null,
      limit: number,
    ): Promise<{ ids: DeviceId[]; next: string | null }> {
      const partition = partitionOf(key);
      const page = await rows.page(partition, from ?? deviceRange.from, deviceRange.to, limit, 'keys');
      return { ids: page.rows.map((row) => deviceOfKey(row.key)), next: page.next };
    },

    /** Where a page of devices begins with this one. */
    deviceOrder: (deviceId: string): string => rowKeys.device({ deviceId, moduleId: null }),

    /** The modules of these devices. */
    async modulesOf(key: SiteKey, deviceIds: readonly string[]): Promise<Device[]> {
      const found: Row[] = [];
      for (const wave of cut(deviceIds, queriesAtOnce)) {
        const parts = await Promise.all(
          wave.map((deviceId) => {
            const from = rowKeys.device({ deviceId, moduleId: '' });
            return rows.range(partitionOf(key), from, `${from}\uffff`);
          }),
        );
        found.push(...parts.flat());
      }
      return found.flatMap((row) => readDevice(row) ?? []);
    },

    /** One incident, the guard of its place first. */
    async loadIncident(key: PlaceKey, incidentId: string): Promise<LoadedIncident> {
      const partition = partitionOf(key);
      const guardRow = await rows.get(partition, rowKeys.guard);
      const guard = guardRow && readGuard(guardRow);
      const { from, to } = incidentRange(incidentId);
      const read = readFiles(await rows.range(partition, from, to));
      return {
        guard: guardRow && guard ? { record: guard, etag: guardRow.etag } : null,
        stored: read.files.get(incidentId) ?? null,
      };
    },

    /** The live incidents whose ids begin so. */
    async incidentsStartingWith(key: PlaceKey, start: string): Promise<StoredFile[]> {
      const { from, to } = incidentRange(start);
      return [...readFiles(await rows.range(partitionOf(key), from, to)).files.values()];
    },

    /**
     * Writes what an evaluation decided, incident by incident, in transactions of at most 100 rows. Each rewrites the
     * guard by its tag, so a second evaluation of the same reading is superseded. What is over for everybody is in the
     * history before it leaves the place. A crash between two transactions leaves whole incidents undone, which the
     * next evaluation finds and repairs.
     */
    async saveChanges(
      loaded: LoadedPlace,
      changes: readonly IncidentChange[],
      rules: RulesVersion,
    ): Promise<SaveResult> {
      const { key, files, orphans } = loaded;
      const partition = partitionOf(key);
      const groups: RowWrite[][] = [];
      const closed: IncidentFile[] = [];
      for (const change of changes) {
        const before = files.get(change.incident.incidentId) ?? null;
        const file = fileAfter(before?.file ?? null, change);
        if (!change.archived) groups.push([...writesOf(before, file).writes]);
        else {
          closed.push(before ? wholeFile({ ...before, file }) : file);
          if (before) groups.push(removalOf(before));
        }
      }
      // An incident that is written has taken their places: a save of it was overtaken between two transactions.
      const written = new Set(changes.map(({ incident }) => incident.incidentId));
      const left = orphans.filter((row) => !written.has(incidentIdOfKey(row.key)));
      if (left.length > 0)
        groups.push(left.map(({ key: row, etag }) => ({ kind: 'remove', key: row, etag })));
      if (changes.length > 0 && !loaded.guard?.record.placed) await history.place(key);
      await history.keep(key, closed);
      await history.index(key, changes);
      let guard = loaded.guard;
      for (const writes of transactionsOf(groups, 1)) {
        const next = nextGuard(guard?.record ?? null, loaded.hubName, rules, changes.length > 0);
        const result = await rows.commit(partition, [guardWrite(guard, next), ...writes]);
        if (result.kind === 'superseded') return 'superseded';
        guard = { record: next, etag: result.etags.get(rowKeys.guard) ?? '' };
      }
      return 'saved';
    },

    /** Notes that from now on nobody decides here by older rules; `superseded`: another writer was faster. */
    async noteRules(
      key: PlaceKey,
      guard: Tagged<Guard> | null,
      hubName: string,
      rules: RulesVersion,
    ): Promise<SaveResult> {
      const next = nextGuard(guard?.record ?? null, hubName, rules, false);
      return (await rows.commit(partitionOf(key), [guardWrite(guard, next)])).kind;
    },

    /** Lets nobody with older rules decide at another place from now on: devices are about to be moved there. */
    async claimPlace(key: PlaceKey, hubName: string, rules: RulesVersion): Promise<void> {
      for (;;) {
        const row = await rows.get(partitionOf(key), rowKeys.guard);
        const guard = row && readGuard(row);
        if (guard && !isNewer(rules, guard.rules)) return;
        const [rowKey, data] = [rowKeys.guard, writeGuard(nextGuard(guard, hubName, rules, false))];
        const write: RowWrite =
          row === null
            ? { kind: 'create', key: rowKey, data }
            : { kind: 'replace', key: rowKey, data, etag: row.etag };
        if ((await rows.commit(partitionOf(key), [write])).kind === 'saved') return;
      }
    },

    /** Writes one incident's file over what was read; null: another writer was faster. */
    async saveFile(key: PlaceKey, before: StoredFile, file: IncidentFile): Promise<StoredFile | null> {
      const { writes, stored } = writesOf(before, file);
      const result = await rows.commit(partitionOf(key), writes);
      if (result.kind === 'superseded') return null;
      return { ...stored, etag: result.etags.get(rowKeys.incident(file.incident.incidentId)) ?? '' };
    },

    /**
     * Writes what somebody did to an incident over what was read, together with the guard: an evaluation that has read the
     * incident before, and is about to move it to the history, begins again. Answers whether nobody else was faster.
     */
    async saveAction(
      key: PlaceKey,
      { guard, stored }: LoadedIncident,
      file: IncidentFile,
      rules: RulesVersion,
      notes: readonly PlaceNote[] | null,
    ): Promise<SaveResult> {
      const next = nextGuard(guard?.record ?? null, file.incident.hubName, rules, false);
      const writes = [guardWrite(guard, next), ...writesOf(stored, file).writes];
      if (notes !== null) writes.push({ kind: 'put', key: rowKeys.notes, data: writeNotes(notes) });
      return (await rows.commit(partitionOf(key), writes)).kind;
    },

    /** What was noted about the incidents of a place, oldest first; to be read after the guard that goes with its change. */
    async notes(key: PlaceKey): Promise<readonly PlaceNote[]> {
      const row = await rows.get(partitionOf(key), rowKeys.notes);
      return (row && readNotes(row)) ?? [];
    },

    /** Changes what is noted at a place, over its guard. */
    async changeNotes(
      key: PlaceKey,
      hubName: string,
      rules: RulesVersion,
      change: (notes: readonly PlaceNote[]) => readonly PlaceNote[],
    ): Promise<void> {
      for (;;) {
        const row = await rows.get(partitionOf(key), rowKeys.guard);
        const guard = row && readGuard(row);
        const before = row && guard ? { record: guard, etag: row.etag } : null;
        const notes = change(await this.notes(key));
        const result = await rows.commit(partitionOf(key), [
          guardWrite(before, nextGuard(guard, hubName, rules, false)),
          { kind: 'put', key: rowKeys.notes, data: writeNotes(notes) },
        ]);
        if (result.kind === 'saved') return;
      }
    },

    /** Removes a device's row if it is still as it was read. */
    async removeDevice(key: SiteKey, device: DeviceId, etag: string): Promise<SaveResult> {
      return (await rows.commit(partitionOf(key), [{ kind: 'remove', key: rowKeys.device(device), etag }]))
        .kind;
    },
  };
}

export type Fleet = ReturnType<typeof createFleet>;

function nextGuard(before: Guard | null, hubName: string, rules: RulesVersion, placed: boolean): Guard {
  return {
    hubName,
    rules: before ? newestOf(before.rules, rules) : rules,
    format: storeFormat,
    placed: placed || (before?.placed ?? false),
    count: (before?.count ?? 0) + 1,
  };
}

function guardWrite(before: Tagged<Guard> | null, next: Guard): RowWrite {
  const [key, data] = [rowKeys.guard, writeGuard(next)];
  return before === null ? { kind: 'create', key, data } : { kind: 'replace', key, data, etag: before.etag };
}

function ledgerOf(files: ReadonlyMap<string, StoredFile>): Ledger {
  const all = [...files.values()].map(({ file }) => file);
  return {
    incidents: all.map(({ incident }) => incident),
    told: all.flatMap(({ told }) => told),
    notices: all.flatMap(({ notices }) => notices.filter(({ state }) => state === 'pending')),
    diagnoses: all.flatMap(({ diagnosis }) => diagnosis ?? []),
  };
}
