import { beforeEach, describe, expect, it } from 'vitest';
import { linkToken } from '../../../src/lib/link/linkToken.ts';
import { silenceChoices } from '../../../src/lib/pages/link/linkActions.ts';
import { createLinkKeys } from '../../../src/lib/store/linkKeys.ts';
import { createMetaRows } from '../../../src/lib/store/metaRows.ts';
import { configOf } from '../../support/configOf.ts';
import { start } from '../../support/events.ts';
import { connected, disconnected, Instance } from '../../support/instance.ts';
import { open, page, press, rotateKeys, tokenIn } from '../../support/linkPages.ts';
import { offsetMs } from '../../support/offsetMs.ts';

const config = configOf(`
sites:
  - { id: oslo, name: Oslo plant, timeZone: Europe/Oslo, devices: ["oslo-*"] }
  - { id: bergen, name: Bergen plant, timeZone: Europe/Oslo, devices: ["bergen-*"] }
receivers:
  operators: { email: { to: ["ops@oslo.example"] } }
  manager: { email: { to: ["manager@oslo.example"] } }
routes:
  - { match: {}, per: site, to: [operators, manager] }
  - { match: { devices: ["oslo-9*"] }, per: device, to: [operators] }
`);
const url = 'https://responder.example';
const at = (text: string) => start + offsetMs(text);

let one: Instance;
let token: string;

/** Devices of a place are lost at 1m and told at 7m. */
async function lose(instance: Instance, partition: string, ...ids: readonly string[]): Promise<void> {
  await instance.at('0s').receive(...ids.map((id) => connected(id, start, 1)));
  await instance.at('1m').receive(...ids.map((id) => disconnected(id, at('1m'), 2)));
  await instance.at('7m').evaluate({ partition });
  await instance.deliverAll();
}

async function recover(...ids: readonly string[]): Promise<void> {
  await one.at('20m').receive(...ids.map((id) => connected(id, at('20m'), 3)));
  await one.at('22m').evaluate();
  await one.deliverAll();
  await one.at('22m5s').evaluate();
}

const tokenFor = (receiver: string, incident = one.sent[0]!.incidentId) => {
  const message = one.sent.find((each) => each.receiver === receiver && each.incidentId === incident);
  return message?.links.incident?.split('/l/')[1] ?? '';
};

beforeEach(async () => {
  one = new Instance(config, undefined, url);
  await lose(one, 'hub-fleet-01|site|oslo', 'oslo-0', 'oslo-1');
  token = tokenFor('operators');
});

describe('a notice', () => {
  it('carries a link of its own for each receiver, and the same one as long as the incident lasts', async () => {
    expect(tokenFor('manager')).not.toBe(token);
    await recover('oslo-0', 'oslo-1');
    const [first, last] = one.sent.filter(({ receiver }) => receiver === 'operators');
    expect(last?.type).toBe('incident.resolved');
    expect(last?.links.incident).toBe(first?.links.incident);
  });

  it('leads to the parts of the page where it is acknowledged and silenced, while there is something to do', async () => {
    expect(one.sent[0]?.links).toMatchObject({
      acknowledge: `${url}/l/${tokenIn(one, 0)}#acknowledge`,
      silence: `${url}/l/${tokenIn(one, 0)}#silence`,
    });
    await recover('oslo-0', 'oslo-1');
    expect(one.sent.at(-1)?.links).toMatchObject({ acknowledge: null, silence: null });
  });
});

describe('the page of a link', () => {
  it('says what is down, since when, why, what to do, and who was told', async () => {
    const { text } = await page(one, token);
    for (const words of [
      '2 of 2 devices offline',
      'Contact lost',
      '10:01',
      'Likely cause',
      'What to do next',
    ])
      expect(text).toContain(words);
    expect(text).toMatch(
      /operators \(this link\) told of the outage at 10:07 manager told of the outage at 10:07/,
    );
  });

  it('has no address, no link of another receiver, and leads nowhere', async () => {
    const { html } = await page(one, token);
    expect(html).not.toContain('@oslo.example');
    expect(html).not.toContain(tokenFor('manager'));
    expect(html).not.toMatch(/<a |href="(?!data:,")/);
  });

  it('tells nothing that went wrong with a notice in words of others, which may name an address', async () => {
    const refusing = new Instance(config, undefined, url);
    refusing.answer = ({ receiver }) =>
      receiver === 'manager'
        ? { kind: 'failedPermanently', error: '550 manager@oslo.example is unknown' }
        : { kind: 'sent' };
    await lose(refusing, 'hub-fleet-01|site|oslo', 'oslo-0');
    const { html, text } = await page(
      refusing,
      refusing.sent.find((m) => m.receiver === 'operators')!.links.incident!.split('/l/')[1],
    );
    expect(text).toContain('the outage: could not be told');
    expect(html).not.toContain('manager@oslo.example');
  });

  it('knows nothing of the rest of the fleet', async () => {
    await lose(one, 'hub-fleet-01|site|bergen', 'bergen-0');
    expect((await page(one, token)).html.toLowerCase()).not.toContain('bergen');
  });

  it('shows what is true now, before any evaluation has', async () => {
    await one.at('9m').receive(connected('oslo-1', at('9m'), 3));
    expect((await page(one, token)).text).toMatch(/oslo-1 reconnected/);
  });

  it('changes nothing, however often it is opened', async () => {
    await page(one, token);
    one.takeCalls();
    const before = one.rows.all();
    for (const said of [null, 'acknowledged', 'over', '<b>']) await page(one, token, said);
    expect(one.takeCalls()).not.toContain('commit');
    expect(one.rows.all()).toEqual(before);
  });

  it('goes on after the end, for notes alone, and with the story from the history', async () => {
    await press(one, await page(one, token), 'note', { text: 'fuse' }, token);
    await recover('oslo-0', 'oslo-1');
    const after = await page(one, token);
    expect(after.text).toMatch(/Oslo plant : both devices back online after 19 min/);
    expect(after.form('acknowledge') ?? after.form('silence') ?? after.form('take-back')).toBeUndefined();
    expect(await press(one, after, 'note', { text: 'It was the fuse' }, token)).toEqual({
      kind: 'said',
      said: 'noted',
    });
    expect((await page(one, token)).text).toContain('It was the fuse');
  });

  it('puts no words of an altered address on the page, and only true ones of its own', async () => {
    const plain = (await page(one, token)).text;
    for (const said of ['acknowledged', 'taken-backs', '<script>', 'Acknowledged until 12:00', '__proto__'])
      expect((await page(one, token, said)).text, said).toBe(plain);
  });
});

describe('a link opens', () => {
  it('until seven days after the end, whether the incident is at its place or in the history', async () => {
    await recover('oslo-0', 'oslo-1');
    expect(await open(one.at('168h'), token)).toMatchObject({ html: expect.any(String) });
    expect(await open(one.at('169h'), token)).toBe('ended');
  });

  it('for as long as the configuration says', async () => {
    const short = new Instance({ ...config, linksValidForMs: 1_000 }, one.rows, url);
    expect(typeof (await open(short.at('8m'), token))).toBe('object');
    await recover('oslo-0', 'oslo-1');
    expect(await open(short.at('22m10s'), token)).toBe('ended');
  });

  it('not once its incident is kept no longer', async () => {
    await recover('oslo-0', 'oslo-1');
    await one.app.history.dropBefore(at('1h'));
    expect(await open(one, token)).toBe('ended');
  });

  it('not once the keys are changed, on any instance; later notices have new ones', async () => {
    const other = new Instance(config, one.rows, url);
    await page(other.at('7m'), token);
    await rotateKeys(one);
    expect(await open(other.at('8m'), token)).toBe('ended');
    await recover('oslo-0', 'oslo-1');
    expect(await open(other.at('23m'), tokenIn(one))).toMatchObject({ html: expect.any(String) });
  });

  it('at once, also where the key that signed it was not known yet', async () => {
    const other = new Instance(config, one.rows, url);
    await page(other.at('7m'), token);
    await rotateKeys(one);
    await recover('oslo-0', 'oslo-1');
    const soon = new Instance(config, one.rows, url);
    const newer = await linkToken(await createLinkKeys(createMetaRows(one.rows)).ring(0, 0), {
      incidentId: one.sent[0]!.incidentId,
      receiver: 'operators',
    });
    expect(typeof (await open(other.at('7m5s'), newer))).toBe('object');
    expect(typeof (await open(soon.at('7m5s'), newer))).toBe('object');
  });

  it('not by anything that we have not signed', async () => {
    for (const text of ['', 'x', `${token}x`, token.slice(0, -1), one.sent[0]!.incidentId])
      expect(await open(one, text)).toBe('unknown');
  });
});

const stale = { kind: 'said', said: 'stale' };
const done = (said: string) => ({ kind: 'said', said });
const forbidden = { kind: 'refused', refusal: 'forbidden' };

describe('a press', () => {
  it('acknowledges for everybody: by the link and the name that was given, for as long as was chosen', async () => {
    const form = await page(one, token);
    expect(
      await press(one, form, 'acknowledge', { name: 'Ola', for: '1h', note: 'on my way' }, token),
    ).toEqual(done('acknowledged'));
    const { text } = await page(one, tokenFor('manager'));
    expect(text).toMatch(/Ola \(the link sent to operators\) has this until 11:07\. “ on my way ”/);
  });

  it('needs no name and no choice: two taps, four hours', async () => {
    await press(one, await page(one, token), 'acknowledge', {}, token);
    expect((await page(one, token, 'acknowledged')).text).toMatch(
      /Acknowledged until 14:07\. .+ Somebody with the link sent to operators has this until 14:07/,
    );
  });

  it('takes back what was acknowledged, silences the site and takes that back', async () => {
    await press(one, await page(one, token), 'acknowledge', {}, token);
    expect(await press(one, await page(one, token), 'take-back', {}, token)).toEqual(done('taken-back'));
    expect((await page(one, token)).text).toContain('Nobody has this yet');
    expect(await press(one, await page(one, token), 'silence', { why: 'works', for: '24h' }, token)).toEqual(
      done('silenced'),
    );
    const { silences } = (await one.app.latest()).rules.controls;
    expect(silences).toMatchObject([
      {
        match: { hubs: ['hub-fleet-01'], sites: ['oslo'], devices: null },
        by: 'the link sent to operators',
        reason: 'works',
        untilMs: one.nowMs + 24 * 3_600_000,
      },
    ]);
    expect(await press(one, await page(one, token), 'end-silence', {}, token)).toEqual(done('silence-ended'));
    expect((await page(one, token)).form('end-silence')).toBeUndefined();
  });

  it('of a device’s link silences that device alone, whatever its id would mean as a glob', async () => {
    await lose(one, 'hub-fleet-01|site|oslo', 'oslo-9*');
    const message = one.sent.find(({ per }) => per === 'device')!;
    const link = message.links.incident!.split('/l/')[1]!;
    expect(await press(one, await page(one, link), 'silence', {}, link)).toEqual(done('silenced'));
    const { silences } = (await one.app.latest()).rules.controls;
    expect(silences.map(({ match }) => match)).toEqual([
      { hubs: ['hub-fleet-01'], sites: null, devices: ['oslo-9\\*'] },
    ]);
  });

  it('of a link takes back no silence that covers more', async () => {
    const { addSilence } = await import('../../../src/lib/app/silences.ts');
    const match = { hubs: ['hub-fleet-01'], sites: null, devices: null };
    await addSilence(one.app, { match, forMs: 3_600_000, by: 'x', reason: 'all' }, one.nowMs, one.log);
    const shown = await page(one, token);
    expect(shown.text).toMatch(/Silenced until 11:07 by x/);
    expect(shown.form('end-silence')).toBeUndefined();
  });

  it('ticks off a step for everybody, and takes that back', async () => {
    one.diagnose = async () => ({
      ...(await import('../../simulation/edges.ts')).nothingFound,
      steps: ['Look at the fuse.\n  Twice'],
    });
    await one.at('9m').receive(connected('oslo-5', at('8m'), 1), disconnected('oslo-5', at('9m'), 2));
    await one.at('15m').evaluate();
    await one.deliverAll();
    const shown = await page(one, token);
    expect(await press(one, shown, 'step', {}, token)).toEqual(done('ticked'));
    expect((await page(one, tokenFor('manager'))).text).toMatch(
      /Look at the fuse. Twice Done: the link sent to operators/,
    );
    expect(await press(one, shown, 'step', {}, token)).toEqual(stale);
    expect(await press(one, await page(one, token), 'step', {}, token)).toEqual(done('unticked'));
    const other = await page(one, token);
    expect(await press(one, other, 'step', { step: 'something%20else' }, token)).toEqual(stale);
  });

  it('keeps a note once, however often it is sent', async () => {
    const form = await page(one, token);
    expect(await press(one, form, 'note', { text: 'line 1\r\nline 2', name: 'Kari' }, token)).toEqual(
      done('noted'),
    );
    for (const text of ['line 1\r\nline 2', 'something else'])
      expect(await press(one, form, 'note', { text }, token)).toEqual(stale);
    const { text } = await page(one, token);
    expect(text.match(/line 1 line 2 Kari \(the link sent to operators\)/g)).toHaveLength(1);
    expect(text).not.toContain('something else');
    expect(await press(one, await page(one, token), 'note', { text: ' \n ' }, token)).toEqual(done('empty'));
  });

  it('on an old page changes nothing, and the page says what is true', async () => {
    const [first, second] = [await page(one, token), await page(one, tokenFor('manager'))];
    await press(one, first, 'acknowledge', { name: 'Ola Nordmann' }, token);
    expect(await press(one, second, 'acknowledge', { name: 'Kari' }, tokenFor('manager'))).toEqual(stale);
    expect((await page(one, token, 'stale')).text).toMatch(
      /Ola Nordmann \(the link sent to operators\) already has this until 14:07\. .*Nothing was changed/,
    );
  });

  it('that is sent again changes nothing, whatever has happened since', async () => {
    const form = await page(one, token);
    await press(one, form, 'acknowledge', {}, token);
    await press(one, await page(one, token), 'take-back', {}, token);
    expect(await press(one, form, 'acknowledge', {}, token)).toEqual(stale);
    await press(one, await page(one, token), 'silence', {}, token);
    await press(one, await page(one, token), 'end-silence', {}, token);
    expect(await press(one, form, 'silence', {}, token)).toEqual(stale);
    expect((await page(one, token)).text).toContain('Nobody has this yet');
  });

  it.each(['acknowledge', 'silence'] as const)(
    'on two phones at the same moment: one does it, the other hears of it (%s)',
    async (action) => {
      const other = new Instance(config, one.rows, url).at('7m');
      const links = [token, tokenFor('manager')] as const;
      const pages = [await page(one, links[0]), await page(other, links[1])] as const;
      const answers = await Promise.all([
        press(one, pages[0], action, {}, links[0]),
        press(other, pages[1], action, {}, links[1]),
      ]);
      expect(answers.map((answer) => answer.kind === 'said' && answer.said).sort()).toEqual(
        [action === 'silence' ? 'silenced' : 'acknowledged', 'stale'].sort(),
      );
      const { silences } = (await one.app.latest()).rules.controls;
      expect(silences).toHaveLength(action === 'silence' ? 1 : 0);
    },
  );

  it('on a page that lay open for more than a day changes nothing', async () => {
    const form = await page(one, token);
    expect(await press(one.at('24h8m'), form, 'acknowledge', {}, token)).toEqual(stale);
  });

  it.each(['acknowledge', 'silence', 'step'] as const)('on what is over says so (%s)', async (action) => {
    one.diagnose = async () => ({
      ...(await import('../../simulation/edges.ts')).nothingFound,
      steps: ['Look.'],
    });
    const other = new Instance(config, undefined, url);
    other.diagnose = one.diagnose;
    await lose(other, 'hub-fleet-01|site|oslo', 'oslo-0', 'oslo-1');
    one = other;
    token = tokenFor('operators');
    const form = await page(one, token);
    await recover('oslo-0', 'oslo-1');
    expect(await press(one, form, action, {}, token)).toEqual(done('over'));
    expect((await page(one, token, 'over')).text).toContain(
      'This is over since 10:22, so nothing was changed.',
    );
  });

  it.each([
    ['without its token', (fields: URLSearchParams) => fields.delete('form')],
    ['with half of it', (fields: URLSearchParams) => fields.set('form', fields.get('form')!.slice(0, -2))],
    ['with the link itself', (fields: URLSearchParams) => fields.set('form', token)],
  ])('%s is forbidden', async (_how, spoil) => {
    const form = await page(one, token);
    const fields = new URLSearchParams(form.form('acknowledge'));
    spoil(fields);
    const spoilt = { ...form, form: () => fields };
    expect(await press(one, spoilt, 'acknowledge', {}, token)).toEqual(forbidden);
    expect((await page(one, token)).text).toContain('Nobody has this yet');
  });

  it('with the token of another link or of another form is forbidden', async () => {
    const [own, others] = [await page(one, token), await page(one, tokenFor('manager'))];
    expect(await press(one, others, 'acknowledge', {}, token)).toEqual(forbidden);
    const swapped = { ...own, form: () => own.form('silence') };
    expect(await press(one, swapped, 'acknowledge', {}, token)).toEqual(forbidden);
  });

  it.each([
    ['a time that is not offered', 'acknowledge', { for: '48h' }],
    [
      'a longer time for an acknowledgement than there is',
      'acknowledge',
      { for: silenceChoices.at(-1)!.value },
    ],
    ['a name that no field takes', 'acknowledge', { name: 'x'.repeat(500) }],
    ['a note that no field takes', 'note', { text: 'x'.repeat(5_000) }],
  ] as const)('with %s is refused, and its form is good still', async (_what, action, typed) => {
    const form = await page(one, token);
    expect(await press(one, form, action, typed, token)).toEqual({ kind: 'refused', refusal: 'invalid' });
    expect(await press(one, form, 'acknowledge', {}, token)).toEqual(done('acknowledged'));
  });

  it('by a link that does not open does nothing', async () => {
    const form = await page(one, token);
    expect(await press(one, form, 'acknowledge', {}, `${token}x`)).toEqual({
      kind: 'refused',
      refusal: 'unknown',
    });
    await rotateKeys(one);
    expect(await press(one.at('8m'), form, 'acknowledge', {}, token)).toEqual({
      kind: 'refused',
      refusal: 'ended',
    });
  });

  it('gives a name no more than its hundred characters, and no power over the text around it', async () => {
    const name = `\u202E${'n'.repeat(39)}`;
    await press(one, await page(one, token), 'acknowledge', { name }, token);
    const { html } = await page(one, token);
    expect(html).toContain(`<bdi>\uFFFD${'n'.repeat(39)} (the link sent to operators)</bdi>`);
  });
});
