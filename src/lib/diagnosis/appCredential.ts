import type { TokenCredential } from '@azure/identity';

/**
 * The app's identity. Where the platform offers one (`IDENTITY_ENDPOINT`), it is used at once instead of trying developer
 * tools first; `AZURE_CLIENT_ID` names a user-assigned one.
 */
export async function appCredential(): Promise<TokenCredential> {
  const { DefaultAzureCredential, ManagedIdentityCredential } = await import('@azure/identity');
  const clientId = process.env.AZURE_CLIENT_ID;
  return process.env.IDENTITY_ENDPOINT
    ? new ManagedIdentityCredential(clientId ? { clientId } : {})
    : new DefaultAzureCredential(clientId ? { managedIdentityClientId: clientId } : {});
}
