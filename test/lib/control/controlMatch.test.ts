import { expect, it } from 'vitest';
import { staysWithin } from '../../../src/lib/control/controlMatch.ts';

const oslo: ReadonlySet<string> = new Set(['oslo', 'bergen']);
const any = { hubs: null, sites: null, devices: null };

it.each([
  { who: 'everybody without limits', match: any, visible: null, is: true },
  { who: 'a site of theirs', match: { ...any, sites: ['oslo'] }, visible: oslo, is: true },
  {
    who: 'a part of it',
    match: { hubs: ['hub'], sites: ['oslo'], devices: ['oslo-1*'] },
    visible: oslo,
    is: true,
  },
  { who: 'one of theirs and another', match: { ...any, sites: ['oslo', 'hamar'] }, visible: oslo, is: false },
  { who: 'a whole hub', match: { ...any, hubs: ['hub'] }, visible: oslo, is: false },
  { who: 'devices wherever they are', match: { ...any, devices: ['oslo-1'] }, visible: oslo, is: false },
])('a control reaches nothing but what may be seen: $who, $is', ({ match, visible, is }) => {
  expect(staysWithin(match, visible)).toBe(is);
});
