import { describe, expect, it } from 'vitest';
import type { Silence } from '../../../src/lib/control/control.ts';
import { endOf, stageOf } from '../../../src/lib/control/stage.ts';

const silence: Silence = {
  kind: 'silence',
  id: 'sil_1',
  match: { hubs: null, sites: ['oslo'], devices: null },
  fromMs: 100,
  untilMs: 200,
  by: 'Kari',
  reason: null,
  createdAtMs: 0,
};
const takenBack = (atMs: number) => ({ ...silence, takenBack: { by: 'Ola', atMs } });

describe('a control', () => {
  it.each([
    { control: silence, atMs: 99, stage: 'upcoming', ends: 200 },
    { control: silence, atMs: 100, stage: 'active', ends: 200 },
    { control: silence, atMs: 199, stage: 'active', ends: 200 },
    { control: silence, atMs: 200, stage: 'over', ends: 200 },
    { control: takenBack(150), atMs: 149, stage: 'active', ends: 150 },
    { control: takenBack(150), atMs: 150, stage: 'over', ends: 150 },
    { control: takenBack(50), atMs: 50, stage: 'over', ends: 50 },
    { control: takenBack(250), atMs: 220, stage: 'over', ends: 200 },
  ] as const)('ends at $ends and is $stage at $atMs', ({ control, atMs, stage, ends }) => {
    expect([endOf(control), stageOf(control, atMs)]).toEqual([ends, stage]);
  });
});
