// Storage that takes half of what it is asked, and logs, mail and a webhook that answer 429: nothing is lost, and what is
// critical goes first.
import { expect, it } from 'vitest';
import { playPressure } from '../support/storm/pressure.ts';

it('loses nothing under twice the load, tells what is critical first, and all of it soon afterwards', async () => {
  const came = await playPressure({ sites: 20, devicesEach: 6, pressureMs: 5_000, toldPerSecond: 0 });
  const order = came.beginnings.map(({ severity }) => severity).join(' ');
  console.log(
    `${came.busy} calls refused above ${came.perSecond} a second, ${came.refusedDeliveries} deliveries came again, all told ${came.afterMs} ms after the pressure: ${order}`,
  );
  expect(came.busy).toBeGreaterThan(0);
  expect(came.wrong).toEqual([]);
  expect(came.mails).toBe(2);
  // By chance half of the first would be.
  expect(came.criticalFirst).toBeGreaterThanOrEqual(0.7);
  expect(came.afterMs).toBeLessThan(60_000);
});
