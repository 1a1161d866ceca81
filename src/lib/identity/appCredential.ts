import type { TokenCredential } from '@azure/identity';

/**
 * The app's identity. Where the platform offers one (`IDENTITY_ENDPOINT`), it is used at once instead of trying developer
 * tools first.
 *
 * @param clientId of a user-assigned identity; null: as `AZURE_CLIENT_ID` says, else the system-assigned one
 */
export async function appCredential(clientId: string | null = null): Promise<TokenCredential> {
  const { DefaultAzureCredential, ManagedIdentityCredential } = await import('@azure/identity');
  const id = clientId ?? process.env.AZURE_CLIENT_ID;
  return process.env.IDENTITY_ENDPOINT
    ? new ManagedIdentityCredential(id ? { clientId: id } : {})
    : new DefaultAzureCredential(id ? { managedIdentityClientId: id } : {});
}
