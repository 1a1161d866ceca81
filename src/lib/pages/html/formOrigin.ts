/** What a browser says of the page that a form was sent from. */
export type FormOrigin = {
  /** The header `Origin`; null: none. */
  readonly origin: string | null;
  /** The header `Sec-Fetch-Site`; null: none. */
  readonly fetchSite: string | null;
};

/**
 * Whether a form was sent from somebody else's page. `Origin: null` is what browsers send from pages with
 * `Referrer-Policy: no-referrer`, as ours are (Fetch Standard, "append a request Origin header"): the form's token decides then.
 * @param own addresses under which the app is reached
 */
export function isForeign({ origin, fetchSite }: FormOrigin, own: readonly string[]): boolean {
  if (fetchSite?.toLowerCase() === 'cross-site') return true;
  if (origin === null || origin === 'null') return false;
  return !own.some((url) => URL.canParse(url) && new URL(url).origin === origin);
}
