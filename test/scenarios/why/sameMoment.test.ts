// An event in the very moment in which a notice is tried or the site is looked at: whether it was seen then is on record.
import { expect, it } from 'vitest';
import { accepts, isBusy } from '../../support/answers.ts';
import { AskedSite } from '../../support/askedSite.ts';
import { start } from '../../support/events.ts';
import { rulesOf } from './questions.ts';

it('what was tried had a point, though the device connected meanwhile', async () => {
  const one = new AskedSite(
    rulesOf('routes: [{ to: [operators] }]\npolicy: { offlineAfter: 2m, groupInterval: 2m }\n'),
  );
  one.answer = () => (one.nowMs < start + 4 * 60_000 ? isBusy.result : accepts.result);
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

it('a look had not seen the event of its own moment', async () => {
  const one = new AskedSite(rulesOf('routes: [{ to: [operators] }]\n'));
  await one.change('DeviceConnected', 'oslo-0', 'oslo-1', 'oslo-2', 'oslo-3', 'oslo-4');
  // The hold of oslo-2 ends at 370 s, and the site is looked at before its connection comes.
  const changes = [
    ['70s', 'DeviceDisconnected', 'oslo-2'],
    ['75s', 'DeviceDisconnected', 'oslo-3'],
    ['370s', 'DeviceConnected', 'oslo-2'],
    ['375s', 'DeviceDisconnected', 'oslo-0'],
  ] as const;
  for (const [at, kind, device] of changes) {
    await one.until(at);
    await one.change(kind, device);
  }
  await one.until('40m');

  const { receivers } = await one.ask('oslo-0', '16m');
  const grown = one.sent.find(({ message }) => message.reason === 'outageGrew');
  expect(grown!.atMs).toBeLessThan(start + 16 * 60_000);
  expect(receivers).toMatchObject([{ receiver: 'operators', told: true, atMs: grown!.atMs }]);
});
