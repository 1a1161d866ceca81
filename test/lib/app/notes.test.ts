import { beforeEach, describe, expect, it } from 'vitest';
import { getIncident } from '../../../src/lib/app/listings.ts';
import { addNote } from '../../../src/lib/app/notes.ts';
import { tickStep } from '../../../src/lib/app/tickStep.ts';
import { configOf, osloConfig } from '../../support/configOf.ts';
import { start } from '../../support/events.ts';
import { connected, disconnected, Instance } from '../../support/instance.ts';
import { offsetMs } from '../../support/offsetMs.ts';

const at = (text: string) => start + offsetMs(text);
const bothPer = `${osloConfig}  - { per: device, to: [operators] }\n`;

let one: Instance;
let sequence: number;
beforeEach(async () => {
  one = new Instance(configOf(bothPer));
  sequence = 1;
  await one.receive(...['oslo-0', 'oslo-1'].map((id) => connected(id, start, sequence++)));
});

/** A device is lost and told; answers its incident of the site, and its own. */
async function lose(device: string, when: string): Promise<{ site: string; device: string }> {
  await one.at(when).receive(disconnected(device, at(when), sequence++));
  one.nowMs += 6 * 60_000;
  await one.evaluate();
  const told = one.sent.length;
  await one.deliverAll();
  const ids = (per: string) => one.sent.slice(told).find((message) => message.per === per)!.incidentId;
  return { site: ids('site'), device: ids('device') };
}

async function mend(device: string, when: string): Promise<void> {
  await one.at(when).receive(connected(device, at(when), sequence++));
  one.nowMs += 3 * 60_000;
  await one.evaluate();
  await one.deliverAll();
  one.nowMs += 5_000;
  await one.evaluate();
}

const note = (incidentId: string, text: string, by = one) =>
  addNote(by.app, incidentId, { by: 'Kari', text }, by.nowMs, by.log);
type Shown = { readonly notes: { text: string }[]; readonly earlierNotes: { text: string }[] };
const shown = async (incidentId: string) => (await getIncident(one.app, incidentId)) as Shown;
const earlier = async (incidentId: string) => (await shown(incidentId)).earlierNotes.map(({ text }) => text);
const own = async (incidentId: string) => (await shown(incidentId)).notes.map(({ text }) => text);

describe('a note', () => {
  it('is with its incident, newest first, and in its story', async () => {
    const { site } = await lose('oslo-0', '1m');
    expect(await note(site, 'fuse 3 is out')).toMatchObject({ kind: 'done' });
    one.nowMs += 1_000;
    await note(site, `replaced it.\n${'x'.repeat(300)}`);
    expect(await own(site)).toEqual([expect.stringMatching(/^replaced it/), 'fuse 3 is out']);
    const { stored } = await one.app.fleet.loadIncident(
      { hub: 'hub-fleet-01', kind: 'site', id: 'oslo' },
      site,
    );
    const story = stored!.file.timeline.filter(({ kind }) => kind === 'note');
    expect(story[0]?.sentence).toBe('Kari noted: fuse 3 is out');
    expect(story[1]?.sentence).toHaveLength('Kari noted: '.length + 200);
  });

  it('of an incident that there is not is refused', async () => {
    expect(await note(`inc_${'x'.repeat(28)}`, 'nothing')).toEqual({ kind: 'notFound' });
  });

  it('goes with its incident into the history, and can be added there', async () => {
    const { site } = await lose('oslo-0', '1m');
    await note(site, 'before');
    await mend('oslo-0', '20m');
    one.takeCalls();
    expect(await note(site, 'after')).toMatchObject({
      kind: 'done',
      value: { file: { incident: { status: 'resolved' } } },
    });
    expect(await own(site)).toEqual(['after', 'before']);
  });

  it('beside another one in the history loses none', async () => {
    const { site } = await lose('oslo-0', '1m');
    await mend('oslo-0', '20m');
    const other = new Instance(one.app.rules, one.rows);
    other.nowMs = one.nowMs;
    let raced = false;
    one.beforeCommit = async (writes) => {
      if (raced || !writes.some(({ kind }) => kind === 'replace')) return;
      raced = true;
      await note(site, 'hers', other);
    };
    await note(site, 'his');
    expect((await own(site)).toSorted()).toEqual(['hers', 'his']);
    const next = await lose('oslo-0', '1h');
    expect((await earlier(next.site)).toSorted()).toEqual(['hers', 'his']);
  });

  it('that is added while its incident goes into the history goes with it', async () => {
    const { site } = await lose('oslo-0', '1m');
    const other = new Instance(one.app.rules, one.rows);
    await one.at('20m').receive(connected('oslo-0', at('20m'), sequence++));
    await one.at('23m').evaluate();
    await one.deliverAll();
    other.nowMs = at('23m5s');
    let raced = false;
    one.beforeCommit = async (writes) => {
      if (raced || !writes.some(({ kind, key }) => kind === 'remove' && key === `i|${site}`)) return;
      raced = true;
      await note(site, 'just in time', other);
    };
    await one.at('23m5s').evaluate();
    expect(raced).toBe(true);
    expect(await own(site)).toEqual(['just in time']);
  });

  it('of which there are many keeps the newest fifty', async () => {
    const { site } = await lose('oslo-0', '1m');
    for (let n = 0; n < 55; n++) await note(site, `note ${n}`);
    const kept = await own(site);
    expect([kept.length, kept[0], kept.at(-1)]).toEqual([50, 'note 54', 'note 5']);
  });
});

describe('the next incident', () => {
  it.each([
    { of: 'the same device', lost: 'oslo-0', on: 'device', site: [], device: ['of the device'] },
    { of: 'another device', lost: 'oslo-1', on: 'device', site: [], device: [] },
    { of: 'the same site', lost: 'oslo-1', on: 'site', site: ['of the site'], device: [] },
    {
      of: 'the same site and device',
      lost: 'oslo-0',
      on: 'site',
      site: ['of the site'],
      device: ['of the site'],
    },
  ] as const)('of $of shows what was noted of the $on', async ({ lost, on, site, device }) => {
    const first = await lose('oslo-0', '1m');
    await note(first[on], `of the ${on}`);
    await mend('oslo-0', '20m');
    const next = await lose(lost, '1h');
    const shownAtSite = on === 'device' && lost === 'oslo-0' ? ['of the device'] : site;
    expect([await earlier(next.site), await earlier(next.device)]).toEqual([shownAtSite, device]);
  });

  it('shows the last three, newest first, and what was noted after the end too', async () => {
    const first = await lose('oslo-0', '1m');
    for (const text of ['one', 'two', 'three']) {
      await note(first.site, text);
      one.nowMs += 1_000;
    }
    await mend('oslo-0', '20m');
    await note(first.site, 'four');
    const next = await lose('oslo-1', '1h');
    expect(await earlier(next.site)).toEqual(['four', 'three', 'two']);
    const { notes } = one.sent.findLast(({ incidentId }) => incidentId === next.site)!;
    expect(notes).toEqual([
      { by: 'Kari', atMs: expect.any(Number), text: 'four' },
      expect.objectContaining({ text: 'three' }),
      expect.objectContaining({ text: 'two' }),
    ]);
  });

  it('opens all the same where the notes of its place cannot be read', async () => {
    const first = await lose('oslo-0', '1m');
    await note(first.site, 'one');
    await mend('oslo-0', '20m');
    await one.rows.commit('hub-fleet-01|site|oslo', [{ kind: 'put', key: 'f|', data: 'no JSON' }]);
    const next = await lose('oslo-0', '1h');
    expect(await earlier(next.site)).toEqual([]);
    await note(next.site, 'two');
    expect(await own(next.site)).toEqual(['two']);
  });
});

describe('a step', () => {
  const tick = (incidentId: string, done: boolean, by = 'Kari') =>
    tickStep(one.app, incidentId, { step: 'Check the fuse.', by, done }, one.nowMs, one.log);
  const steps = async (incidentId: string) =>
    ((await getIncident(one.app, incidentId)) as { stepsDone: object[] }).stepsDone;

  it('that is ticked off says who and when, once, until somebody takes it back', async () => {
    const { site } = await lose('oslo-0', '1m');
    await tick(site, true);
    await tick(site, true, 'Ola');
    expect(await steps(site)).toEqual([
      { step: 'Check the fuse.', by: 'Kari', at: '2026-03-04T09:07:00.000Z' },
    ]);
    await tick(site, false, 'Ola');
    expect(await steps(site)).toEqual([]);
  });

  it('of what is over is not', async () => {
    const { site } = await lose('oslo-0', '1m');
    await mend('oslo-0', '20m');
    expect(await tick(site, true)).toEqual({ kind: 'over', atMs: at('23m') });
  });
});
