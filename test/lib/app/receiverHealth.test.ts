import { beforeEach, describe, expect, it } from 'vitest';
import type { SendResult } from '../../../src/lib/notify/channel.ts';
import { configOf } from '../../support/configOf.ts';
import { Crew } from '../../support/crew.ts';
import { start } from '../../support/events.ts';
import { disconnected, Instance } from '../../support/instance.ts';
import { offsetMs } from '../../support/offsetMs.ts';

const text = `
sites:
  - { id: oslo, devices: ["oslo-*"] }
  - { id: rome, devices: ["rome-*"] }
receivers:
  plant: { webhook: { url: "https://plant.example" } }
  people: { webhook: { url: "https://people.example" } }
routes:
  - to: [plant]
ops: people
`;
const config = configOf(text);
const at = (text: string) => start + offsetMs(text);
const refused: SendResult = { kind: 'failedPermanently', error: 'HTTP 401' };
const broken: SendResult = {
  kind: 'failedTemporarily',
  error: 'HTTP 503',
  retryAfterMs: null,
  outcomeUnknown: false,
  timedOut: false,
};

let one: Instance;
let two: Instance;
let crew: Crew;
beforeEach(() => {
  one = new Instance(config);
  two = new Instance(config, one.rows);
  crew = new Crew(one, two);
});

/** A device of each of these sites is lost; both instances work until then. */
async function lose(sites: readonly string[], when: string): Promise<void> {
  await crew.until(when);
  for (const site of sites) await one.receive(disconnected(`${site}-1`, at(when), 1));
}

function answers(result: SendResult): void {
  for (const instance of [one, two]) {
    instance.answer = (message) => (message.receiver === 'plant' ? result : { kind: 'sent' });
  }
}

const told = () => [...one.announced, ...two.announced].map(({ summary }) => summary);

describe('a receiver that refuses', () => {
  it('is told to ops once, for all its notices, and once that it works again', async () => {
    answers(refused);
    await lose(['oslo', 'rome'], '0s');
    await crew.until('10m');
    expect(told()).toEqual(['plant cannot be told: HTTP 401']);
    answers({ kind: 'sent' });
    await lose(['bonn', 'bern'], '11m');
    await crew.until('30m');
    expect(told().slice(1)).toEqual(['plant can be told again']);
  });

  it('is told anew when it fails anew', async () => {
    for (const [n, result] of [refused, { kind: 'sent' } as const, refused].entries()) {
      answers(result);
      await lose([`site${n}`], `${n * 20}m`);
      await crew.until(`${n * 20 + 19}m`);
    }
    expect(told()).toEqual([
      'plant cannot be told: HTTP 401',
      'plant can be told again',
      'plant cannot be told: HTTP 401',
    ]);
    expect(new Set(one.announced.map(({ id }) => id)).size).toBe(one.announced.length);
  });
});

describe('a receiver that does not answer', () => {
  it('fails after fallbackAfter, and not before', async () => {
    answers(broken);
    await lose(['oslo'], '0s');
    await crew.until('10m');
    expect(told()).toEqual([]);
    await crew.until('20m');
    expect(told()).toEqual(['plant cannot be told: HTTP 503']);
  });

  it('for a moment is no news', async () => {
    answers(broken);
    await lose(['oslo'], '0s');
    await crew.until('6m');
    answers({ kind: 'sent' });
    await crew.until('20m');
    expect(told()).toEqual([]);
  });
});

it('ops is told nothing about itself', async () => {
  const rules = configOf(text.replace('ops: people', 'ops: plant'));
  one = new Instance(rules);
  two = new Instance(rules, one.rows);
  crew = new Crew(one, two);
  answers(refused);
  await lose(['oslo'], '0s');
  await crew.until('20m');
  expect(told()).toEqual([]);
});
