import { getIncident } from '../../src/lib/app/listings.ts';
import { countRows } from '../../test/support/countedRows.ts';
import { fullHistory } from '../../test/support/fullHistory.ts';
import { listIncidents } from '../../test/support/lists.ts';
import { figure, type Part } from '../figure.ts';

const past = 10_000;

export const lists: Part = {
  title: 'Lists, with 10,000 incidents that are over (in memory)',
  async measure() {
    const { app, rows, openIds, pastIds } = await fullHistory(past);
    const count = countRows(rows);
    const open = await listIncidents(app, { filter: 'open', from: null });
    const ofList = { ...count };
    await getIncident(app, openIds[0]!);
    const ofOpen = { ...count };
    await getIncident(app, pastIds[past / 2]!);
    return [
      figure('open incidents: calls', ofList.calls, 'calls', 5),
      // The card of its site, and itself.
      figure(
        `open incidents: rows for ${open.items.length} of them`,
        ofList.read,
        'rows',
        2 * open.items.length,
      ),
      figure('an open one by its id: calls', ofOpen.calls - ofList.calls, 'calls', 3),
      figure('one that is over by its id: calls', count.calls - ofOpen.calls, 'calls', 3),
    ];
  },
};
