import { describe, expect, it } from 'vitest';
import { ticksOfMs } from '../../../local/cloud/kql/time.ts';
import { createLogTable, parseTimespanBounds } from '../../../local/cloud/logTable.ts';

const nowMs = Date.UTC(2026, 2, 4, 9, 20);
const at = (hours: number, minutes: number): number => Date.UTC(2026, 2, 4, hours, minutes);

describe('parseTimespanBounds', () => {
  it.each([
    ['PT1H', at(8, 20), at(9, 20)],
    ['PT90M', at(7, 50), at(9, 20)],
    ['2026-03-04T09:00:00Z/2026-03-04T09:10:00.000Z', at(9, 0), at(9, 10)],
    ['2026-03-04T09:00:00Z/PT5M', at(9, 0), at(9, 5)],
    ['PT5M/2026-03-04T09:00:00Z', at(8, 55), at(9, 0)],
    ['P1DT1H', at(8, 20) - 24 * 3_600_000, at(9, 20)],
  ])('%s', (text, fromMs, toMs) => {
    const { from, to } = parseTimespanBounds(text, nowMs);
    expect([from, to]).toEqual([ticksOfMs(fromMs), ticksOfMs(toMs)]);
  });

  it.each(['1h', 'P', 'PT', 'yesterday/today', '2026-03-04'])('refuses %s', (text) => {
    expect(() => parseTimespanBounds(text, nowMs)).toThrow(/ISO 8601/);
  });
});

describe('createLogTable', () => {
  it('fills what the platform derives from the resource id', () => {
    const table = createLogTable();
    const hub = '/subscriptions/S1/resourceGroups/Rg/providers/Microsoft.Devices/IotHubs/hub-01';
    table.add([{ TimeGenerated: '2026-03-04T09:00:00Z', ResourceId: hub }], nowMs);
    const { columns, rows } = table.read(nowMs, null)!;
    const cell = (name: string): unknown => rows[0]![columns.findIndex((column) => column.name === name)];
    expect(
      Object.fromEntries(['Category', 'Resource', 'ResourceGroup', '_ResourceId'].map((n) => [n, cell(n)])),
    ).toEqual({
      Category: 'Connections',
      Resource: 'HUB-01',
      ResourceGroup: 'RG',
      _ResourceId: hub.toLowerCase(),
    });
  });
});
