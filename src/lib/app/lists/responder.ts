import { formatProblem } from '../../config/problem.ts';
import { formatPlaceKey } from '../../directory/placeKey.ts';
import { iso } from '../../pages/deviceView.ts';
import type { ResponderView } from '../../pages/responderView.ts';
import type { App } from '../app.ts';
import { codeVersion } from '../version.ts';

/** How it stands with the responder itself. */
export async function responderView(app: App, nowMs: number): Promise<ResponderView> {
  const [hubs, due, selfWatch, fleet] = await Promise.all([
    app.hubs.all(),
    oldestDue(app, nowMs),
    app.meta.read('selfWatch', ({ ranAtMs }) => (typeof ranAtMs === 'number' ? { ranAtMs } : null)),
    app.overview.line(),
  ]);
  const { configured, rules } = app;
  const { version } = rules;
  return {
    code: { version: codeVersion },
    rules: {
      hash: version.hash,
      since: version.atMs > 0 ? iso(version.atMs) : null,
      controls: version.controls ?? 0,
    },
    configuration: {
      source: configured.version?.source ?? 'file',
      problems: [
        ...(configured.refused?.problems ?? []),
        ...(configured.unread ? [configured.unread] : []),
      ].map(formatProblem),
    },
    oldestDue: due,
    lastSweep: selfWatch?.value ? iso(selfWatch.value.ranAtMs) : null,
    hubs: hubs
      .map(({ hubName, lastEventAtMs }) => ({ hub: hubName, lastEvent: iso(lastEventAtMs) }))
      .sort((a, b) => (a.hub < b.hub ? -1 : 1)),
    fleet: fleet && {
      sites: fleet.sites,
      inTrouble: fleet.inTrouble,
      devices: fleet.devices,
      offline: fleet.offline,
      flapping: fleet.flapping,
      silenced: fleet.silenced,
    },
  };
}

async function oldestDue(app: App, nowMs: number) {
  let oldest: { readonly place: string; readonly dueAtMs: number } | null = null;
  for await (const page of app.list.all()) {
    for (const { place, dueAtMs } of page) {
      if (dueAtMs === null || dueAtMs > nowMs || dueAtMs >= (oldest?.dueAtMs ?? Number.POSITIVE_INFINITY))
        continue;
      oldest = { place: formatPlaceKey(place), dueAtMs };
    }
  }
  return oldest && { place: oldest.place, since: iso(oldest.dueAtMs) };
}
