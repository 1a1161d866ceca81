import { describe, expect, it } from 'vitest';
import { admit, maySee } from '../../../src/lib/access/access.ts';
import { principalOf, type SignIn } from '../../../src/lib/access/principal.ts';

/** As App Service Authentication sends it. */
const header = (roles: readonly string[], name = 'Kari Nordmann', groups: readonly string[] = []) =>
  Buffer.from(
    JSON.stringify({
      auth_typ: 'aad',
      name_typ: 'name',
      role_typ: 'roles',
      claims: [
        { typ: 'name', val: name },
        ...roles.map((val) => ({ typ: 'roles', val })),
        ...groups.map((val) => ({ typ: 'groups', val })),
      ],
    }),
  ).toString('base64');

describe('who asks', () => {
  it.each<[rule: string, signIn: SignIn, sent: string | null, host: string, kind: string]>([
    ['is at home on loopback', 'open', null, '127.0.0.1', 'local'],
    ['is at home at localhost', 'open', null, 'localhost', 'local'],
    ['is at home at the loopback of IPv6', 'open', null, '[::1]', 'local'],
    ['is nobody where another name leads here', 'open', null, 'rebound.example', 'nobody'],
    ['is not believed locally', 'open', header(['operator']), 'rebound.example', 'nobody'],
    ['is not believed where nothing sets the header', 'off', header(['operator']), 'app.example', 'nobody'],
    ['is not at home where nothing is switched on', 'off', null, 'localhost', 'nobody'],
    ['is whom the platform names', 'platform', header(['reader']), 'app.example', 'person'],
    ['is nobody without the header', 'platform', null, 'app.example', 'nobody'],
    ['is nobody with half a header', 'platform', header(['reader']).slice(0, 40), 'app.example', 'nobody'],
    ['is nobody with a header of another kind', 'platform', 'bnVsbA==', 'app.example', 'nobody'],
    ['is nobody without a name', 'platform', header(['reader'], ' '), 'app.example', 'nobody'],
  ])('%s', (_rule, signIn, sent, host, kind) => {
    expect(principalOf(signIn, sent, host).kind).toBe(kind);
  });

  it('has the roles and the groups of the header', () => {
    expect(principalOf('platform', header(['reader'], 'Kari', ['group-1']), 'app.example')).toEqual({
      kind: 'person',
      name: 'Kari',
      roles: ['reader', 'group-1'],
    });
  });
});

const limits = [
  { role: 'oslo-shift', sites: ['oslo'] },
  { role: 'north', sites: ['bergen', 'tromso'] },
];
const person = (...roles: string[]) => ({ kind: 'person', name: 'Kari', roles }) as const;

describe('what somebody may do', () => {
  it.each<[rule: string, roles: string[], access: { mayAct: boolean; sites: string[] | null } | null]>([
    ['a reader sees everything', ['reader'], { mayAct: false, sites: null }],
    ['an operator acts', ['operator'], { mayAct: true, sites: null }],
    ['both act', ['reader', 'operator'], { mayAct: true, sites: null }],
    ['a role with limits sees its sites', ['reader', 'oslo-shift'], { mayAct: false, sites: ['oslo'] }],
    [
      'two of them see the sites of both',
      ['operator', 'oslo-shift', 'north'],
      { mayAct: true, sites: ['oslo', 'bergen', 'tromso'] },
    ],
    ['a limit is no role to see by', ['oslo-shift'], null],
    ['other roles see nothing', ['admin', 'Operator'], null],
    ['no role sees nothing', [], null],
  ])('%s', (_rule, roles, access) => {
    const admission = admit(person(...roles), limits, true);
    if (access === null) return expect(admission).toEqual({ kind: 'forbidden' });
    const sites = access.sites && new Set(access.sites);
    expect(admission).toEqual({ kind: 'admitted', access: { name: 'Kari', mayAct: access.mayAct, sites } });
  });

  it.each([
    [true, 'signIn'],
    [false, 'forbidden'],
  ])('nobody, where signing in is possible: %s, gets %s', (canSignIn, kind) => {
    expect(admit({ kind: 'nobody' }, limits, canSignIn)).toEqual({ kind });
  });

  it('whoever is limited to a site sees no other, no hub and no device of the same name', () => {
    const access = { sites: new Set(['oslo']) };
    expect(maySee(access, { hub: 'h', kind: 'site', id: 'oslo' })).toBe(true);
    expect(maySee(access, { hub: 'h', kind: 'site', id: 'bergen' })).toBe(false);
    expect(maySee(access, { hub: 'h', kind: 'device', id: 'oslo' })).toBe(false);
    expect(maySee(access, { hub: 'oslo', kind: 'hub' })).toBe(false);
  });
});
