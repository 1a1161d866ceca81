import { expect, it } from 'vitest';
import { contactSpans } from '../../../src/lib/device/contact.ts';
import type { RecordedEvent } from '../../../src/lib/device/recentEvents.ts';

const event = (
  atMs: number,
  kind: RecordedEvent['kind'],
  effect: RecordedEvent['effect'] = 'lost',
): RecordedEvent => ({ kind, effect, eventTimeMs: atMs, receivedAtMs: atMs, sequenceNumber: null });
const lost = (atMs: number) => event(atMs, 'disconnected');
const back = (atMs: number) => event(atMs, 'connected', 'reconnected');

it.each([
  ['nothing happened', [], 'online', 'online 100-200'],
  ['one loss', [lost(120), back(150)], 'online', 'online 100-120, offline 120-150, online 150-200'],
  ['a loss that lasts', [lost(120)], 'online', 'online 100-120, offline 120-200'],
  ['a loss from before', [lost(50), back(150)], 'online', 'offline 100-150, online 150-200'],
  ['not known before', [back(150)], 'unknown', 'unknown 100-150, online 150-200'],
  [
    'lost twice without a return',
    [lost(120), lost(140), back(150)],
    'online',
    'online 100-120, offline 120-150, online 150-200',
  ],
  [
    'a copy says nothing',
    [lost(120), event(130, 'connected', 'duplicate')],
    'online',
    'online 100-120, offline 120-200',
  ],
  [
    'an overtaken event says nothing',
    [back(120), event(110, 'disconnected', 'older')],
    'online',
    'online 100-200',
  ],
  ['what comes later is left out', [lost(250)], 'online', 'online 100-200'],
] as const)('contact: %s', (_name, events, before, expected) => {
  const spans = contactSpans(events, before, 100, 200);
  expect(spans.map(({ state, fromMs, untilMs }) => `${state} ${fromMs}-${untilMs}`).join(', ')).toBe(
    expected,
  );
});
