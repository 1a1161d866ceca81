import { expect, it } from 'vitest';
import { messageFault } from '../../../src/lib/store/queueMessages.ts';
import { queueNames } from '../../../src/lib/store/queues.ts';

const partition = 'hub-fleet-01|site|oslo';
const { evaluations, notices } = queueNames;

it.each([
  { rule: 'a look at a site', queue: evaluations, message: { partition } },
  {
    rule: 'a look by newer rules',
    queue: evaluations,
    message: { partition, rules: { atMs: 1, hash: 'a' } },
  },
  { rule: 'a look at a hub', queue: evaluations, message: { partition: 'hub-fleet-01|hub|hub-fleet-01' } },
  { rule: 'a notice', queue: notices, message: { partition, incident: 'inc_1', notice: 'ntc_1' } },
  {
    rule: 'a notice that came back',
    queue: notices,
    message: { partition, incident: 'inc_1', notice: 'ntc_1', sinceMs: 1_772_000_000_000 },
  },
  { rule: 'a question to the logs', queue: notices, message: { partition, askLogsFor: 'inc_1' } },
])('$rule is worked on', ({ queue, message }) => {
  expect(messageFault(queue, message)).toBeNull();
});

it.each([
  { rule: 'text', queue: evaluations, message: partition },
  { rule: 'a list', queue: evaluations, message: [{ partition }] },
  { rule: 'nothing', queue: evaluations, message: null },
  { rule: 'a look at nowhere', queue: evaluations, message: {} },
  { rule: 'a notice of nowhere', queue: notices, message: { incident: 'inc_1', notice: 'ntc_1' } },
  { rule: 'a notice of no incident', queue: notices, message: { partition, notice: 'ntc_1' } },
  { rule: 'a notice without a name', queue: notices, message: { partition, incident: 'inc_1', notice: '' } },
  { rule: 'a question about nothing', queue: notices, message: { partition, askLogsFor: '' } },
  {
    rule: 'a notice that is a question too',
    queue: notices,
    message: { partition, incident: 'inc_1', notice: 'ntc_1', askLogsFor: 'inc_1' },
  },
  {
    rule: 'a notice that has waited since no moment',
    queue: notices,
    message: { partition, incident: 'inc_1', notice: 'ntc_1', sinceMs: '2026' },
  },
  { rule: 'neither', queue: notices, message: { partition } },
])('$rule is told to be none of ours', ({ queue, message }) => {
  expect(messageFault(queue, message)).toEqual(expect.any(String));
});
