import { expect, it } from 'vitest';
import { configOf, osloConfig } from '../support/configOf.ts';
import { start } from '../support/events.ts';
import { offsetMs } from '../support/offsetMs.ts';
import { Story } from '../support/story.ts';

type Options = NonNullable<ConstructorParameters<typeof Story>[1]>;

const uplink = { cause: 'siteUplink', steps: ['Look at the router.'], confidence: 'high' } as const;

function outage(diagnose: NonNullable<Options['diagnose']>): Story {
  const story = new Story(configOf(osloConfig), { diagnose });
  for (const device of ['oslo-1', 'oslo-2', 'oslo-3']) story.connects(device, '0s');
  story.loses('oslo-1', '10m');
  return story;
}

const arrivesAt = (at: string) => (nowMs: number) => ({
  diagnosis: nowMs >= start + offsetMs(at) ? uplink : { status: 'pending' as const },
});

it('goes with the first notice when the logs have it', async () => {
  const story = outage(() => ({ diagnosis: uplink }));
  await story.until('1h');
  expect(story.told('operators')).toEqual(['incident.opened outageBegan warning 1/0 of 3']);
  expect(story.last('operators').diagnosis).toMatchObject({ status: 'available', ...uplink });
});

it('that arrives later follows as an update, once', async () => {
  const story = outage(arrivesAt('18m'));
  await story.until('1h');
  expect(story.told('operators')).toEqual([
    'incident.opened outageBegan warning 1/0 of 3',
    'incident.updated diagnosisArrived warning 1/0 of 3',
  ]);
  // The logs are asked again 1 and 3 minutes after the first time.
  expect(story.toldAt('operators')[1]).toBeGreaterThanOrEqual(18 * 60);
  expect(story.toldAt('operators')[1]).toBeLessThanOrEqual(19 * 60);
  expect(story.last('operators').diagnosis).toMatchObject(uplink);
});

it('is asked for again 1, 3, 10 and 20 minutes after the first time, and no more', async () => {
  const asked: number[] = [];
  const story = outage((nowMs) => {
    asked.push((nowMs - start) / 1000);
    return { diagnosis: { status: 'pending' } };
  });
  await story.until('3h');
  const afterFirst = asked.map((at) => Math.round((at - asked[0]!) / 60));
  expect(afterFirst).toEqual([0, 1, 3, 10, 20]);
  expect(story.told('operators')).toHaveLength(1);
});

it('that says nothing new is not told', async () => {
  const story = outage(() => ({ diagnosis: { ...uplink, summary: `asked ${Math.random()}` } }));
  await story.until('1h');
  expect(story.told('operators')).toHaveLength(1);
});

it('that takes its whole budget holds the notice no longer than that', async () => {
  const story = outage(() => ({ diagnosis: { status: 'unavailable' }, afterMs: 20_000 }));
  await story.until('1h');
  const [at = 0] = story.toldAt('operators');
  expect(at).toBeGreaterThanOrEqual(15 * 60 + 30 + 20);
  expect(at).toBeLessThanOrEqual(15 * 60 + 30 + 30);
  expect(story.last('operators').diagnosis.status).toBe('unavailable');
});

it('that fails does not take away what was found before', async () => {
  let asked = 0;
  const story = outage(() => {
    asked += 1;
    return { diagnosis: asked === 1 ? uplink : { status: 'unavailable' } };
  });
  await story.until('30m');
  story.connects('oslo-1', '30m');
  await story.until('1h');
  expect(asked).toBeGreaterThan(1);
  expect(story.told('operators').at(-1)).toBe('incident.resolved recovered warning 0/0 of 3');
  expect(story.last('operators').diagnosis).toMatchObject(uplink);
  story.expectsNothingLeft();
});

it('is asked for once more before the end when it was still pending', async () => {
  const story = outage(arrivesAt('50m'));
  story.connects('oslo-1', '55m');
  await story.until('2h');
  expect(story.told('operators').map((line) => line.split(' ')[0])).toEqual([
    'incident.opened',
    'incident.resolved',
  ]);
  expect(story.last('operators').diagnosis).toMatchObject(uplink);
  story.expectsNothingLeft();
});

it('is one question for all receivers of an incident', async () => {
  let asked = 0;
  const names = Array.from({ length: 10 }, (_, index) => `r${index}`);
  const config = configOf(`
sites: [{ id: oslo, devices: ["oslo-*"] }]
receivers:
${names.map((name) => `  ${name}: { email: { to: ["${name}@oslo.example"] } }`).join('\n')}
routes: [{ to: [${names.join(', ')}] }]
`);
  const story = new Story(config, {
    instances: 1,
    diagnose: () => {
      asked += 1;
      return { diagnosis: uplink, afterMs: 3_000 };
    },
  });
  story.connects('oslo-1', '0s');
  story.loses('oslo-1', '10m');
  await story.until('16m');
  expect(story.world.heard).toHaveLength(10);
  expect(asked).toBe(1);
});
