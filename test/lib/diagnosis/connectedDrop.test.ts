import { describe, expect, it } from 'vitest';
import { connectedDrop } from '../../../src/lib/diagnosis/connectedDrop.ts';

const nowMs = Date.parse('2026-03-04T09:20:00Z');
const minutes = (from: number, to: number, devices: number) =>
  Array.from({ length: from - to + 1 }, (_, index) => ({ atMs: nowMs - (from - index) * 60_000, devices }));

describe('connectedDrop', () => {
  it('tells a drop that the events do not account for', () => {
    const drop = connectedDrop([...minutes(70, 10, 1000), ...minutes(9, 2, 600)], 12, nowMs);
    expect(drop?.says).toBe(
      'The hub reports 400 fewer connected devices than an hour ago; we have events for 12.',
    );
  });

  it.each([
    ['the events explain it', [...minutes(70, 10, 1000), ...minutes(9, 2, 600)], 400],
    ['it is small', [...minutes(70, 10, 1000), ...minutes(9, 2, 930)], 0],
    ['a small fleet lost a few', [...minutes(70, 10, 8), ...minutes(9, 2, 4)], 0],
    ['there are more now', [...minutes(70, 10, 600), ...minutes(9, 2, 1000)], 0],
    ['the newest sample is old', minutes(70, 30, 1000), 0],
    ['there is no sample of an hour ago', minutes(9, 2, 600), 0],
    ['there is no sample', [], 0],
  ])('tells nothing when %s', (_, samples, eventsFor) => {
    expect(connectedDrop(samples, eventsFor, nowMs)).toBeNull();
  });

  it('does not depend on the order of the samples', () => {
    const samples = [...minutes(70, 10, 1000), ...minutes(9, 2, 600)];
    expect(connectedDrop(samples.toReversed(), 12, nowMs)).toEqual(connectedDrop(samples, 12, nowMs));
  });
});
