import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { deliverySlots } from '../../src/lib/app/createApp.ts';

it('deliveries share as many slots as the host gives an instance', () => {
  const host = JSON.parse(readFileSync(new URL('../../host.json', import.meta.url), 'utf8'));
  const { batchSize, newBatchThreshold } = host.extensions.queues;
  expect(deliverySlots).toBe(batchSize + newBatchThreshold);
});
