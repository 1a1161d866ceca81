import { describe, expect, it } from 'vitest';
import { acknowledge } from '../../src/lib/app/acknowledge.ts';
import { addNote } from '../../src/lib/app/notes.ts';
import { sweep } from '../../src/lib/app/sweep.ts';
import type { OpenIncident } from '../../src/lib/notify/shiftDigest.ts';
import { accepts, isBusy } from '../support/answers.ts';
import { configOf } from '../support/configOf.ts';
import { Crew } from '../support/crew.ts';
import { start } from '../support/events.ts';
import { connected, disconnected, Instance } from '../support/instance.ts';
import { createMemoryRows } from '../support/memoryRows.ts';
import { offsetMs } from '../support/offsetMs.ts';

// The stories begin at 10:00 by the clock of Oslo.
const config = (more = '') =>
  configOf(`
sites:
  - { id: oslo, name: Oslo plant, timeZone: Europe/Oslo, devices: ["oslo-*"] }
receivers:
  operators: { webhook: { url: "https://operators.example" }, fallback: lead }
  lead: { webhook: { url: "https://lead.example" } }
routes: [{ to: [operators] }]
digest: [{ sites: [oslo], at: ["06:00", "14:00", "22:00"], to: [operators] }]
selfWatch: { blindAfter: 100d }
${more}`);

const at = (text: string) => start + offsetMs(text);
const digests = (...instances: readonly Instance[]) =>
  instances.flatMap(({ announced }) => announced.filter(({ type }) => type === 'shift.digest'));

/** Runs the sweep at each of these minutes. */
async function sweeps(one: Instance, ...times: readonly string[]): Promise<void> {
  for (const time of times) {
    one.nowMs = at(time);
    await sweep(one.app, one.nowMs, one.log);
  }
}

describe('at the change of shift', () => {
  it('one line says that all is well, once, within two minutes', async () => {
    const one = new Instance(config());
    const crew = new Crew(one);
    await crew.until('3h59m');
    expect(digests(one)).toEqual([]);
    await crew.until('4h2m');
    expect(digests(one)).toMatchObject([
      {
        over: true,
        summary: 'Oslo plant: all well at the change of shift, Wed 4 Mar 2026, 14:00',
        explanation: [],
        problems: [],
        sections: [],
      },
    ]);
    await crew.until('12h2m');
    expect(digests(one).map(({ summary }) => summary.slice(-5))).toEqual(['14:00', '22:00']);
    expect(crew.errors).toEqual([]);
  });

  it('says what is open, silenced, about to end, and was noted', async () => {
    const one = new Instance(
      config(
        'maintenance: [{ name: Press, match: { devices: ["oslo-press-*"] }, from: "2026-03-04T10:00", until: "2026-03-04T16:00", timeZone: Europe/Oslo, returnGrace: 1s }]',
      ),
    );
    const crew = new Crew(one);
    const names = ['oslo-1', 'oslo-2', 'oslo-3', 'oslo-4', 'oslo-press-7'];
    await one.receive(...names.map((name) => connected(name, at('1s'), 1)));
    await crew.until('5m');
    await one.receive(disconnected('oslo-1', at('5m'), 2), disconnected('oslo-press-7', at('5m'), 2));
    await crew.until('1h');
    const [{ incidentId }] = (await one.app.list.openItems()) as [OpenIncident];
    const given = { by: 'Kari', forMs: offsetMs('4h'), note: null };
    await acknowledge(one.app, incidentId, given, at('2h'), one.log);
    await addNote(one.app, incidentId, { by: 'Kari', text: 'changed the fuse' }, at('2h'), one.log);
    await crew.until('4h2m');
    const [digest] = digests(one);
    expect(digest).toMatchObject({
      over: false,
      summary:
        'Oslo plant: 1 incident open, 1 silenced but down at the change of shift, Wed 4 Mar 2026, 14:00',
    });
    expect(digest?.sections).toEqual([
      { title: 'Open', lines: ['Oslo plant: 1 of 5 devices offline, since 10:10: oslo-1'] },
      { title: 'Silenced, but down', lines: ['until 16:00: oslo-press-7'] },
      {
        title: 'Acknowledgements that end in this shift',
        lines: ['16:00: Kari has it until then: Oslo plant: 1 of 5 devices offline'],
      },
      { title: 'Notes of the last shift', lines: ['12:00, Kari: changed the fuse'] },
    ]);
    await crew.until('12h2m');
    expect(digests(one)[1]?.sections?.map(({ title }) => title)).toEqual(['Open']);
  });

  it('names what comes and goes', async () => {
    const one = new Instance(config());
    const crew = new Crew(one);
    await one.receive(...['oslo-1', 'oslo-2'].map((name) => connected(name, at('1s'), 1)));
    for (let turn = 0; turn < 30; turn++) {
      const minutes = 215 + turn;
      await crew.until(`${minutes}m`);
      const event = turn % 2 === 0 ? disconnected : connected;
      await one.receive(event('oslo-1', at(`${minutes}m`), turn + 2));
    }
    await crew.until('4h2m');
    expect(digests(one)[0]?.summary).toContain('1 incident open, 1 device coming and going');
    expect(digests(one)[0]?.sections).toContainEqual({ title: 'Coming and going', lines: ['oslo-1'] });
  });

  it('a change before the digest was configured is not told', async () => {
    const one = new Instance(config());
    await sweeps(one, '4h1m', '4h2m');
    expect(digests(one)).toEqual([]);
  });

  it('a digest that was missed is told late, with the time of the look', async () => {
    const one = new Instance(config());
    await sweeps(one, '3h', '6h', '6h1m');
    expect(digests(one).map(({ summary }) => summary)).toEqual([
      'Oslo plant: all well at the change of shift, Wed 4 Mar 2026, 14:00, as of 16:00',
    ]);
  });

  it('a receiver that cannot be told hears it later, until the shift is over, and nobody in its place', async () => {
    const one = new Instance(config('ops: lead'));
    one.answerAnnouncement = ({ type }) => (type === 'shift.digest' ? isBusy.result : accepts.result);
    const crew = new Crew(one);
    await crew.until('12h');
    const ids = new Set(digests(one).map(({ id }) => id));
    expect(ids.size).toBe(1);
    one.answerAnnouncement = () => ({ kind: 'sent' });
    one.announced.splice(0);
    await crew.until('13h');
    expect(digests(one).map(({ summary }) => summary.slice(-5))).toEqual(['22:00']);
  });
});

describe('never twice', () => {
  it('by two instances that look at the same moment', async () => {
    const rows = createMemoryRows();
    const [one, two] = [new Instance(config(), rows), new Instance(config(), rows)];
    await sweeps(one, '3h59m30s');
    for (const time of ['4h', '4h1m', '4h2m']) {
      await Promise.all([sweeps(one, time), sweeps(two, time)]);
    }
    expect(digests(one, two)).toHaveLength(1);
  });

  it('wherever an instance dies; only between sending and recording it is repeated, under its id', async () => {
    const undisturbed = new Instance(config());
    await sweeps(undisturbed, '3h59m');
    const before = undisturbed.callCount;
    await sweeps(undisturbed, '4h');
    const calls = undisturbed.callCount - before;
    for (let call = 1; call <= calls; call++) {
      const rows = createMemoryRows();
      const dying = new Instance(config(), rows);
      await sweeps(dying, '3h59m');
      dying.diesAt = dying.callCount + call;
      await Promise.race([sweeps(dying, '4h'), dying.death]);
      const next = new Instance(config(), rows);
      await sweeps(next, '4h1m', '4h2m', '4h3m');
      const told = digests(dying, next);
      expect(told.length, `dies before call ${call}`).toBeGreaterThanOrEqual(1);
      expect(new Set(told.map(({ id }) => id)).size, `dies before call ${call}`).toBe(1);
      expect(digests(next).length).toBeLessThanOrEqual(1);
      if (digests(dying).length === 0) expect(told).toHaveLength(1);
    }
  });

  it('to eighty receivers each has its own', async () => {
    const names = Array.from({ length: 80 }, (_, n) => `crew-${n}`);
    const one = new Instance(
      configOf(`
sites: [{ id: oslo, devices: ["oslo-*"] }]
receivers:
${names.map((name) => `  ${name}: { webhook: { url: "https://${name}.example" } }`).join('\n')}
routes: [{ to: [crew-0] }]
digest: [{ sites: [oslo], at: ["14:00"], to: [${names.join(', ')}] }]
selfWatch: { blindAfter: 100d }
`),
    );
    await sweeps(one, '4h59m', '5h', '5h1m');
    expect(new Set(digests(one).map(({ id }) => id)).size).toBe(80);
    expect(digests(one)).toHaveLength(80);
  });
});
