/** A site as the configuration lists it. */
export type SiteConfig = {
  readonly id: string;
  readonly name: string;
  /** IANA name, for times in mails. */
  readonly timeZone: string;
  /** Globs on the device id. */
  readonly devices: readonly string[];
};

/** Which devices belong where: what is listed, and a pattern for the rest. */
export type Directory = {
  readonly sites: readonly SiteConfig[];
  /** Has a named group `site`; null: none. */
  readonly sitePattern: RegExp | null;
};
