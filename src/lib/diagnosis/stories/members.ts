import { isAccepted, type LogRow } from '../logs/logRow.ts';
import { clientProgram } from './clientProgram.ts';
import type { DeviceStory } from './deviceStory.ts';
import type { LossCluster } from './lossCluster.ts';
import type { NeighbourDevice } from './observations.ts';
import { isLostWith, isUp, newestRow, upAtMs } from './otherSites.ts';

/** What devices can have in common. Texts are empty where the logs do not tell. */
export type Traits = {
  readonly protocol: string;
  readonly address: string;
  readonly program: string;
  /** Program and version. */
  readonly client: string;
  /** A program of the device with its version, behind the SDK's. */
  readonly firmware: string;
};

/** A physical device of the hub, as an explanation of the loss has to account for it. */
export type Member = {
  readonly deviceId: string;
  /** Kind and id of its site. */
  readonly site: string;
  readonly own: boolean;
  readonly fell: boolean;
  /** It connected since the loss, so its way to the hub is open. */
  readonly connectedSince: boolean;
  readonly traits: Traits;
};

export function memberOfStory(story: DeviceStory, site: string): Member {
  const { protocol, address, program, client, firmware, device } = story;
  const traits = { protocol, address, program, client, firmware };
  return { deviceId: device.deviceId, site, own: true, fell: true, connectedSince: false, traits };
}

/** A device of the site that did not fall, by its newest rows. */
export function memberOfRows(
  deviceId: string,
  rows: readonly LogRow[],
  site: string,
  cluster: LossCluster | null,
): Member {
  const newest = (pick: (row: LogRow) => string) => pick(rows.findLast((row) => pick(row) !== '') ?? noRow);
  return {
    deviceId,
    site,
    own: true,
    fell: false,
    connectedSince: connectedSince(rows, cluster),
    traits: {
      protocol: newest((row) => row.protocol),
      address: newest((row) => row.address),
      ...clientTraits(
        newest((row) => row.client),
        deviceId,
      ),
    },
  };
}

/** A device of the hub by its rows; null: neither lost with the others nor connected, so it says nothing. */
export function memberOfNeighbour(
  device: NeighbourDevice,
  own: boolean,
  cluster: LossCluster | null,
  returned: boolean,
): Member | null {
  const fell = isLostWith(device, cluster, returned);
  if (!fell && !isUp(device)) return null;
  const { deviceId, site } = device;
  // Rows of errors often lack the client's text.
  const client = device.connected?.client || newestRow(device)?.client || '';
  const row = (fell ? device.lost : null) ?? device.connected ?? newestRow(device) ?? noRow;
  return {
    deviceId,
    site: `${site.kind} ${site.id}`,
    own,
    fell,
    connectedSince: !fell && cluster !== null && (upAtMs(device) ?? 0) > cluster.fromMs,
    traits: { protocol: row.protocol, address: row.address, ...clientTraits(client, deviceId) },
  };
}

/** The newest row that speaks of the connection shows a success since the first loss. */
export function connectedSince(rows: readonly LogRow[], cluster: LossCluster | null): boolean {
  const newest = rows.findLast(({ operation }) => operation !== 'other');
  if (!newest || cluster === null || newest.atMs <= cluster.fromMs) return false;
  return isAccepted(newest) || newest.operation === 'takeover';
}

function clientTraits(text: string, deviceId: string): Pick<Traits, 'program' | 'client' | 'firmware'> {
  const { program, version, firmware } = clientProgram(text, deviceId);
  return { program, client: version, firmware };
}

const noRow: LogRow = {
  atMs: 0,
  deviceId: '',
  moduleId: null,
  operation: 'other',
  error: false,
  code: '',
  description: '',
  protocol: '',
  address: '',
  client: '',
};
