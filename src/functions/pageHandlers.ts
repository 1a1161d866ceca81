import './openLink.ts';
import './actByLink.ts';
import './statusPages.ts';
import './incidentPages.ts';
import './pageScript.ts';

export { handlerOf } from './answering.ts';
