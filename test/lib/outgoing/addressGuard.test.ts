import { describe, expect, it } from 'vitest';
import { allowedHostFault, isPublicAddress, resolveAllowed } from '../../../src/lib/outgoing/addressGuard.ts';

const deployed = { development: false, allowHosts: [] };

describe('isPublicAddress', () => {
  it.each([
    '127.0.0.1',
    '10.1.2.3',
    '172.16.0.1',
    '192.168.0.1',
    '169.254.169.254',
    '168.63.129.16',
    '::ffff:168.63.129.16',
    '100.64.0.1',
    '0.0.0.0',
    '224.0.0.1',
    '::1',
    '::',
    'fe80::1',
    'fc00::1',
    '::ffff:127.0.0.1',
    'not an address',
  ])('refuses %s', (address) => {
    expect(isPublicAddress(address)).toBe(false);
  });

  it.each(['20.50.2.1', '168.63.129.17', '2603:1020::1', '::ffff:20.50.2.1'])('accepts %s', (address) => {
    expect(isPublicAddress(address)).toBe(true);
  });
});

describe('resolveAllowed', () => {
  it('answers with every address of a public host', async () => {
    expect(await resolveAllowed('20.50.2.1', deployed)).toEqual([{ address: '20.50.2.1', family: 4 }]);
    expect(await resolveAllowed('[2603:1020::1]', deployed)).toEqual([
      { address: '2603:1020::1', family: 6 },
    ]);
  });

  it.each(['localhost', '168.63.129.16', '[::1]'])('refuses %s', async (host) => {
    await expect(resolveAllowed(host, deployed)).rejects.toMatchObject({ name: 'PrivateAddressError' });
  });

  it.each([
    ['in a local run', { development: true, allowHosts: [] }],
    ['by its name', { development: false, allowHosts: ['LOCALHOST'] }],
    ['by its addresses', { development: false, allowHosts: ['127.0.0.1', '::1'] }],
  ])('accepts a private host %s', async (_, rules) => {
    const addresses = await resolveAllowed('localhost', rules);
    expect(addresses.map(({ address }) => address)).toContain('127.0.0.1');
  });

  it('refuses a private host when another one is allowed', async () => {
    const rules = { development: false, allowHosts: ['10.0.0.1', 'local'] };
    await expect(resolveAllowed('localhost', rules)).rejects.toMatchObject({ name: 'PrivateAddressError' });
  });

  it('passes on that a name does not exist', async () => {
    await expect(resolveAllowed('nobody.invalid', deployed)).rejects.toHaveProperty('code');
  });
});

describe('allowedHostFault', () => {
  it.each(['alerts.intern.example', 'gateway', '10.2.0.5', 'fd00::5', 'a_b.example.'])(
    'accepts %s',
    (host) => {
      expect(allowedHostFault(host)).toBeNull();
    },
  );

  it.each(['', 'https://alerts.example', 'alerts.example:8443', '*.example', '10.0.0.0/8', 'a b', '-a'])(
    'refuses "%s"',
    (host) => {
      expect(allowedHostFault(host)).toMatch(/is not a host/);
    },
  );
});
