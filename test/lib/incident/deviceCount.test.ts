import { expect, it } from 'vitest';
import { deviceCount } from '../../../src/lib/incident/deviceCount.ts';
import type { Member, MemberState } from '../../../src/lib/incident/incident.ts';

/** `gw:down` is a device, `gw/m1:down` a module of it. */
function member(text: string): Member {
  const [id = '', state = ''] = text.split(':');
  const [deviceId = '', moduleId = null] = id.split('/');
  const times = { lostAtMs: 0, connectedBeforeMs: 0, since: 0, backAtMs: null };
  return { deviceId, moduleId, state: state as MemberState, recovering: false, ...times };
}

it.each([
  ['devices alone', ['a:down', 'b:down', 'c:back'], {}, { devices: 2, modules: 0 }],
  [
    'a device that lost its power with its modules',
    ['gw:down', 'gw/1:down', 'gw/2:down'],
    { gw: 3 },
    { devices: 1, modules: 2 },
  ],
  ['a module that stopped on a device that stays', ['gw/1:down'], { gw: 3 }, { devices: 0, modules: 1 }],
  [
    'all modules of a device that connects by them alone',
    ['gw/1:down', 'gw/2:down'],
    { gw: 2 },
    { devices: 1, modules: 2 },
  ],
  ['some of them', ['gw/1:down', 'gw/2:back'], { gw: 2 }, { devices: 0, modules: 1 }],
  [
    'a device that is back before its modules',
    ['gw:back', 'gw/1:down'],
    { gw: 2 },
    { devices: 0, modules: 1 },
  ],
  ['modules of which nothing else is known', ['gw/1:down'], {}, { devices: 1, modules: 1 }],
] as const)('counts %s', (_, members, identities, count) => {
  expect(deviceCount(members.map(member), 'down', identities)).toEqual(count);
});
