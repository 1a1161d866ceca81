import { expect, it } from 'vitest';
import { dropPolicyOf } from '../../../src/lib/hubWatch/dropPolicyOf.ts';
import { configOf } from '../../support/configOf.ts';
import { hubResourceId } from '../../support/events.ts';
import { offsetMs } from '../../support/offsetMs.ts';

/** Of a hub that drops by 10 %, with these holds: the general one and those of overrides. */
function policyWith(general: string, ...overrides: readonly string[]) {
  const rules = configOf(`
hubs: [{ resourceId: "${hubResourceId}", dropShare: 10%, dropAtLeast: 7 }]
policy: { offlineAfter: ${general} }
overrides: [${overrides.map((hold) => `{ devices: ["*"], policy: { offlineAfter: ${hold} } }`)}]
receivers: { on-call: { email: { to: ["a@b.example"] } } }
routes: [{ to: [on-call] }]
`);
  return dropPolicyOf(rules, rules.hubs[0]!);
}

it('a drop is told from the hub’s own share and number on', () => {
  expect(policyWith('5m')).toMatchObject({ dropShare: 0.1, dropAtLeast: 7 });
});

it.each([
  { rule: 'the hold, and two minutes for events that are late', holds: ['5m'], confirm: '7m' },
  { rule: 'the longest hold of the file', holds: ['5m', '1m', '20m', '2m'], confirm: '22m' },
  { rule: 'an hour at most', holds: ['5m', '4h'], confirm: '62m' },
])('it must outlast $rule', ({ holds: [general = '', ...overrides], confirm }) => {
  expect(policyWith(general, ...overrides).confirmAfterMs).toBe(offsetMs(confirm));
});
