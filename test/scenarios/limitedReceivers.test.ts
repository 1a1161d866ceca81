import { beforeEach, describe, expect, it } from 'vitest';
import type { Pacing } from '../../src/lib/notify/channel.ts';
import type { Message } from '../../src/lib/notify/message.ts';
import { configOf } from '../support/configOf.ts';
import { Crew } from '../support/crew.ts';
import { start } from '../support/events.ts';
import { connected, disconnected, Instance } from '../support/instance.ts';
import { offsetMs } from '../support/offsetMs.ts';

const minute = 60_000;
const hour = 60 * minute;
const config = configOf(`
sitePattern: "^(?<site>[a-z0-9]+)-"
receivers:
  shift: { webhook: { url: "https://shift.example" } }
routes:
  - to: [shift]
`);
const sites = Array.from({ length: 40 }, (_, index) => `site${index}`);
const at = (text: string) => start + offsetMs(text);

/** The limits of the managed mail domain. */
const managed = [
  { count: 5, windowMs: minute },
  { count: 10, windowMs: hour },
];

type Sent = { readonly atMs: number; readonly messages: readonly Message[] };

let crew: Crew;
let instances: readonly Instance[];
let sent: Sent[];

/** Two instances whose one receiver is told under these limits. */
function under(pacing: Pacing): void {
  sent = [];
  const one = new Instance(config);
  instances = [one, new Instance(config, one.rows)];
  crew = new Crew(...instances);
  for (const instance of instances) {
    instance.pacingOf = () => pacing;
    instance.answer = () => {
      const digest = instance.digests.at(-1);
      const last = instance.sent.at(-1)!;
      const messages = digest?.incidents.includes(last) ? digest.incidents : [last];
      sent.push({ atMs: instance.nowMs, messages });
      return { kind: 'sent' };
    };
  }
}

const limits = [{ name: 'shift', rates: managed, weight: 1 }];

async function lose(when: string, which = sites): Promise<void> {
  await crew.until(when);
  for (const site of which) await instances[0]!.receive(disconnected(`${site}-1`, at(when), 1));
}

async function bringBack(when: string, which = sites): Promise<void> {
  await crew.until(when);
  for (const site of which) await instances[0]!.receive(connected(`${site}-1`, at(when), 2));
}

/** The most that went out in any time of that length. */
function mostWithin(windowMs: number): number {
  return Math.max(
    0,
    ...sent.map(({ atMs }) => sent.filter((one) => one.atMs > atMs - windowMs && one.atMs <= atMs).length),
  );
}

const told = (status: Message['status']) =>
  new Set(
    sent
      .flatMap(({ messages }) => messages.filter((one) => one.status === status))
      .map(({ site }) => site.id),
  );

describe('40 sites that fall together, under 5 notices a minute and 10 an hour', () => {
  beforeEach(() => under({ merges: true, limits }));

  it('are all told within minutes, in digests, each once', async () => {
    await lose('0s');
    await crew.until('12m');
    expect(told('open').size).toBe(40);
    expect(sent.flatMap(({ messages }) => messages)).toHaveLength(40);
    expect(mostWithin(minute)).toBeLessThanOrEqual(5);
    expect(sent.length).toBeLessThanOrEqual(5);
    expect(Math.max(...sent.map(({ atMs }) => atMs))).toBeLessThanOrEqual(at('10m'));
  });

  it('are told their ends within minutes too, also when all that may be sent of openings was', async () => {
    await lose('0s');
    await bringBack('20m');
    await crew.until('35m');
    expect(told('resolved').size).toBe(40);
    expect(mostWithin(minute)).toBeLessThanOrEqual(5);
    expect(mostWithin(hour)).toBeLessThanOrEqual(10);
    expect(crew.errors).toEqual([]);
  });

  it('leave nothing behind that waits', async () => {
    await lose('0s');
    await bringBack('20m');
    await crew.until('2h');
    expect(await instances[0]!.app.waitingNotices.first('shift', 100)).toEqual([]);
    const notices = sent.flatMap(({ messages }) => messages.map(({ noticeId }) => noticeId));
    expect(new Set(notices).size).toBe(80);
    expect(notices).toHaveLength(80);
  });

  it('are not told as down when they are back before their turn', async () => {
    await lose('0s');
    await crew.until('6m');
    const early = told('open');
    await bringBack(
      '6m10s',
      sites.filter((site) => !early.has(site)),
    );
    await crew.until('30m');
    expect(told('open')).toEqual(early);
  });
});

describe('a receiver that is slowed, and not merged', () => {
  it('is told all, one by one, as fast as its limit lets it', async () => {
    under({
      merges: false,
      limits: [{ name: 'shift', rates: [{ count: 10, windowMs: minute }], weight: 1 }],
    });
    await lose('0s');
    await crew.until('30m');
    expect(told('open').size).toBe(40);
    expect(sent.every(({ messages }) => messages.length === 1)).toBe(true);
    expect(mostWithin(minute)).toBeLessThanOrEqual(10);
    expect(Math.max(...sent.map(({ atMs }) => atMs))).toBeLessThanOrEqual(at('20m'));
  });
});

it('two receivers that share a limit are both told', async () => {
  const shared = [{ name: 'mail service', rates: managed, weight: 1 }];
  under({ merges: true, limits: shared });
  await lose('0s', sites.slice(0, 2));
  await crew.until('8m');
  await lose('9m', sites.slice(2));
  await crew.until('25m');
  expect(told('open').size).toBe(40);
});
