import { type ControlMatch, coversDevice, reaches } from '../control/controlMatch.ts';
import { formatPlaceKey, type PlaceKey } from '../directory/placeKey.ts';
import type { Rules } from '../policy/rules.ts';
import type { App } from './app.ts';
import { eachAtMost } from './eachAtMost.ts';
import { siteOfKey } from './places.ts';

const messagesAtOnce = 16;

/**
 * Wakes every listed place that a control reaches, by the rules that have it, so that they are looked at though nothing is
 * due there. What is not listed has nothing to be told or held back; what a crash leaves out is woken by the sweep, for the
 * version has changed.
 */
export async function wakeReached(app: App, match: ControlMatch): Promise<number> {
  const { version } = app.rules;
  const woken = new Set<string>();
  for await (const page of app.list.all()) {
    const due = new Set(
      page
        .filter(({ place }) => isReached(app.rules, match, place))
        .map(({ place }) => formatPlaceKey(place)),
    );
    await eachAtMost(
      messagesAtOnce,
      [...due].filter((partition) => !woken.has(partition)),
      (partition) => app.queues.wakeSite({ partition, rules: version }, 0),
    );
    for (const partition of due) woken.add(partition);
  }
  return woken.size;
}

function isReached(rules: Rules, match: ControlMatch, place: PlaceKey): boolean {
  if (place.kind === 'hub') return reaches(match, place.hub, null);
  if (!reaches(match, place.hub, siteOfKey(rules, place))) return false;
  return place.kind === 'site' || coversDevice(match, place.id);
}
