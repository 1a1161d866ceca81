import type { RecordedEvent } from '../device/recentEvents.ts';
import type { IncidentFile } from '../incident/incidentFile.ts';
import type { SiteState } from '../replay/sitePlay.ts';
import type { RulesFrom } from '../replay/tape.ts';

/** What the record says of a device and its site. */
export type Evidence = {
  /** The site as it was at the moment that is asked about. */
  readonly state: SiteState;
  /** All events of the device on record, also later ones, oldest first. */
  readonly events: readonly RecordedEvent[];
  /** Incidents of the site on record, as they are now. */
  readonly files: readonly IncidentFile[];
  /** Rules by time, as far as they are played. */
  readonly rules: readonly RulesFrom[];
};
