import { expect, it } from 'vitest';
import { storageFault } from '../../tools/blobAccess.ts';

const fault = (facts: object) => Object.assign(new Error('said\nat length'), facts);

it.each([
  'CredentialUnavailableError',
  'AggregateAuthenticationError',
  'AuthenticationError',
  'AuthenticationRequiredError',
])('says how to sign in: %s', (name) => {
  expect(storageFault(fault({ name, statusCode: 400 }))).toBe(
    'You are not signed in to Azure (said): run az login',
  );
});

it('names the role that is missing', () => {
  expect(storageFault(fault({ statusCode: 403, code: 'AuthorizationPermissionMismatch' }))).toBe(
    'The storage account answered: 403 AuthorizationPermissionMismatch; you need the role Storage Blob Data Contributor on the storage account',
  );
});

it('says anything else in a line', () => {
  expect(storageFault(fault({}))).toBe('The storage account answered: said');
  expect(storageFault('no')).toBe('The storage account answered: no');
});
