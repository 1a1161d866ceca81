import { type Device, deviceKey } from '../device/device.ts';
import type { Site } from '../directory/placeOf.ts';
import type { DeviceId } from '../events/event.ts';
import type { HubWatch } from '../hubWatch/decideLevel.ts';
import type { IncidentChange } from '../incident/evaluate.ts';
import type { DiagnosisRecord, Incident, Notice, Told } from '../incident/incident.ts';
import type { SiteView } from '../incident/siteView.ts';
import { incidentIndex, indexKey, liveRange, partitionOf, rowKeys } from './keys.ts';
import { readRecord } from './readRecord.ts';
import {
  type Row,
  type RowStore,
  type RowWrite,
  transactionLimit,
  transactionSizeLimit,
} from './rowStore.ts';

/** A record and the tag that an update of it must show. */
export type Tagged<Record> = { readonly record: Record; readonly etag: string };

/** The row that serialises the evaluations of a site: every change of its ledger rewrites it. */
type SiteRow = { readonly hubName: string; readonly version: number };

/** A site's rows as read, with the tags that a commit has to show. */
export type LoadedSite = {
  readonly view: SiteView;
  readonly etags: ReadonlyMap<string, string>;
  readonly version: number;
};

/** Other instances write too: a superseded write is told, never hidden. */
export type SaveResult = 'saved' | 'superseded';

/** The Fleet table in domain words. */
export function createFleet(rows: RowStore) {
  /** One bad row must harm itself alone: it goes to the history, where nothing stumbles over it. */
  async function setAside(partition: string, unreadable: readonly Row[]): Promise<void> {
    for (const { key, data, etag } of unreadable) {
      console.error(
        `row ${key} of ${partition} cannot be read and is set aside as ${rowKeys.unreadable(key)}`,
      );
      await rows.commit(partition, [
        { kind: 'remove', key, etag },
        { kind: 'put', key: rowKeys.unreadable(key), data },
      ]);
    }
  }

  return {
    rows,

    /** The devices with these ids, by `deviceKey`; one storage transaction. */
    async devices(hub: string, site: Site, ids: readonly DeviceId[]): Promise<Map<string, Tagged<Device>>> {
      const partition = partitionOf(hub, site);
      const found = await rows.getMany(partition, ids.map(rowKeys.device));
      const read = readable<Device>(found, rowKeys.device);
      await setAside(partition, read.unreadable);
      return new Map(read.records.map(({ record, etag }) => [deviceKey(record), { record, etag }]));
    },

    /**
     * Writes up to 100 devices, each only over the tag that it was read with (null: it must be new). All or none.
     * Answers the new tags by `deviceKey`, or null when another writer was faster.
     */
    async saveDevices(
      hub: string,
      site: Site,
      devices: readonly { readonly device: Device; readonly etag: string | null }[],
    ): Promise<Map<string, string> | null> {
      const writes = devices.map(({ device, etag }): RowWrite => {
        const [key, data] = [rowKeys.device(device), JSON.stringify(device)];
        return etag === null ? { kind: 'create', key, data } : { kind: 'replace', key, data, etag };
      });
      const result = await rows.commit(partitionOf(hub, site), writes);
      if (result.kind === 'superseded') return null;
      return new Map(
        devices.map(({ device }) => [deviceKey(device), result.etags.get(rowKeys.device(device)) ?? '']),
      );
    },

    /** Everything live about a site; one storage transaction for each 1,000 rows. */
    async loadSite(hub: string, site: Site): Promise<LoadedSite> {
      const partition = partitionOf(hub, site);
      const found = await rows.range(partition, liveRange.from, liveRange.to);
      const unreadable: Row[] = [];
      const of = <Record>(prefix: string, keyOf: (record: Record) => string): Record[] => {
        const read = readable<Record>(
          found.filter((row) => row.key.startsWith(prefix)),
          keyOf,
        );
        unreadable.push(...read.unreadable);
        return read.records.map(({ record }) => record);
      };
      const siteRow = of<SiteRow>(rowKeys.site, ({ version }) => (version > 0 ? rowKeys.site : ''))[0];
      const devices = of<Device>('d|', rowKeys.device);
      const view: SiteView = {
        hub: siteRow?.hubName ?? devices.at(-1)?.hubName ?? hub,
        site,
        devices,
        incidents: of<Incident>('i|', ({ incidentId }) => rowKeys.incident(incidentId)),
        told: of<Told>('r|', ({ incidentId, receiver }) => rowKeys.told(incidentId, receiver)),
        notices: of<Notice>('n|', ({ noticeId }) => rowKeys.notice(noticeId)),
        diagnoses: of<DiagnosisRecord>('g|', ({ incidentId }) => rowKeys.diagnosis(incidentId)),
        hubLevel:
          of<HubWatch>(rowKeys.hubWatch, ({ level }) => (level === undefined ? '' : rowKeys.hubWatch))[0]
            ?.level ?? null,
      };
      await setAside(partition, unreadable);
      const gone = new Set(unreadable);
      return {
        view,
        etags: new Map(found.filter((row) => !gone.has(row)).map((row) => [row.key, row.etag])),
        version: siteRow?.version ?? 0,
      };
    },

    /**
     * Writes what an evaluation decided, incident by incident, in transactions of at most 100 rows. Each rewrites
     * the site row by its tag, so a second evaluation of the same reading is superseded. A crash between two of them
     * leaves whole incidents undone, which the next evaluation finds and repairs.
     */
    async saveEvaluation(loaded: LoadedSite, changes: readonly IncidentChange[]): Promise<SaveResult> {
      const { view } = loaded;
      const partition = partitionOf(view.hub, view.site);
      await pointTo(rows, partition, changes, loaded.etags);
      let siteTag = loaded.etags.get(rowKeys.site) ?? null;
      let version = loaded.version;
      for (const writes of chunk(changes.map((change) => writesOf(change, loaded)))) {
        version += 1;
        const data = JSON.stringify({ hubName: view.hub, version } satisfies SiteRow);
        const guard: RowWrite =
          siteTag === null
            ? { kind: 'create', key: rowKeys.site, data }
            : { kind: 'replace', key: rowKeys.site, data, etag: siteTag };
        const result = await rows.commit(partition, [guard, ...writes]);
        if (result.kind === 'superseded') return 'superseded';
        siteTag = result.etags.get(rowKeys.site) ?? siteTag;
      }
      return 'saved';
    },

    /** Writes a notice over what was read; with it, what the receiver was told and the incident, when they changed. */
    async saveNotice(
      loaded: LoadedSite,
      notice: Notice,
      told: Told | null,
      incident: Incident | null = null,
    ): Promise<SaveResult> {
      const partition = partitionOf(loaded.view.hub, loaded.view.site);
      const tag = (key: string) => loaded.etags.get(key) ?? '';
      const key = rowKeys.notice(notice.noticeId);
      const writes: RowWrite[] = [];
      if (notice.state === 'pending') {
        writes.push({ kind: 'replace', key, data: JSON.stringify(notice), etag: tag(key) });
      } else {
        const past = rowKeys.pastNotice(notice.incidentId, notice.noticeId);
        writes.push(
          { kind: 'remove', key, etag: tag(key) },
          { kind: 'put', key: past, data: JSON.stringify(notice) },
        );
      }
      if (told) {
        const toldKey = rowKeys.told(told.incidentId, told.receiver);
        writes.push({ kind: 'replace', key: toldKey, data: JSON.stringify(told), etag: tag(toldKey) });
      }
      if (incident) {
        const incidentKey = rowKeys.incident(incident.incidentId);
        writes.push({
          kind: 'replace',
          key: incidentKey,
          data: JSON.stringify(incident),
          etag: tag(incidentKey),
        });
      }
      return (await rows.commit(partition, writes)).kind;
    },

    /** Keeps the latest answers of the logs. */
    async saveDiagnoses(hub: string, site: Site, records: readonly DiagnosisRecord[]): Promise<void> {
      const writes = records.map((record): RowWrite => {
        return { kind: 'put', key: rowKeys.diagnosis(record.incidentId), data: JSON.stringify(record) };
      });
      for (const part of cut(writes, transactionLimit)) await rows.commit(partitionOf(hub, site), part);
    },

    /** Moves a device to the site that the configuration gives it now. The newer row, if there is one, stays. */
    async moveDevice(hub: string, from: Site, to: Site, device: Device, etag: string): Promise<void> {
      const key = rowKeys.device(device);
      await rows.commit(partitionOf(hub, to), [{ kind: 'create', key, data: JSON.stringify(device) }]);
      await rows.commit(partitionOf(hub, from), [{ kind: 'remove', key, etag }]);
    },
  };
}

export type Fleet = ReturnType<typeof createFleet>;

/** The rows that can be read, and those that cannot. */
function readable<Record>(
  rows: readonly Row[],
  keyOf: (record: Record) => string,
): { records: Tagged<Record>[]; unreadable: Row[] } {
  const records: Tagged<Record>[] = [];
  const unreadable: Row[] = [];
  for (const row of rows) {
    const record = readRecord(row, keyOf);
    if (record === null) unreadable.push(row);
    else records.push({ record, etag: row.etag });
  }
  return { records, unreadable };
}

/** A pointer to each new incident, before the incident: one that points nowhere is skipped, a missing one is a loss. */
async function pointTo(
  rows: RowStore,
  partition: string,
  changes: readonly IncidentChange[],
  known: ReadonlyMap<string, string>,
): Promise<void> {
  const fresh = changes.filter(({ incident }) => !known.has(rowKeys.incident(incident.incidentId)));
  const pointers = fresh.map(({ incident }): RowWrite => {
    const key = indexKey(incident.openedAtMs, incident.incidentId);
    return { kind: 'put', key, data: JSON.stringify({ partition, incidentId: incident.incidentId }) };
  });
  for (const part of cut(pointers, transactionLimit)) await rows.commit(incidentIndex, part);
}

/** The rows of one incident that change together. */
function writesOf(change: IncidentChange, loaded: LoadedSite): RowWrite[] {
  const { incident, told, notices, dropped, archived } = change;
  const save = (key: string, record: object): RowWrite => {
    const etag = loaded.etags.get(key);
    const data = JSON.stringify(record);
    return etag === undefined ? { kind: 'create', key, data } : { kind: 'replace', key, data, etag };
  };
  const removal = (key: string): RowWrite[] => {
    const etag = loaded.etags.get(key);
    return etag === undefined ? [] : [{ kind: 'remove', key, etag }];
  };
  const finished = dropped.flatMap((notice): RowWrite[] => [
    ...removal(rowKeys.notice(notice.noticeId)),
    {
      kind: 'put',
      key: rowKeys.pastNotice(notice.incidentId, notice.noticeId),
      data: JSON.stringify(notice),
    },
  ]);
  if (!archived) {
    return [
      save(rowKeys.incident(incident.incidentId), incident),
      ...told.map((entry) => save(rowKeys.told(entry.incidentId, entry.receiver), entry)),
      ...notices.map((notice) => save(rowKeys.notice(notice.noticeId), notice)),
      ...finished,
    ];
  }
  const record = loaded.view.diagnoses.find((found) => found.incidentId === incident.incidentId);
  const past = JSON.stringify({ ...incident, diagnosis: record?.diagnosis ?? null });
  return [
    { kind: 'put', key: rowKeys.pastIncident(incident.incidentId), data: past },
    ...finished,
    ...loaded.view.told
      .filter((entry) => entry.incidentId === incident.incidentId)
      .flatMap((entry) => removal(rowKeys.told(entry.incidentId, entry.receiver))),
    ...removal(rowKeys.diagnosis(incident.incidentId)),
    ...removal(rowKeys.incident(incident.incidentId)),
  ];
}

/**
 * Packs whole incidents into transactions, with one row left for the site row. An incident of more rows than that
 * is cut: its own row comes first, and goes last, so that what a crash leaves undone is found by it.
 */
function chunk(groups: readonly RowWrite[][]): RowWrite[][] {
  const chunks: RowWrite[][] = [];
  let size = 0;
  const most = transactionLimit - 1;
  for (const group of groups.flatMap((rows) => cut(rows, most))) {
    const groupSize = group.reduce(
      (sum, write) => sum + (write.kind === 'remove' ? 0 : write.data.length),
      0,
    );
    const last = chunks.at(-1);
    if (last && last.length + group.length <= most && size + groupSize <= transactionSizeLimit) {
      last.push(...group);
      size += groupSize;
    } else {
      chunks.push([...group]);
      size = groupSize;
    }
  }
  return chunks;
}

function cut<Item>(items: readonly Item[], length: number): Item[][] {
  const parts: Item[][] = [];
  for (let start = 0; start < items.length; start += length) parts.push(items.slice(start, start + length));
  return parts;
}
