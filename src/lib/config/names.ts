import { nameFault, someOf, text } from '../fields/fieldTypes.ts';
import { globFault, hubNameFault } from './textFaults.ts';

const glob = () => text('use a device id or a glob, like oslo-*', globFault);

/** In the order of their numbers: Monday is 1. */
export const weekdayNames = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'];
export const monthNames =
  'january february march april may june july august september october november december'.split(' ');

export const globs = () => someOf(glob(), 'device ids or globs, like ["oslo-*"]');
export const hubNames = () => someOf(text('use the name of a hub', hubNameFault), 'hub names');
export const siteIds = () => someOf(siteId(), 'site ids');
export const siteId = () => text('use the id of a site', nameFault);
export const receiverName = () => text('use the name of a receiver', nameFault);
