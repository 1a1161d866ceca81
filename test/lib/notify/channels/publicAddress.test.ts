import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { isPublicAddress, lookupPublic } from '../../../../src/lib/notify/channels/publicAddress.ts';

describe('isPublicAddress', () => {
  it.each([
    '127.0.0.1',
    '10.1.2.3',
    '172.16.0.1',
    '192.168.0.1',
    '169.254.169.254',
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

  it.each(['20.50.2.1', '2603:1020::1', '::ffff:20.50.2.1'])('accepts %s', (address) => {
    expect(isPublicAddress(address)).toBe(true);
  });
});

describe('lookupPublic', () => {
  const resolve = promisify(lookupPublic);

  it.each([{ all: true }, {}])('refuses a name that leads to this machine: %j', async (options) => {
    await expect(resolve('localhost', options)).rejects.toMatchObject({ name: 'PrivateAddressError' });
  });

  it.each([
    [{ all: true }, [{ address: '20.50.2.1', family: 4 }]],
    [{}, '20.50.2.1'],
  ])('answers in the form that was asked for: %j', async (options, expected) => {
    expect(await resolve('20.50.2.1', options)).toEqual(expected);
  });

  it('passes on that a name does not exist', async () => {
    await expect(resolve('nobody.invalid', {})).rejects.toHaveProperty('code');
  });
});
