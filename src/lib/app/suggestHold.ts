import type { SiteKey } from '../directory/placeKey.ts';
import { sitePolicy } from '../policy/policyFor.ts';
import { allEvents } from '../replay/deviceTape.ts';
import { gapsOf, type HoldSuggestion, suggestHold } from '../replay/suggestHold.ts';
import { siteOfKey } from './places.ts';
import { type RecordStores, siteRecord } from './siteRecord.ts';

/** Older gaps may be those of another network. */
const lookedAtMs = 30 * 24 * 60 * 60_000;

/** What hold the gaps of the last month suggest for a site; null: the present one fits, or there are too few. */
export async function holdSuggestionFor(
  app: RecordStores,
  key: SiteKey,
  nowMs: number,
): Promise<HoldSuggestion | null> {
  const fromMs = nowMs - lookedAtMs;
  const { devices } = await siteRecord(app, key, fromMs, nowMs);
  const gaps = devices.flatMap((device) =>
    gapsOf(allEvents(device).filter(({ receivedAtMs }) => receivedAtMs >= fromMs)),
  );
  return suggestHold(gaps, sitePolicy(app.rules, siteOfKey(app.rules, key)).offlineAfterMs);
}
