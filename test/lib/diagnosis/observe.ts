import { type LogRow, readSurroundings } from '../../../src/lib/diagnosis/logs/logRow.ts';
import type { NeighbourDevice, Observations } from '../../../src/lib/diagnosis/stories/observations.ts';

export const nowMs = Date.parse('2026-03-04T09:20:00Z');
/** When the devices were lost: six minutes ago. */
export const lostMs = nowMs - 6 * 60_000;
export const site = (id: string) => ({ kind: 'site', id, name: id, timeZone: 'UTC' }) as const;

export type Part = Partial<LogRow> & { readonly atS?: number };

/** Seconds after the loss; a code makes the row an error. */
export function row(
  deviceId: string,
  operation: LogRow['operation'],
  { atS = 0, code = '', ...rest }: Part = {},
): LogRow {
  const base = {
    moduleId: null,
    description: '',
    protocol: 'Mqtt',
    address: '203.0.113.XXX',
    client: '.NET/1.41',
  };
  return { ...base, deviceId, operation, atMs: lostMs + atS * 1000, error: code !== '', code, ...rest };
}
export const lost = (deviceId: string, code = '404104', part: Part = {}) =>
  row(deviceId, 'disconnect', { code, ...part });
export const refused = (deviceId: string, code: string) =>
  [30, 90, 150].map((atS) => row(deviceId, 'connect', { atS, code }));
export const connected = (deviceId: string, part: Part = {}) =>
  row(deviceId, 'connect', { atS: -1800, ...part });

/** A device of another site by some of its rows; with one row it is that alone. */
export function neighbour(id: string, ...rows: readonly LogRow[]): NeighbourDevice {
  const cells = rows.map(({ operation, error, atMs, ...rest }) => ({
    TimeGenerated: new Date(atMs),
    OperationName: operation === 'connect' ? 'deviceConnect' : 'deviceDisconnect',
    Level: error ? 'Error' : 'Information',
    DeviceId: rest.deviceId,
    ModuleId: rest.moduleId,
    ResultType: rest.code,
    Protocol: rest.protocol,
    MaskedIpAddress: rest.address,
    SdkVersion: rest.client,
    Codes: rest.code ? [rest.code] : [],
  }));
  return { ...readSurroundings(cells)[0]!, site: site(id) };
}
export const others = (id: string, count: number, make: (deviceId: string) => LogRow) =>
  Array.from({ length: count }, (_, index) => neighbour(id, make(`${id}-${index}`)));

export function observed(
  part: Partial<Observations> & { fallen: string[]; stayed?: string[] },
): Observations {
  const { fallen, stayed = [], ...rest } = part;
  return {
    nowMs,
    hubName: 'hub-fleet-01',
    site: site('oslo'),
    devices: fallen.map((deviceId) => ({ deviceId, moduleId: null, lostAtMs: lostMs, flapping: false })),
    unaffected: stayed.map((deviceId) => ({ deviceId, moduleId: null })),
    logs: 'read',
    rows: [],
    tallies: [],
    surroundings: [],
    surroundingsCut: false,
    otherSites: [],
    ...rest,
  };
}
