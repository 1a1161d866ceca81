/** How to reach a service of the storage account: a connection string, or an endpoint with the app's identity. */
export type StorageAccess =
  | { readonly kind: 'connectionString'; readonly connectionString: string }
  | { readonly kind: 'identity'; readonly endpoint: string; readonly clientId: string | null };
