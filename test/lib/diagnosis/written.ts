import { classify } from '../../../src/lib/diagnosis/judge.ts';
import type { LogRow } from '../../../src/lib/diagnosis/logs/logRow.ts';
import { factsOf } from '../../../src/lib/diagnosis/stories/facts.ts';
import type { Observations } from '../../../src/lib/diagnosis/stories/observations.ts';
import { connected, lost, lostMs, refused, row } from './observe.ts';

export type Case = readonly [name: string, given: Observations];

/** `cause confidence | + what speaks for it | - what speaks against it | codes`. */
export function answer(given: Observations): string {
  const { lead, also } = classify(given);
  const { cause, confidence, evidence, codes } = lead;
  return [
    `${cause} ${confidence}`,
    ...also.map((each) => `& ${each.cause} ${each.confidence} (${each.devices.length})`),
    ...evidence.for.map((each) => `+ ${each}`),
    ...evidence.against.map((each) => `- ${each}`),
    ...(codes.length > 0 ? [codes.join()] : []),
  ].join(' | ');
}

export const written = (cases: readonly Case[], tell: (given: Observations) => string = answer) =>
  `${cases.map(([name, given]) => `${name}: ${tell(given)}`).join('\n')}\n`;

export const file = (name: string) => `../../fixtures/answers/${name}.txt`;
export const upTo = (count: number) => Array.from({ length: count }, (_, index) => index);
export const named = (count: number, stem = 'oslo-') => upTo(count).map((index) => `${stem}${index}`);

/** Two clients take turns with an identity, seconds apart; the ends are address and version, in turn. */
export function fight(deviceId: string, closings: number, everyS: number, ends: readonly string[]): LogRow[] {
  return upTo(closings).flatMap((index) => {
    const address = ends[index % ends.length]!;
    const atS = (index - closings) * everyS;
    return [
      row(deviceId, 'connect', { atS, address }),
      lost(deviceId, index % 2 ? '400027' : '409002', { atS: atS + everyS - 1, address }),
    ];
  });
}

/** Hourly renewals before, and then: a loss as long after the last connect as one of them. */
export const renewals = (deviceId: string, hours = 2) =>
  inOrder(
    upTo(hours).flatMap((hour) => [
      lost(deviceId, '401003', { atS: -3600 * (hour + 1) }),
      connected(deviceId, { atS: -3600 * (hour + 1) + 20 }),
    ]),
  );

/** How the connection of a device ends. */
export const endings: Readonly<Record<string, (deviceId: string) => LogRow[]>> = {
  silent: () => [],
  lost: (id) => [lost(id)],
  replaced: (id) => [lost(id, '409002')],
  unrelated: (id) => [lost(id, '404103')],
  suspended: (id) => [lost(id), ...refused(id, '403001')],
  quota: (id) => [lost(id), ...refused(id, '403002')],
  throttled: (id) => [lost(id), ...refused(id, '429001')],
  disabled: (id) => [lost(id), ...refused(id, '403012')],
  deleted: (id) => [lost(id), ...refused(id, '404001')],
  unauthorized: (id) => [lost(id), ...refused(id, '401003')],
  noSuchHub: (id) => [lost(id), ...refused(id, '401001')],
  client: (id) => [lost(id), ...refused(id, '400006')],
  fault: (id) => [lost(id, '500001')],
  failover: (id) => [lost(id), ...refused(id, '404012')],
  upgrade: (id) => [lost(id, '400029')],
  goodbye: (id) => [lost(id, '')],
  restless: (id) => [-2400, -1200, 0].map((atS) => lost(id, '', { atS })),
  expired: (id) => [lost(id, '401003')],
  renewed: (id) => [...renewals(id), lost(id, '401003'), row(id, 'connect', { atS: 30 })],
  renewal: (id) => [...renewals(id), lost(id, '')],
  clash: (id) => fight(id, 6, 20, ['a', 'b']),
  fight: (id) => fight(id, 6, 20, ['a']),
};
export const names = Object.keys(endings);

export const inOrder = (rows: readonly LogRow[]) => [...rows].sort((a, b) => a.atMs - b.atMs);

/** The first `count` devices end so, the others otherwise. */
export const mixed = (devices: readonly string[], ending: string, count: number, rest: string) =>
  inOrder(devices.flatMap((id, index) => endings[index < count ? ending : rest]!(id)));

/** The story of the one device that fell. */
export function story(given: Observations): string {
  const { stories, cluster, fallen, known, siteShare, stayedConnected, settled } = factsOf(given);
  const [one] = stories;
  const seconds = (ms: number | null) => (ms === null ? 'never' : `${(ms - lostMs) / 1000} s`);
  const told = one
    ? `${one.ending} ${one.code || '-'}, lost ${seconds(one.lostAtMs)}${one.lossLogged ? ' (row)' : ''}, back ${seconds(one.backAtMs)}, ` +
      `${one.breaks} breaks, ${one.rows.length} rows, ${[one.renewalTimed && 'timed', one.clash?.kind].filter(Boolean).join()} ` +
      `${one.protocol} ${one.address} ${one.client}`
    : '';
  return `${told}; ${fallen} of ${known} (${siteShare}), ${stayedConnected} connected, cluster ${cluster?.size ?? 'none'}${settled ? ', settled' : ''}`;
}
