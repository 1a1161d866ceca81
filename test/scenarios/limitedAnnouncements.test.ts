import { expect, it } from 'vitest';
import { leftByHand } from '../../src/lib/notify/receiverNews.ts';
import { configOf, osloConfig } from '../support/configOf.ts';
import { Crew } from '../support/crew.ts';
import { start } from '../support/events.ts';
import { disconnected, Instance } from '../support/instance.ts';
import { offsetMs } from '../support/offsetMs.ts';

const at = (text: string) => start + offsetMs(text);

/** An instance that was blind until 15m, of which `operators` is to hear. */
async function blind(): Promise<{ one: Instance; crew: Crew }> {
  const one = new Instance(configOf(`${osloConfig}\nops: operators\n`));
  const crew = new Crew(one);
  await crew.until('1s');
  one.nowMs = at('15m');
  crew.nowMs = one.nowMs;
  return { one, crew };
}

it('what is announced waits while its receiver has asked for quiet', async () => {
  const { one, crew } = await blind();
  await one.app.receiverStates.askQuiet('operators', at('30m'));
  await crew.until('29m');
  expect(one.announced).toEqual([]);
  await crew.until('32m');
  expect(one.announced.map(({ type }) => type)).toEqual(['responder.wasBlind']);
});

it('a receiver that asks for quiet in its answer to an announcement has it for notices too', async () => {
  const { one, crew } = await blind();
  const accepts = one.answerAnnouncement;
  one.answerAnnouncement = () => ({
    kind: 'failedTemporarily',
    error: 'HTTP 429',
    retryAfterMs: 1_200_000,
    outcomeUnknown: false,
    timedOut: false,
  });
  await crew.until('17m');
  expect(one.announced).toHaveLength(1);
  one.answerAnnouncement = accepts;
  await one.receive(disconnected('oslo-1', one.nowMs, 1));
  await crew.until('34m');
  expect(one.sent).toEqual([]);
  await crew.until('40m');
  expect(one.sent).toHaveLength(1);
});

it('what is announced counts under the limit of its receiver', async () => {
  const { one, crew } = await blind();
  one.pacingOf = () => ({
    merges: false,
    limits: [{ name: 'operators', rates: [{ count: 1, windowMs: offsetMs('1h') }], weight: 1 }],
  });
  await crew.until('17m');
  expect(one.announced).toHaveLength(1);
  await one.receive(disconnected('oslo-1', one.nowMs, 1));
  await crew.until('1h');
  expect(one.sent).toEqual([]);
  await crew.until('2h');
  expect(one.sent).toHaveLength(1);
});

it('news of the same thing keep their order while they wait for a limit', async () => {
  const one = new Instance(configOf(`${osloConfig}\nops: operators\n`));
  const crew = new Crew(one);
  one.pacingOf = () => ({
    merges: false,
    limits: [{ name: 'operators', rates: [{ count: 1, windowMs: offsetMs('1h') }], weight: 1 }],
  });
  for (const minute of [0, 1, 2]) {
    await one.app.announcements.add(
      leftByHand(`ntc_${minute}`, 'page', 'close it'),
      'operators',
      at(`${minute}m`),
    );
  }
  await crew.until('4h');
  expect(one.announced.map(({ id }) => id)).toEqual(['hand_ntc_0', 'hand_ntc_1', 'hand_ntc_2']);
});
