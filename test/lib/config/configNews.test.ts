import { expect, it } from 'vitest';
import { tellAnnouncements } from '../../../src/lib/app/announce.ts';
import { readLastGood } from '../../../src/lib/app/lastGood.ts';
import { sweep } from '../../../src/lib/app/sweep.ts';
import { tellConfigNews } from '../../../src/lib/app/tellConfigNews.ts';
import type { ConfigStatus, RefusedVersion } from '../../../src/lib/config/configStatus.ts';
import type { SendResult } from '../../../src/lib/notify/channel.ts';
import { configOf } from '../../support/configOf.ts';
import { Instance } from '../../support/instance.ts';

const text = (more: string) => `
receivers:
  duty: { email: { to: [duty@oslo.example] }, fallback: chief }
  chief: { email: { to: [chief@oslo.example] } }
  team: { email: { to: [team@oslo.example] } }
routes: [{ to: [team] }]
${more}`;
const source = 'blob:config/responder.config.yaml';
const refusedBy = (etag: string): RefusedVersion => ({
  etag,
  problems: [
    { path: 'receivers.duty.email.to[0]', value: '"duty@@oslo.example"', message: 'is not a mail address' },
    { path: 'routes', value: null, message: 'is missing; use a list of routes' },
  ],
});

/** An app with the state of its configuration in the test's hand. */
function stage(more = 'ops: duty') {
  const instance = new Instance(configOf(text(more)));
  let status: ConfigStatus = {
    config: instance.app.rules,
    version: { source, etag: '"1"', modifiedAtMs: instance.nowMs, text: text(more) },
    refused: null,
    unread: null,
  };
  return {
    instance,
    set: (change: Partial<ConfigStatus>) => {
      status = { ...status, ...change };
    },
    tell: async (at?: string) => {
      if (at !== undefined) instance.at(at);
      const app = { ...instance.app, rules: status.config, configured: status };
      await tellConfigNews(app, instance.nowMs, instance.log);
      await tellAnnouncements(app, instance.nowMs, instance.log);
      return instance.announced.splice(0).map(({ type }) => type.slice('responder.configuration'.length));
    },
  };
}

const failing: SendResult = {
  kind: 'failedTemporarily',
  error: 'HTTP 503',
  retryAfterMs: null,
  outcomeUnknown: false,
  timedOut: false,
};

it('a refused version is told once, and its end too', async () => {
  const { set, tell, instance } = stage();
  expect(await tell()).toEqual([]);
  set({ refused: refusedBy('"2"') });
  await tell();
  set({ refused: refusedBy('"2"') });
  expect([await tell(), await tell()]).toEqual([[], []]);
  set({ refused: null });
  expect([await tell(), await tell()]).toEqual([['Accepted'], []]);
  expect(instance.logged.filter(({ what }) => what === 'configuration refused')).toHaveLength(1);
});

it('the message has every mistake and says what stays in use', async () => {
  const { set, tell, instance } = stage();
  instance.answerAnnouncement = (announcement) => {
    expect(announcement).toMatchObject({
      type: 'responder.configurationRefused',
      summary: 'Configuration refused: 2 mistakes',
      problems: [
        'receivers.duty.email.to[0]: "duty@@oslo.example" is not a mail address',
        'routes: is missing; use a list of routes',
      ],
    });
    expect(announcement.explanation.join(' ')).toContain(
      'The version of Wed 4 Mar 2026, 09:00 UTC stays in use',
    );
    expect(announcement.id).toMatch(/^[\w-]{1,64}$/);
    return { kind: 'sent' };
  };
  set({ refused: refusedBy('"2"') });
  expect(await tell()).toEqual(['Refused']);
});

it('another broken version is told as well, and one end covers both', async () => {
  const { set, tell } = stage();
  set({ refused: refusedBy('"2"') });
  await tell();
  set({ refused: refusedBy('"3"') });
  expect(await tell()).toEqual(['Refused']);
  set({ refused: null });
  expect([await tell(), await tell()]).toEqual([['Accepted'], []]);
});

it('two instances tell it once', async () => {
  const { set, tell } = stage();
  set({ refused: refusedBy('"2"') });
  const told = await Promise.all([tell(), tell(), tell()]);
  expect(told.flat()).toEqual(['Refused']);
});

it('a receiver that cannot be reached for now is told later, under the same id', async () => {
  const { set, tell, instance } = stage();
  const ids = new Set<string>();
  set({ refused: refusedBy('"2"') });
  instance.answerAnnouncement = ({ id }) => {
    ids.add(id);
    return failing;
  };
  await tell();
  instance.at('1m').answerAnnouncement = ({ id }) => {
    ids.add(id);
    return { kind: 'sent' };
  };
  expect([await tell(), await tell()]).toEqual([['Refused'], []]);
  expect(ids.size).toBe(1);
});

it('a delay that the receiver asks for is kept', async () => {
  const { set, tell, instance } = stage();
  set({ refused: refusedBy('"2"') });
  instance.answerAnnouncement = () => ({ ...failing, retryAfterMs: 600_000 });
  await tell();
  expect(await tell('9m')).toEqual([]);
  expect(await tell('11m')).toEqual(['Refused']);
});

it('whoever was never told of the refusal is not told of its end', async () => {
  const { set, tell, instance } = stage();
  set({ refused: refusedBy('"2"') });
  instance.answerAnnouncement = () => failing;
  await tell();
  set({ refused: null });
  expect(await tell('1m')).toEqual([]);
});

it('whoever may have heard of the refusal is told of its end', async () => {
  const { set, tell, instance } = stage();
  set({ refused: refusedBy('"2"') });
  instance.answerAnnouncement = () => ({ ...failing, outcomeUnknown: true });
  await tell();
  set({ refused: null });
  expect(await tell('1m')).toEqual(['Accepted']);
});

it('a receiver that refuses is followed by its fallback, who is then told of the end', async () => {
  const { set, tell, instance } = stage();
  set({ refused: refusedBy('"2"') });
  const receivers: string[] = [];
  instance.answerAnnouncement = (_, { name }) => {
    receivers.push(name);
    return name === 'duty' ? { kind: 'failedPermanently', error: 'HTTP 400' } : { kind: 'sent' };
  };
  await tell();
  set({ refused: null });
  await tell();
  expect(receivers).toEqual(['duty', 'chief', 'chief']);
});

it('a fallback hears of the refusal before it hears of its end, also when it could not be reached at first', async () => {
  const { set, tell, instance } = stage();
  set({ refused: refusedBy('"2"') });
  const arrived: string[] = [];
  let reachable = false;
  instance.answerAnnouncement = ({ type }, { name }) => {
    if (name === 'duty') return { kind: 'failedPermanently', error: 'HTTP 400' };
    if (!reachable) return { ...failing, retryAfterMs: 120_000 };
    arrived.push(type);
    return { kind: 'sent' };
  };
  await tell('0s');
  set({ refused: null });
  reachable = true;
  for (const when of ['1m', '2m', '3m', '4m']) await tell(when);
  expect(arrived).toEqual(['responder.configurationRefused', 'responder.configurationAccepted']);
});

it('a receiver that is told in part knows, and so does its fallback', async () => {
  const { set, tell, instance } = stage();
  set({ refused: refusedBy('"2"') });
  const told: string[] = [];
  instance.answerAnnouncement = ({ over }, { name }) => {
    told.push(`${name} ${over ? 'accepted' : 'refused'}`);
    return name === 'duty' ? { kind: 'sentPartly', error: '550 for second@oslo.example' } : { kind: 'sent' };
  };
  await tell();
  set({ refused: null });
  await tell();
  await tell();
  expect(told.toSorted()).toEqual(['chief accepted', 'chief refused', 'duty accepted', 'duty refused']);
});

it('a receiver that fails for longer than giveUpAfter is followed by its fallback', async () => {
  const { set, tell, instance } = stage();
  set({ refused: refusedBy('"2"') });
  const receivers: string[] = [];
  instance.answerAnnouncement = (_, { name }) => {
    receivers.push(name);
    return name === 'duty' ? failing : { kind: 'sent' };
  };
  for (const when of ['0s', '23h', '24h1m', '24h2m']) await tell(when);
  expect(receivers).toEqual(['duty', 'duty', 'duty', 'chief']);
});

it('a receiver that the new version does not have is followed by the new one', async () => {
  const { set, tell, instance } = stage();
  set({ refused: refusedBy('"2"') });
  await tell();
  const without = text('ops: team').replace(/ {2}duty.*\n/, '');
  set({ config: configOf(without), refused: null });
  const receivers: string[] = [];
  instance.answerAnnouncement = (_, { name }) => {
    receivers.push(name);
    return { kind: 'sent' };
  };
  await tell();
  expect(receivers).toEqual(['team']);
});

it('without ops the mistakes stand in the log, once and without values', async () => {
  const { set, tell, instance } = stage('');
  set({ refused: refusedBy('"2"') });
  expect([await tell(), await tell()]).toEqual([[], []]);
  const lines = instance.logged.map(({ what, fields }) => `${what} ${JSON.stringify(fields)}`);
  expect(lines).toEqual([
    `configuration refused ${JSON.stringify({ source, mistakes: 2 })}`,
    'configuration mistake {"path":"receivers.duty.email.to[0]","problem":"is not a mail address"}',
    'configuration mistake {"path":"routes","problem":"is missing; use a list of routes"}',
  ]);
});

it('the version in use is kept for a restart, and an older one never replaces it', async () => {
  const { set, tell, instance } = stage();
  await tell();
  expect(await readLastGood(instance.app.meta, source)).toMatchObject({
    etag: '"1"',
    text: text('ops: duty'),
  });
  expect(await readLastGood(instance.app.meta, 'blob:config/another.yaml')).toBeNull();
  set({ version: { source, etag: '"2"', modifiedAtMs: instance.nowMs + 5_000, text: 'second' } });
  await tell();
  set({ version: { source, etag: '"1"', modifiedAtMs: instance.nowMs, text: 'first' } });
  await tell();
  expect(await readLastGood(instance.app.meta, source)).toMatchObject({ etag: '"2"', text: 'second' });
});

it('a configuration in a file is nothing to tell of, and costs nothing', async () => {
  const { instance } = stage();
  instance.takeCalls();
  await tellConfigNews(instance.app, instance.nowMs, instance.log);
  expect(instance.announced).toEqual([]);
  expect(instance.takeCalls()).toEqual([]);
});

it('a new version wakes the listed sites at once with its version, and when every instance has it', async () => {
  const { instance } = stage();
  await sweep(instance.app, instance.nowMs, instance.log);
  const oslo = { hub: 'hub-fleet-01', kind: 'site', id: 'oslo' } as const;
  await instance.app.list.touch(oslo, instance.nowMs + 600_000, instance.nowMs);
  const config = configOf(text('ops: team'), 1);
  const version = { source, etag: '"2"', modifiedAtMs: instance.nowMs, text: 'x' };
  const configured = { config, version, refused: null, unread: null };
  await sweep({ ...instance.app, rules: config, configured }, instance.nowMs, instance.log);
  expect(instance.wakeUps).toEqual([
    { partition: 'hub-fleet-01|site|oslo', rules: config.version, delayMs: 0 },
    { partition: 'hub-fleet-01|site|oslo', rules: config.version, delayMs: 75_000 },
  ]);
});
