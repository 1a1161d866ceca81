import type { Case } from './case.ts';
import type { Played } from './play.ts';
import type { Spending } from './worldOptions.ts';

type Work = Spending['work'];

/** Calls to storage and queues of one invocation, if no other writer is faster (architecture.md, Costs). */
const calls: Record<Work, number> = {
  // Read, write, note, wake-up; once for a site and an instance, that the site is known. Twice a minute at most, and not
  // waited for: when the hub last sent something, and that a site has a new device.
  receive: 7,
  // Two reads, the decision, the index of notices, the wake-up, the list; at an end the history and the list once more.
  // The controls when they changed; rules that decide for the first time at an instance are kept: a look and a write.
  evaluate: 13,
  // Guard, incident, quiet, site for the logs, devices, claim, outcome, note, wake-up; quiet that was asked for: two more.
  // A turn at the logs costs a look, taking it and ending it; where others ask, a look each second of half a budget.
  // The controls are looked at before and after the logs: a row, and all of them when they have changed.
  deliver: 22,
  // Guard, incident, list and its end, a turn; for each of three places: site, answers of its incidents, note, wake-up.
  ask: 44,
  act: Number.POSITIVE_INFINITY,
  sweep: Number.POSITIVE_INFINITY,
  watch: Number.POSITIVE_INFINITY,
};

/**
 * Rows that one invocation reads, of a site of at most five devices: an event its device, an evaluation the site with
 * all that is open there, a delivery one incident with its devices, however many others stand beside it.
 */
const rows: Record<Work, number> = {
  receive: 4,
  // Site, list, five devices; up to six incidents with what belongs to each for three receivers.
  evaluate: 60,
  // Three looks at one incident, its devices and its site.
  deliver: 45,
  ask: 60,
  act: 60,
  // Sites on the list, one row each for its two writers, and what is remembered of the rules.
  sweep: 20,
  watch: 20,
};

/** Promise 10, for each invocation that was not disturbed. */
export function brokenBudgets(story: Case, { spendings, crashes }: Played['world']): string[] {
  if (crashes > 0 || story.faultsAt.length > 0 || story.upload) return [];
  const alone = spendings.filter(({ events }) => events <= 1);
  const broken: string[] = [];
  for (const { work, calls: made, lostRaces, rowsRead } of alone) {
    const most = calls[work] + 6 * lostRaces;
    if (made > most) broken.push(`10: ${work} cost ${made} calls, ${lostRaces} races lost`);
    if (rowsRead > rows[work] * (1 + lostRaces))
      broken.push(`10: ${work} read ${rowsRead} rows, ${lostRaces} races lost`);
  }
  return broken;
}
