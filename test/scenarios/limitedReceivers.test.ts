import { beforeEach, describe, expect, it } from 'vitest';
import type { Pacing, SendResult } from '../../src/lib/notify/channel.ts';
import type { Message } from '../../src/lib/notify/message.ts';
import { accepts, hangs, isBusy } from '../support/answers.ts';
import { configOf } from '../support/configOf.ts';
import { Crew } from '../support/crew.ts';
import { start } from '../support/events.ts';
import { connected, disconnected, Instance } from '../support/instance.ts';
import { listNotices } from '../support/lists.ts';
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

type Sent = { readonly atMs: number; readonly id: string; readonly messages: readonly Message[] };

let crew: Crew;
let instances: readonly Instance[];
let sent: Sent[];
let answer: (id: string, incidents: number) => SendResult;

/** Two instances whose one receiver is told under these limits. */
function under(pacing: Pacing): void {
  sent = [];
  answer = () => accepts.result;
  const one = new Instance(config);
  instances = [one, new Instance(config, one.rows)];
  crew = new Crew(...instances);
  for (const instance of instances) {
    instance.pacingOf = () => pacing;
    instance.answer = () => {
      const digest = instance.digests.at(-1);
      const last = instance.sent.at(-1)!;
      const merged = digest?.incidents.includes(last) ? digest : null;
      const messages = merged?.incidents ?? [last];
      const id = merged?.noticeId ?? last.noticeId;
      sent.push({ atMs: instance.nowMs, id, messages });
      return answer(id, messages.length);
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

it('a digest takes along also those at which another writer was faster', async () => {
  under({ merges: true, limits });
  const claimed = new Map<string, boolean>();
  for (const one of instances) {
    one.beforeCommit = async (writes) => {
      for (const write of writes) {
        const claims = write.kind === 'replace' && write.data.includes('"digestId"');
        if (!claims || claimed.has(write.key)) continue;
        claimed.set(write.key, claimed.size % 2 === 1);
        if (!claimed.get(write.key)) continue;
        const before = one.rows.all().find(({ row }) => row.etag === write.etag)!;
        await one.rows.commit(before.partition, [{ kind: 'replace', ...before.row, etag: '*' }]);
      }
    };
  }
  await lose('0s');
  await crew.until('12m');
  expect(told('open').size).toBe(40);
  expect(sent.map(({ messages }) => messages.length)).toEqual([1, 1, 38]);
});

it('where a digest holds few incidents the others come with later ones, each once', async () => {
  under({ merges: true, mostInDigest: 15, limits });
  await lose('0s');
  await crew.until('40m');
  expect(told('open').size).toBe(40);
  expect(sent.flatMap(({ messages }) => messages)).toHaveLength(40);
  expect(Math.max(...sent.map(({ messages }) => messages.length))).toBe(15);
});

describe('a digest that is not answered', () => {
  beforeEach(() => under({ merges: true, limits }));

  /** The first digest is answered so, and so often. */
  function once(result: SendResult, times = 1): void {
    const failed: string[] = [];
    answer = (id, incidents) => {
      if (incidents === 1 || failed.length >= times) return accepts.result;
      failed.push(id);
      return result;
    };
  }

  it('goes again with the same notices under the same id, and none of them by itself', async () => {
    once(hangs.result, 2);
    await lose('0s');
    await crew.until('30m');
    const [first, ...more] = sent.filter(({ messages }) => messages.length > 1);
    const again = more.filter(({ id }) => id === first!.id);
    expect(again).toHaveLength(2);
    const idsIn = ({ messages }: Sent) => messages.map(({ noticeId }) => noticeId).sort();
    expect(again.map(idsIn)).toEqual([idsIn(first!), idsIn(first!)]);
    const others = sent.filter(({ id }) => id !== first!.id).flatMap(idsIn);
    expect(others.filter((id) => idsIn(first!).includes(id))).toEqual([]);
    expect(told('open').size).toBe(40);
  });

  it('keeps its id when some of its sites are back by then', async () => {
    once(hangs.result);
    await lose('0s');
    await crew.until('6m');
    const first = sent.find(({ messages }) => messages.length > 1)!;
    await bringBack(
      '6m5s',
      first.messages.slice(0, 5).map(({ site }) => site.id),
    );
    await crew.until('40m');
    const companions = new Set(first.messages.map(({ noticeId }) => noticeId));
    const again = sent.filter(({ messages }) => messages.some(({ noticeId }) => companions.has(noticeId)));
    expect(again.length).toBeGreaterThan(1);
    expect(new Set(again.map(({ id }) => id))).toEqual(new Set([first.id]));
    expect(told('resolved').size).toBe(5);
  });

  it('is made anew after a refusal, and each is told once', async () => {
    once(isBusy.result);
    await lose('0s');
    await crew.until('40m');
    expect(told('open').size).toBe(40);
    expect(mostWithin(minute)).toBeLessThanOrEqual(5);
    expect(await instances[0]!.app.waitingNotices.first('shift', 100)).toEqual([]);
  });
});

it('the list of notices says with which digest each was sent', async () => {
  under({ merges: true, limits });
  await lose('0s');
  await crew.until('12m');
  const { items } = await listNotices(instances[0]!.app, { filter: 'sent', from: null });
  const digestOf = new Map(
    sent.flatMap(({ id, messages }) =>
      messages.map((one) => [one.noticeId, messages.length > 1 ? id : null] as const),
    ),
  );
  const listed = items as readonly object[] as { noticeId: string; digestId: string | null }[];
  expect(listed).toHaveLength(40);
  for (const { noticeId, digestId } of listed) expect(digestId).toBe(digestOf.get(noticeId));
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

describe('the order at a receiver that is slowed', () => {
  /** Two openings may go in ten minutes: those of site0 and site1 go, those of site2 and site3 wait. */
  beforeEach(async () => {
    under({
      merges: false,
      limits: [{ name: 'shift', rates: [{ count: 4, windowMs: 10 * minute }], weight: 1 }],
    });
    await lose('0s', ['site0', 'site1']);
    await lose('1m', ['site2']);
    await lose('2m', ['site3']);
  });
  const order = () => sent.flatMap(({ messages }) => messages.map((one) => `${one.site.id} ${one.status}`));

  it('what is new does not overtake what waits, also when there is room for it', async () => {
    await lose('10m5s', ['site4']);
    await crew.until('40m');
    expect(order()).toEqual(['site0 open', 'site1 open', 'site2 open', 'site3 open', 'site4 open']);
  });

  it('an end waits for no beginning', async () => {
    await bringBack('7m', ['site0']);
    await crew.until('12m');
    expect(order()).toEqual(['site0 open', 'site1 open', 'site0 resolved']);
  });
});

it('the time for which a notice waits for our own limit does not count towards giving up', async () => {
  const five = sites.slice(0, 5);
  // Four openings may go in 25 hours, and giveUpAfter is 24.
  under({
    merges: false,
    limits: [{ name: 'shift', rates: [{ count: 8, windowMs: 25 * hour }], weight: 1 }],
  });
  await lose('0s', five);
  await crew.until('24h30m');
  expect(told('open').size).toBe(4);
  let attempts = 0;
  answer = () => {
    attempts += 1;
    return attempts < 3 ? isBusy.result : accepts.result;
  };
  await crew.until('26h');
  expect(attempts).toBe(3);
  const { items } = await listNotices(instances[0]!.app, { filter: 'sent', from: null });
  expect(items).toHaveLength(5);
});

it('a receiver that is slowed is not held back by notices that were never told', async () => {
  under({
    merges: false,
    limits: [{ name: 'shift', rates: [{ count: 2, windowMs: 10 * minute }], weight: 1 }],
  });
  await lose('0s');
  await bringBack('6m', sites.slice(2));
  await crew.until('3h');
  sent.length = 0;
  await lose('3h', ['site39']);
  await crew.until('3h30m');
  await lose('3h30m', ['site38']);
  await crew.until('4h20m');
  expect([...told('open')]).toEqual(expect.arrayContaining(['site39', 'site38']));
  expect(await instances[0]!.app.waitingNotices.first('shift', 100)).toEqual([]);
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
