import type { App } from '../app/app.ts';
import { holdSuggestionFor } from '../app/suggestHold.ts';
import { formatPlaceKey, type SiteKey } from '../directory/placeKey.ts';
import type { HoldSuggestion } from '../replay/suggestHold.ts';

/** It takes every event of a site in a month: of larger ones it is asked of `npm run replay`. */
const largest = 300;
const forMs = 15 * 60_000;
const mostKept = 200;

type Kept = { readonly atMs: number; readonly hold: Promise<HoldSuggestion | null> };
const kept = new WeakMap<App['fleet'], Map<string, Kept>>();

/** What hold the losses of a small site suggest, as an instance has known it for a quarter of an hour; null: none. */
export async function holdOf(
  app: App,
  key: SiteKey,
  known: number,
  nowMs: number,
): Promise<HoldSuggestion | null> {
  if (known > largest) return null;
  const ofApp = kept.get(app.fleet) ?? new Map<string, Kept>();
  kept.set(app.fleet, ofApp);
  const name = `${formatPlaceKey(key)}\n${app.rules.version.hash}`;
  const last = ofApp.get(name);
  if (last && nowMs - last.atMs < forMs) return last.hold;
  const hold = holdSuggestionFor(app, key, nowMs);
  if (ofApp.size >= mostKept) ofApp.clear();
  ofApp.set(name, { atMs: nowMs, hold });
  hold.catch(() => ofApp.delete(name));
  return hold;
}
