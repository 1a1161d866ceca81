// An event in the very moment in which a notice is tried: the delivery did not see it, and is not explained by it.
import { expect, it } from 'vitest';
import { AskedSite } from '../../support/askedSite.ts';
import { start } from '../../support/events.ts';
import { rulesOf } from './questions.ts';

it('what was tried had a point, though the device connected meanwhile', async () => {
  const one = new AskedSite(
    rulesOf('routes: [{ to: [operators] }]\npolicy: { offlineAfter: 2m, groupInterval: 2m }\n'),
  );
  one.answer = () =>
    one.nowMs < start + 4 * 60_000
      ? {
          kind: 'failedTemporarily',
          error: 'HTTP 503',
          retryAfterMs: null,
          outcomeUnknown: false,
          timedOut: false,
        }
      : { kind: 'sent' };
  await one.change('DeviceConnected', 'oslo-0', 'oslo-1', 'oslo-2');
  // Its notice is tried at 216 s, and again at 221 s.
  const changes = [
    ['65s', 'DeviceDisconnected', 'oslo-0'],
    ['206s', 'DeviceDisconnected', 'oslo-2'],
    ['211s', 'DeviceConnected', 'oslo-0'],
    ['216s', 'DeviceDisconnected', 'oslo-0'],
    ['221s', 'DeviceConnected', 'oslo-0'],
    ['226s', 'DeviceDisconnected', 'oslo-0'],
  ] as const;
  for (const [at, kind, device] of changes) {
    await one.until(at);
    await one.change(kind, device);
  }
  await one.until('30m');

  const { receivers } = await one.ask('oslo-2', '9m');
  const sent = one.sent.find(({ message }) =>
    message.devices.some(({ deviceId, phase }) => deviceId === 'oslo-2' && phase === 'offline'),
  );
  expect(sent!.atMs).toBeLessThan(start + 9 * 60_000);
  expect(receivers).toMatchObject([{ receiver: 'operators', told: true, atMs: sent!.atMs }]);
});
