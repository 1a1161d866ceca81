import { gzipSync } from 'node:zlib';
import { readableQuery } from './queries.ts';

const portal = 'https://portal.azure.com';

/** Mail programs and browsers cut a longer address. */
const longestLink = 2_000;

/**
 * The portal's Logs page of the hub with the rows of these devices asked for: the form that its own "copy link to query"
 * makes (the query as gzip and Base64). Where the ids would make the link too long, it asks for all rows of the hub in that
 * time. null: no event has told the hub's ARM id.
 */
export function logsLink(ask: {
  readonly hubResourceId: string | null;
  readonly hubName: string;
  readonly deviceIds: readonly string[];
  /** Loss that the window begins with, and its end; milliseconds. */
  readonly lostAtMs: number;
  readonly nowMs: number;
}): string | null {
  if (ask.hubResourceId === null) return null;
  const hub = encodeURIComponent(ask.hubResourceId);
  const linkTo = (query: string) =>
    `${portal}/#blade/Microsoft_OperationsManagementSuite_Workspace/Logs.ReactView/resourceId/${hub}/source/LogsBlade.AnalyticsShareLinkToQuery/q/${encodeURIComponent(gzipSync(query).toString('base64'))}`;
  const link = linkTo(readableQuery({ ...ask, devices: 'these' }));
  return link.length <= longestLink ? link : linkTo(readableQuery({ ...ask, devices: 'all' }));
}

/** The device's page in the registry; null as above. */
export function deviceLink(hubResourceId: string | null, deviceId: string): string | null {
  if (hubResourceId === null) return null;
  const path = encodeURIComponent(`/devices/device?deviceId=${encodeURIComponent(deviceId)}`);
  const hub = encodeURIComponent(hubResourceId);
  return `${portal}/#blade/Microsoft_Azure_IotHub/StandaloneFrameBlade/path/${path}/title/${encodeURIComponent(deviceId)}/resourceId/${hub}`;
}

/** The hub's Resource health; null as above. */
export function resourceHealthLink(hubResourceId: string | null): string | null {
  return hubResourceId === null ? null : `${portal}/#resource${hubResourceId}/resourceHealth`;
}
