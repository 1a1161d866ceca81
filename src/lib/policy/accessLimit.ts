/** Whoever has this app role or group sees these sites, and others only by another entry. */
export type AccessLimit = { readonly role: string; readonly sites: readonly string[] };
