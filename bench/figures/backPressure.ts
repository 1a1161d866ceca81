import { playPressure } from '../../test/support/storm/pressure.ts';
import { figure, type Part } from '../figure.ts';

export const backPressure: Part = {
  title:
    'Back-pressure: 30 sites lost while the tables take half of what is asked (503), logs, mail and the webhook answer 429',
  async measure() {
    const plan = { sites: 30, devicesEach: 10, pressureMs: 10_000, toldPerSecond: 0 };
    const came = await playPressure(plan);
    return [
      figure('calls that the tables took in a second', came.perSecond, 'calls/s'),
      figure('calls that they refused', came.busy, 'calls'),
      figure('deliveries of events that came again', came.refusedDeliveries, 'deliveries'),
      figure('sites that were not told, or wrongly', came.wrong.length, 'sites', 0),
      figure(
        'warnings among the first notices, where critical ones were to come',
        1 - came.criticalFirst,
        'of 1',
        0.1,
      ),
      figure('from the end of the pressure to the last notice', came.afterMs / 1_000, 's', 60),
    ];
  },
};
