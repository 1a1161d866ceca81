import { plannedView, silenceView, windowView } from '../api/views.ts';
import type { App } from '../app/app.ts';
import { reaches } from '../control/controlMatch.ts';
import type { Site } from '../directory/placeOf.ts';
import type { ControlLine } from './sitePage.ts';

/** Silences and planned work of a site that are not over. */
export async function controlLines(app: App, hub: string, site: Site, nowMs: number): Promise<ControlLine[]> {
  const { silences, windows } = await app.controls.look(nowMs, 0);
  const own = <One extends { readonly match: Parameters<typeof reaches>[0] }>(controls: readonly One[]) =>
    controls.filter(({ match }) => reaches(match, hub, site));
  const lines: (Omit<ControlLine, 'status'> & { readonly status: string })[] = [
    ...own(silences).map((one) => {
      const { id, status, reason, by, from, until, match } = silenceView(one, nowMs);
      return { id, kind: 'silence' as const, status, what: reason, by, from, until, devices: match.devices };
    }),
    ...[
      ...own(windows).map((one) => windowView(one, nowMs)),
      ...own(app.rules.maintenance).map((one) => plannedView(one, nowMs)),
    ].map(({ id, status, name, by, from, until, match }) => {
      return {
        id,
        kind: 'maintenance' as const,
        status,
        what: name,
        by,
        from,
        until,
        devices: match.devices,
      };
    }),
  ];
  return lines.flatMap((line) =>
    line.status === 'active' || line.status === 'upcoming' ? [{ ...line, status: line.status }] : [],
  );
}
