import { describe, expect, it } from 'vitest';
import { installations, ofType, only, snapshot, valueAt } from './prediction.ts';

const config = 'Microsoft.Web/sites/config';
const authOf = (name: (typeof installations)[number]) =>
  ofType(snapshot(name), config).filter(({ name: own }) => own.endsWith('authsettingsV2'));

describe('signing in', () => {
  it.each(installations)('is believed by %s exactly where it is switched on', (name) => {
    const { SIGN_IN } = only(snapshot(name), config, '/appsettings').properties as { SIGN_IN: string };
    expect(SIGN_IN).toBe(authOf(name).length === 1 ? 'platform' : 'off');
  });

  it('is somewhere switched on, and somewhere not', () => {
    expect(installations.map((name) => authOf(name).length).sort()).toEqual(expect.arrayContaining([0, 1]));
  });

  it('lets Event Grid, links and keys through, and needs no secret', () => {
    const [auth] = authOf('full');
    expect(valueAt(auth, 'properties.platform.enabled')).toBe(true);
    expect(valueAt(auth, 'properties.globalValidation.unauthenticatedClientAction')).toBe('AllowAnonymous');
    expect(valueAt(auth, 'properties.globalValidation.requireAuthentication')).toBe(false);
    expect(valueAt(auth, 'properties.httpSettings.requireHttps')).toBe(true);
    const provider = valueAt(auth, 'properties.identityProviders.azureActiveDirectory');
    expect(JSON.stringify(provider)).not.toMatch(/secret/i);
  });
});
