import fc from 'fast-check';
import { expect, it } from 'vitest';
import { configOf, osloConfig } from '../../support/configOf.ts';
import { type Arrival, applied, believedAt, created, deleted, down, up } from '../../support/deviceEvents.ts';
import { start } from '../../support/events.ts';

const { policy } = configOf(osloConfig);

/** A device's true history: changes a while apart, in which it may be deleted and made anew. */
const history = fc
  .array(
    fc.record({
      kind: fc.oneof(
        { weight: 8, arbitrary: fc.constant('change' as const) },
        { weight: 2, arbitrary: fc.constant('hidden' as const) },
        { weight: 2, arbitrary: fc.constant('delete' as const) },
        { weight: 1, arbitrary: fc.constant('create' as const) },
      ),
      afterS: fc.integer({ min: 1, max: 900 }),
    }),
    { minLength: 1, maxLength: 10 },
  )
  .map((changes) => {
    let [atS, sequence, connected, gone] = [0, 1, true, false];
    const arrivals: Arrival[] = [up(1, '0s')];
    for (const { kind, afterS } of changes) {
      atS += afterS;
      const at = `${atS}s`;
      if (kind === 'delete' && !gone) {
        arrivals.push(deleted(at));
        gone = true;
      } else if (kind === 'create' && gone) {
        arrivals.push(created(at));
        [gone, connected] = [false, true];
      } else if (kind === 'change' || kind === 'hidden') {
        connected = gone || (kind === 'hidden' ? connected : !connected);
        gone = false;
        sequence += 1;
        arrivals.push(connected ? up(sequence, at) : down(sequence, at));
      }
    }
    return { arrivals, truth: gone ? 'deleted' : connected ? 'online' : 'offline' };
  });

it('comes to the same belief, the true one, by any shuffle and duplication of the same events', () => {
  const shuffled = history.chain(({ arrivals, truth }) =>
    fc.record({
      truth: fc.constant(truth),
      arrivals: fc
        .shuffledSubarray(arrivals, { minLength: arrivals.length })
        .chain((all) =>
          fc
            .shuffledSubarray(arrivals)
            .chain((copies) => fc.tuple(fc.constant([...all, ...copies]), fc.integer({ min: 0, max: 60 }))),
        ),
    }),
  );
  fc.assert(
    fc.property(shuffled, ({ truth, arrivals: [arrivals, gapS] }) => {
      const late = arrivals.map((one, index) => ({
        ...one,
        receivedAtMs: Math.max(one.receivedAtMs, start + index * gapS * 1000),
      }));
      const settled = believedAt(applied(late, policy).device, '1d', policy);
      expect(settled.deleted || !settled.flapping).toBe(true);
      expect(settled.deleted ? 'deleted' : settled.phase).toBe(truth);
    }),
    { numRuns: 3_000 },
  );
});
