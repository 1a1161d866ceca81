import { expect, it } from 'vitest';
import { duringWhich, isBusy, refuses } from '../support/answers.ts';
import { configOf } from '../support/configOf.ts';
import { Story } from '../support/story.ts';

const config = configOf(`
sites: [{ id: oslo, devices: ["oslo-*"] }]
receivers:
  operators: { email: { to: ["ops@oslo.example"] }, fallback: on-call, fallbackAfter: 5m }
  on-call: { email: { to: ["oncall@oslo.example"] } }
routes: [{ to: [operators] }]
`);

/** Lost at 10m, told from 15m30s, back at 1h. */
function outage(answer: ReturnType<typeof duringWhich>): Story {
  const story = new Story(config, { answer });
  for (const device of ['oslo-1', 'oslo-2', 'oslo-3']) story.connects(device, '0s');
  story.loses('oslo-1', '10m');
  story.connects('oslo-1', '1h');
  return story;
}

it('tells the fallback at once when the receiver refuses, and the fallback alone the end', async () => {
  const story = outage(duringWhich(refuses, '0s', '30m', 'operators'));
  await story.until('3h');
  expect(story.told('operators')).toEqual([]);
  expect(story.told('on-call')).toEqual([
    'incident.opened escalated warning 1/0 of 3',
    'incident.resolved recovered warning 0/0 of 3',
  ]);
  expect(story.toldAt('on-call')[0]).toBeLessThanOrEqual(15 * 60 + 30 + 10);
  const past = await story.past();
  expect(past.filter((notice) => notice.state === 'failed')).toMatchObject([
    { receiver: 'operators', lastError: 'HTTP 400', attempts: 1 },
  ]);
  expect(new Set(past.map((notice) => notice.noticeId)).size).toBe(past.length);
  story.expectsNothingLeft();
});

it('tells the fallback after fallbackAfter when the receiver is out of reach, which is tried on; both are told the end', async () => {
  const story = outage(duringWhich(isBusy, '0s', '40m', 'operators'));
  await story.until('3h');
  expect(story.told('on-call')).toEqual([
    'incident.opened escalated warning 1/0 of 3',
    'incident.resolved recovered warning 0/0 of 3',
  ]);
  const escalated = story.toldAt('on-call')[0] ?? 0;
  expect(escalated).toBeGreaterThanOrEqual(20 * 60 + 30);
  expect(escalated).toBeLessThanOrEqual(20 * 60 + 30 + 20);
  expect(story.told('operators')).toEqual([
    'incident.opened outageBegan warning 1/0 of 3',
    'incident.resolved recovered warning 0/0 of 3',
  ]);
  story.expectsNothingLeft();
});

it('does not trouble the fallback for a receiver that is back before', async () => {
  const story = outage(duringWhich(isBusy, '0s', '18m', 'operators'));
  await story.until('3h');
  expect(story.told('on-call')).toEqual([]);
  expect(story.told('operators')).toHaveLength(2);
  story.expectsNothingLeft();
});

it('tells the fallback the end that the receiver refuses, and tries the receiver until it gives up', async () => {
  const story = outage(duringWhich(refuses, '50m', '2d', 'operators'));
  await story.until('3h');
  expect(story.told('operators')).toEqual(['incident.opened outageBegan warning 1/0 of 3']);
  expect(story.told('on-call')).toEqual(['incident.resolved recovered warning 0/0 of 3']);
  await story.until('26h');
  expect(story.told('on-call')).toHaveLength(1);
  story.expectsNothingLeft();
});

it('tells the end to a receiver that takes it after it had refused it', async () => {
  const story = outage(duringWhich(refuses, '50m', '3h', 'operators'));
  await story.until('4h');
  expect(story.told('operators').at(-1)).toBe('incident.resolved recovered warning 0/0 of 3');
  expect(story.told('on-call')).toHaveLength(1);
  story.expectsNothingLeft();
});

it('does not repeat a refused fact to the receiver, and tries it with a new one as the beginning', async () => {
  const story = outage(duringWhich(refuses, '0s', '18m', 'operators'));
  story.loses('oslo-2', '20m');
  story.connects('oslo-2', '1h');
  await story.until('3h');
  expect(story.told('operators')).toEqual([
    'incident.opened severityRose critical 2/0 of 3',
    'incident.resolved recovered critical 0/0 of 3',
  ]);
  expect(story.told('on-call').map((line) => line.split(' ').slice(0, 2).join(' '))).toEqual([
    'incident.opened escalated',
    'incident.updated severityRose',
    'incident.resolved recovered',
  ]);
  story.expectsNothingLeft();
});
