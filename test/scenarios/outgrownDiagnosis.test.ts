// A diagnosis belongs to what had fallen when it was asked.
import { expect, it } from 'vitest';
import type { Message } from '../../src/lib/notify/message.ts';
import type { LogsAnswer } from '../simulation/edges.ts';
import { configOf, osloConfig } from '../support/configOf.ts';
import { eventGridEvent, hubResourceId, start } from '../support/events.ts';
import { Story } from '../support/story.ts';

const power = { cause: 'device', confidence: 'low', steps: ['Check its power.'] } as const;
const uplink = { cause: 'siteUplink', confidence: 'high', steps: ['Look at the router.'] } as const;

const names = (count: number, first = 0) =>
  Array.from({ length: count }, (_, index) => `oslo-${String(first + index).padStart(3, '0')}`);

/** The logs blame the site once more than one device is down. What they were asked, and when in seconds, is kept. */
function plant(known: number, answer: (devices: number) => LogsAnswer | null = () => null) {
  const asked: { at: number; devices: number }[] = [];
  const story = new Story(configOf(osloConfig), {
    diagnose: (nowMs, [request]) => {
      const devices = request?.devices.length ?? 0;
      asked.push({ at: (nowMs - start) / 1000, devices });
      return answer(devices) ?? { diagnosis: devices > 1 ? uplink : power };
    },
  });
  for (const device of names(known)) story.connects(device, '0s');
  return { story, asked, heard: () => story.world.heard.map(({ message }) => message) };
}

const inShort = ({ reason, counts, diagnosis }: Message) =>
  `${reason} ${counts.offline}: ${diagnosis.status} ${diagnosis.cause}`;

it('one device was told, and 23 minutes later the whole site falls: the notice asks anew', async () => {
  const { story, asked, heard } = plant(20);
  story.loses('oslo-000', '10m');
  for (const device of names(19, 1)) story.loses(device, '33m');
  await story.until('40m');
  expect(heard().map(inShort)).toEqual([
    'outageBegan 1: available device',
    'severityRose 20: available siteUplink',
  ]);
  expect(heard()[1]?.diagnosis.steps).toEqual(uplink.steps);
  expect(asked.filter(({ devices }) => devices === 20)).toHaveLength(2);
});

it('says pending where the logs do not answer in time about what grew, and tells the cause when they do', async () => {
  let hangs = true;
  const { story, heard } = plant(20, (devices) =>
    devices > 1 && hangs ? { diagnosis: uplink, afterMs: 600_000 } : null,
  );
  story.loses('oslo-000', '10m');
  for (const device of names(19, 1)) story.loses(device, '33m');
  await story.until('38m30s');
  hangs = false;
  await story.until('50m');
  expect(heard().map(inShort)).toEqual([
    'outageBegan 1: available device',
    'severityRose 20: pending unknown',
    'diagnosisArrived 20: available siteUplink',
  ]);
  expect(heard()[1]?.diagnosis).toMatchObject({ steps: [], errors: [], unavailableBecause: null });
});

it('tells growth with what was found for all of them, within groupInterval', async () => {
  const { story, heard } = plant(20);
  story.loses('oslo-000', '10m');
  story.loses('oslo-001', '12m');
  await story.until('30m');
  expect(heard().map(inShort)).toEqual([
    'outageBegan 1: available device',
    'outageGrew 2: available siteUplink',
  ]);
});

it('is asked for again 1, 3, 10 and 20 minutes after the newest occasion', async () => {
  const { story, asked } = plant(20);
  story.loses('oslo-000', '10m');
  story.loses('oslo-001', '40m');
  await story.until('3h');
  const about = (devices: number) => asked.filter((one) => one.devices === devices).map(({ at }) => at);
  for (const devices of [1, 2]) {
    const [first = 0, ...later] = about(devices);
    expect(later.map((at) => Math.round((at - first) / 60))).toEqual([1, 3, 10, 20]);
  }
});

it('asks anew about a device that came back and fell again, though nobody is told of it', async () => {
  let falls = 0;
  const { story, heard } = plant(20, () => ({ diagnosis: falls === 0 ? power : uplink }));
  story.loses('oslo-000', '10m');
  story.loses('oslo-001', '10m');
  await story.until('40m');
  // It is back and gone again between two notices: what was told is true again.
  story.connects('oslo-000', '40m');
  story.connects('oslo-001', '40m');
  story.loses('oslo-001', '42m30s');
  falls = 1;
  await story.until('60m');
  expect(heard().at(-1)?.diagnosis.cause).toBe('siteUplink');
});

it('keeps the cause while devices come back, to the end', async () => {
  const { story, asked, heard } = plant(20);
  for (const device of names(10)) story.loses(device, '10m');
  await story.until('60m');
  const before = asked.length;
  for (const device of names(5)) story.connects(device, '60m');
  for (const device of names(5, 5)) story.connects(device, '80m');
  await story.until('2h');
  expect(heard().map(inShort)).toEqual([
    'outageBegan 10: available siteUplink',
    'partlyRecovered 5: available siteUplink',
    'recovered 0: available siteUplink',
  ]);
  expect(asked).toHaveLength(before);
});

it('ends with a cause of all that took part, also of those that nobody was told of', async () => {
  const { story, heard } = plant(20);
  story.loses('oslo-000', '10m');
  story.loses('oslo-001', '10m45s');
  story.connects('oslo-000', '16m10s');
  story.connects('oslo-001', '16m20s');
  await story.until('40m');
  expect(heard().map(inShort)).toEqual([
    'outageBegan 1: available device',
    'recovered 0: available siteUplink',
  ]);
});

it('is not asked for at each look while a site falls device by device', async () => {
  const { story, asked } = plant(90);
  for (const [index, device] of names(40).entries()) story.loses(device, `${600 + 15 * index}s`);
  await story.until('30m');
  const during = asked.filter(({ at }) => at < 25.5 * 60);
  // The storm lasts ten minutes; each minute may have its question.
  expect(during.length).toBeLessThanOrEqual(12);
  for (const { message } of story.world.heard)
    expect(message.diagnosis.cause).toBe(message.counts.offline > 1 ? 'siteUplink' : 'device');
});

it('names the hub to which devices have moved, where both are known', async () => {
  const hubs = ['hub-fleet-01', 'hub-fleet-02'].map(
    (name) => `{ resourceId: "${hubResourceId.replace('HUB-FLEET-01', name)}" }`,
  );
  const asked: (string | undefined)[][] = [];
  const story = new Story(configOf(`${osloConfig}hubs: [${hubs.join(', ')}]\n`), {
    diagnose: (_nowMs, requests) => {
      asked.push(requests.flatMap(({ devices }) => devices.map(({ connectedTo }) => connectedTo)));
      return { diagnosis: power };
    },
  });
  for (const device of ['oslo-000', 'oslo-001', 'oslo-002']) story.connects(device, '0s');
  story.loses('oslo-000', '10m');
  story.loses('oslo-001', '10m');
  const atMs = start + 12 * 60_000;
  const there = {
    kind: 'DeviceConnected',
    deviceId: 'oslo-000',
    hubName: 'hub-fleet-02',
    atMs,
    sequence: 1,
  } as const;
  story.world.post(atMs, [eventGridEvent(there)]);
  await story.until('17m');
  expect(asked[0]).toEqual(['hub-fleet-02', undefined]);
});

it('bears a few more of many', async () => {
  const { story, asked, heard } = plant(500);
  for (const device of names(200)) story.loses(device, '10m');
  await story.until('60m');
  const before = asked.length;
  for (const device of names(5, 200)) story.loses(device, '60m');
  await story.until('80m');
  expect(heard().map(inShort)).toEqual([
    'outageBegan 200: available siteUplink',
    'outageGrew 205: available siteUplink',
  ]);
  expect(asked).toHaveLength(before);
});
