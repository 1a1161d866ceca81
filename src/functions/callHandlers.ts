import './health.ts';
import './sites.ts';
import './devices.ts';
import './listIncidents.ts';
import './responder.ts';
import './report.ts';
import './acknowledge.ts';
import './notes.ts';
import './silences.ts';
import './maintenance.ts';
import './routes.ts';
import './explain.ts';

export { handlerOf } from './answering.ts';
