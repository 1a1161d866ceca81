import type { PlaceKey } from '../directory/placeKey.ts';
import { diagnosisToTell } from '../incident/diagnosisFit.ts';
import type { Evaluation } from '../incident/evaluate.ts';
import { fileAfter, type IncidentFile } from '../incident/incidentFile.ts';
import { linksOf } from '../notify/linksOf.ts';
import { type IncidentView, incidentView } from '../pages/incidentView.ts';
import type { LoadedPlace } from '../store/fleet.ts';
import type { App } from './app.ts';
import { siteForReaders } from './places.ts';

/** The open incidents of a place as they are listed, each as JSON. */
export function openItems(
  app: App,
  key: PlaceKey,
  { files }: LoadedPlace,
  { incidents, changes }: Evaluation,
): string[] {
  const changed = new Map(changes.map((change) => [change.incident.incidentId, change]));
  return incidents
    .filter(({ status }) => status === 'open')
    .map((incident) => {
      const before = files.get(incident.incidentId)?.file ?? null;
      const change = changed.get(incident.incidentId);
      const file = change ? fileAfter(before, change) : before;
      return JSON.stringify(viewOf(app, key, { ...file!, incident }));
    });
}

/** One incident as the API shows it. */
export function viewOf(app: App, key: PlaceKey, file: IncidentFile): IncidentView {
  const { incident, told, notices } = file;
  return incidentView({
    incident,
    site: siteForReaders(app.rules, key),
    told,
    notices,
    diagnosis: diagnosisToTell(file.diagnosis, incident),
    links: linksOf(app.publicUrl, incident),
    nowMs: app.now(),
  });
}
