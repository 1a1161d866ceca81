import { type Per, severities } from '../../policy/policy.ts';
import { type RoutedIncident, receiversFor } from '../../policy/routing.ts';
import type { Rules } from '../../policy/rules.ts';
import { type Circumstance, circumstancesInWords, circumstancesOf } from './circumstances.ts';
import { type Place, placesInWords, placesOf } from './places.ts';

/** One receiver's gain or loss: incidents of one kind at one place. */
type Change = {
  readonly receiver: string;
  readonly per: Per;
  readonly gained: boolean;
  readonly severity: string;
  readonly place: Place;
};

/** Who would be told of what by other routes: every kind of incident that the routes tell apart is tried on both. */
export function compareRoutes(before: Rules, after: Rules): string[] {
  const places = placesOf(before, after);
  const all = circumstancesOf(before, after);
  const found = all.flatMap((circumstance) =>
    linesIn(before, after, places, circumstance).map((line) => ({ line, circumstance })),
  );
  const byLine = Map.groupBy(found, ({ line }) => line);
  return [...byLine]
    .flatMap(([line, those]) =>
      circumstancesInWords(
        those.map(({ circumstance }) => circumstance),
        all,
      ).map((where) => `${line}${where}`),
    )
    .toSorted();
}

function linesIn(
  before: Rules,
  after: Rules,
  places: readonly Place[],
  circumstance: Circumstance,
): string[] {
  const changes: Change[] = [];
  for (const per of ['site', 'device'] as const) {
    for (const severity of severities) {
      for (const place of places) {
        const incident: RoutedIncident = { per, severity, ...circumstance, ...place.incident };
        const [had, has] = [receiversFor(before, incident), receiversFor(after, incident)];
        for (const receiver of new Set([...had, ...has])) {
          const gained = has.includes(receiver);
          if (gained !== had.includes(receiver)) changes.push({ receiver, per, gained, severity, place });
        }
      }
    }
  }
  const byReceiver = Map.groupBy(changes, ({ receiver, per, gained }) =>
    JSON.stringify([receiver, gained, per]),
  );
  return [...byReceiver.values()].flatMap((own) => linesOf(own, places));
}

/** The changes of one receiver, one `per` and one direction in as few lines as say them. */
function linesOf(changes: readonly Change[], places: readonly Place[]): string[] {
  const { receiver, per, gained } = changes[0]!;
  const perPlace = Map.groupBy(changes, ({ place }) => place);
  const bySeverities = Map.groupBy(perPlace, ([, own]) => own.map(({ severity }) => severity).join(' and '));
  return [...bySeverities].flatMap(([named, own]) => {
    const all = named === severities.join(' and ');
    const incidents = `${all ? 'incidents' : `${named} incidents`}${per === 'device' ? ' of single devices' : ''}`;
    return placesInWords(
      own.map(([place]) => place),
      places,
    ).map(
      (where) => `${receiver}: would ${gained ? 'now' : 'no longer'} be told of ${incidents} of ${where}`,
    );
  });
}
