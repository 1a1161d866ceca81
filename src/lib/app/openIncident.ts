import type { Reader } from '../pages/link/linkView.ts';
import type { App } from './app.ts';
import type { Found } from './listings.ts';

/** An incident that somebody may see, and the page of ours on which they do. */
export type OpenIncident = Found & {
  readonly app: App;
  readonly incidentId: string;
  readonly reader: Reader;
  /** The page's own path, under which its forms are. */
  readonly path: string;
  /** What forms of this page are good for: those of another page or another person are not. */
  readonly formsOf: string;
};
