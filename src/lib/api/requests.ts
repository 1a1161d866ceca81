import type * as z from 'zod';
import type { Finding } from '../config/problem.ts';
import { globFault, hubNameFault } from '../config/textFaults.ts';
import type { ControlMatch } from '../control/controlMatch.ts';
import { acknowledgementTimes, controlTimes, longest } from '../control/limits.ts';
import { listOf, nameFault, section, text } from '../fields/fieldTypes.ts';
import { formatDuration } from '../fields/quantities.ts';
import { by, instant, lasting, words } from './fields.ts';

// What the bodies of the calls hold, in the product's own terms once they are checked.

const mostNames = 100;

function names<Item extends z.ZodType>(item: Item, what: string) {
  return listOf(item, what)
    .max(mostNames, { error: `has too many; use at most ${mostNames}` })
    .nullish()
    .transform((list): readonly z.output<Item>[] | null => (list && list.length > 0 ? list : null));
}

const match = section({
  hubs: names(text('use the name of a hub', hubNameFault), 'hub names').describe('Names of hubs.'),
  sites: names(text('use the id of a site', nameFault), 'site ids').describe('Ids of sites.'),
  devices: names(text('use a device id or a glob, like oslo-*', globFault), 'device ids or globs').describe(
    'Device ids or globs.',
  ),
})
  .superRefine((value: ControlMatch, context) => {
    if (Object.values(value).some((list) => list !== null)) return;
    context.addIssue({ code: 'custom', message: 'without a hub, site or device; name at least one' });
  })
  .describe('Which devices it is for: every key that names something must fit, and at least one does.');

const orNull = <Schema extends z.ZodType>(schema: Schema) =>
  schema.nullish().transform((value): z.output<Schema> | null => value ?? null);

export const acknowledgeRequest = section({
  for: lasting({ least: acknowledgementTimes.least, most: acknowledgementTimes.most })
    .prefault(formatDuration(acknowledgementTimes.usual))
    .describe('How long it holds.'),
  by: by(),
  note: orNull(words(longest.note, 'lines')).describe('Shown wherever the acknowledgement is.'),
});

export const noteRequest = section({
  by: by(),
  text: words(longest.text, 'lines').describe('What was found, what mended it.'),
});

export const silenceRequest = section({
  match,
  for: lasting(controlTimes).describe('How long it lasts.'),
  by: by(),
  reason: orNull(words(longest.reason, 'lines')).describe('Why.'),
});

export const maintenanceRequest = section({
  name: words(longest.name).describe('What is done.'),
  match,
  from: instant().describe('When it begins.'),
  until: instant().describe('When it ends.'),
  returnGrace: lasting({ least: 1_000, most: controlTimes.most })
    .prefault('10m')
    .describe('How long devices have to come back once it is over.'),
  by: by(),
});

/** Who takes something back. */
export const byRequest = section({ by: by() });

/** What is wrong with the times of a window, which no field tells by itself. */
export function windowFindings(
  { from, until }: { readonly from: number; readonly until: number },
  nowMs: number,
): readonly Finding[] {
  const { least, most } = controlTimes;
  const at = (message: string): readonly Finding[] => [{ path: ['until'], message }];
  if (until <= from) return at('is not after from; use a later instant');
  if (until <= nowMs) return at('is over; use an instant in the future');
  const lastsMs = until - from;
  if (lastsMs < least || lastsMs > most)
    return at(`is out of range; a window lasts from ${formatDuration(least)} to ${formatDuration(most)}`);
  return [];
}
