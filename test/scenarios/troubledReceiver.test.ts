import { expect, it } from 'vitest';
import { accepts, duringWhich, hangs, isBusy, refuses } from '../support/answers.ts';
import { configOf } from '../support/configOf.ts';
import { start } from '../support/events.ts';
import { Story } from '../support/story.ts';

const config = (more = '') =>
  configOf(`
sites: [{ id: oslo, devices: ["oslo-*"] }]
receivers:
  operators: { email: { to: ["ops@oslo.example"] } }
  wall: { webhook: { url: "http://127.0.0.1/wall" } ${more} }
routes: [{ to: [operators, wall] }]
`);

function outage(options: ConstructorParameters<typeof Story>[1], text = ''): Story {
  const story = new Story(config(text), options);
  for (const device of ['oslo-1', 'oslo-2', 'oslo-3']) story.connects(device, '0s');
  story.loses('oslo-1', '10m');
  story.connects('oslo-1', '2h');
  return story;
}

it('delivers later, once, to a receiver that answers 503 for a while; the others hear in time', async () => {
  const story = outage({ answer: duringWhich(isBusy, '0s', '30m', 'wall') });
  await story.until('5h');
  for (const receiver of ['operators', 'wall']) {
    expect(story.told(receiver)).toEqual([
      'incident.opened outageBegan warning 1/0 of 3',
      'incident.resolved recovered warning 0/0 of 3',
    ]);
  }
  expect(story.toldAt('operators')[0]).toBeLessThanOrEqual(15 * 60 + 40);
  // Delays double up to a quarter of an hour.
  expect(story.toldAt('wall')[0]).toBeGreaterThanOrEqual(30 * 60);
  expect(story.toldAt('wall')[0]).toBeLessThanOrEqual(45 * 60);
  const [told] = (await story.past()).filter(
    (notice) => notice.receiver === 'wall' && notice.kind === 'opening',
  );
  expect(told).toMatchObject({ state: 'sent', lastError: null });
  expect(told!.attempts).toBeGreaterThan(5);
  story.expectsNothingLeft();
});

it('tells a receiver nothing of an outage that was over while it was out of reach', async () => {
  const story = outage({ answer: duringWhich(isBusy, '0s', '150m', 'wall') });
  await story.until('8h');
  expect(story.told('wall')).toEqual([]);
  expect((await story.past()).filter((notice) => notice.receiver === 'wall')).toMatchObject([
    { kind: 'opening', state: 'dropped', lastError: 'the incident ended before it could be told' },
  ]);
  story.expectsNothingLeft();
});

it('resolves what a receiver may have read without an answer', async () => {
  let asked = 0;
  const answer = (message: { receiver: string }) => {
    if (message.receiver !== 'wall') return accepts;
    asked += 1;
    return asked === 1 ? { ...hangs, heard: true } : accepts;
  };
  const story = outage({ answer });
  await story.until('5h');
  expect(story.told('wall')).toEqual([
    'incident.opened outageBegan warning 1/0 of 3',
    'incident.opened outageBegan warning 1/0 of 3',
    'incident.resolved recovered warning 0/0 of 3',
  ]);
  const ids = story.world.heard
    .filter((heard) => heard.receiver === 'wall')
    .map(({ message }) => message.noticeId);
  expect(ids[0]).toBe(ids[1]);
  story.expectsNothingLeft();
});

it('does not repeat what a receiver refused, though an attempt without an answer said less', async () => {
  const answers = [hangs, refuses];
  const story = new Story(config(), {
    answer: (message) => (message.receiver === 'wall' ? (answers.shift() ?? accepts) : accepts),
  });
  for (const device of ['oslo-1', 'oslo-2', 'oslo-3']) story.connects(device, '0s');
  story.loses('oslo-1', '10m');
  // Told down by the second attempt alone.
  story.loses('oslo-2', '10m35s');
  await story.until('2h');
  expect(answers).toEqual([]);
  expect(story.told('wall')).toEqual([]);
});

it('tells a device down that only a notice without an answer had called down, when it falls again', async () => {
  let asked = 0;
  const story = new Story(config(), {
    answer: (message) => {
      if (message.receiver !== 'wall') return accepts;
      asked += 1;
      return asked === 2 ? hangs : accepts;
    },
  });
  for (const device of ['oslo-1', 'oslo-2', 'oslo-3', 'oslo-4', 'oslo-5']) story.connects(device, '0s');
  story.loses('oslo-1', '10m');
  // Offline at 20m: an update, which nobody answers. By the next attempt it is coming back, and falls once more.
  story.loses('oslo-2', '15m');
  story.connects('oslo-2', '20m36s');
  story.loses('oslo-2', '22m');
  await story.until('40m');
  expect(story.told('wall')).toEqual([
    'incident.opened outageBegan warning 1/0 of 5',
    'incident.updated outageGrew warning 2/0 of 5',
  ]);
});

it('gives up after giveUpAfter, and the history says so', async () => {
  const story = outage(
    { answer: duringWhich(isBusy, '0s', '10h', 'wall') },
    ', delivery: { giveUpAfter: 20m, retryMax: 2m }',
  );
  await story.until('8h');
  expect(story.told('wall')).toEqual([]);
  const [failed] = (await story.past()).filter((notice) => notice.receiver === 'wall');
  expect(failed).toMatchObject({ state: 'failed', lastError: 'HTTP 503' });
  expect(failed!.finishedAtMs! - failed!.createdAtMs).toBeLessThanOrEqual(20 * 60_000);
  story.expectsNothingLeft();
});

it('keeps 30 notices to a receiver that hangs from holding up the others', async () => {
  const many = configOf(`
sitePattern: "^(?<site>[a-z]+[0-9]+)-"
receivers:
  operators: { email: { to: ["ops@oslo.example"] } }
  wall: { webhook: { url: "http://127.0.0.1/wall" } }
routes:
  - { to: [wall] }
  - { to: [operators] }
`);
  const story = new Story(many, {
    instances: 1,
    answer: (message) => (message.receiver === 'wall' ? hangs : { ...accepts, afterMs: 50 }),
  });
  for (let site = 0; site < 30; site++) {
    story.connects(`plant${site}-a`, '0s');
    story.loses(`plant${site}-a`, '10m');
  }
  await story.until('20m');
  const told = story.world.heard.filter((heard) => heard.receiver === 'operators');
  expect(told).toHaveLength(30);
  // Holds end at 15m, groupWait 30 s later; then a wake-up, and a sending of 50 ms each.
  expect((Math.max(...told.map((heard) => heard.atMs)) - start) / 1000).toBeLessThanOrEqual(
    15 * 60 + 30 + 10,
  );
});
