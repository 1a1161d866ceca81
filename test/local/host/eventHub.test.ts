import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type RetryOptions, startEventHub } from '../../../local/host/eventHub.ts';
import { readSentMessages } from '../../../local/host/eventHubMessage.ts';
import type { TriggerInput } from '../../../local/host/invoke.ts';

const message = (text: string) => ({
  text,
  properties: { text },
  systemProperties: { 'iothub-message-source': 'x' },
  partitionKey: 'one',
});

const textsOf = ({ data }: TriggerInput) => data.collectionString?.string ?? [];
const metadataOf = ({ triggerMetadata }: TriggerInput, name: string) =>
  JSON.parse(triggerMetadata?.[name]?.json ?? 'null');

/** A hub whose function fails as often as `failures` says. */
function hub(failures: number, retry?: RetryOptions) {
  const batches: TriggerInput[] = [];
  const started = startEventHub({
    maxBatchSize: 2,
    retry,
    run: async (input) => batches.push(input) > failures,
  });
  onTestFinished(() => started.stop(0));
  return { started, batches };
}

async function seen(batches: readonly TriggerInput[], count: number): Promise<(readonly string[])[]> {
  for (let look = 0; batches.length < count && look < 100; look++) await sleep(5);
  await sleep(10);
  return batches.map(textsOf);
}

describe('a partition', () => {
  it('is handed over in order, in batches, with an entry of each kind beside each message', async () => {
    const { started, batches } = hub(0);
    started.send(['a', 'b', 'c'].map(message));
    expect(await seen(batches, 2)).toEqual([['a', 'b'], ['c']]);
    expect(metadataOf(batches[0]!, 'PropertiesArray')).toEqual([{ text: 'a' }, { text: 'b' }]);
    expect(metadataOf(batches[0]!, 'SystemPropertiesArray')[1]).toMatchObject({
      'iothub-message-source': 'x',
      'x-opt-sequence-number': 1,
    });
    expect(metadataOf(batches[1]!, 'SequenceNumberArray')).toEqual([2]);
  });

  it('moves on after a failure, as the real one does', async () => {
    const { started, batches } = hub(1);
    started.send(['a', 'b', 'c'].map(message));
    expect(await seen(batches, 2)).toEqual([['a', 'b'], ['c']]);
  });

  it('repeats a batch as often as its retry says, and reads no further meanwhile', async () => {
    const { started, batches } = hub(2, { maxRetryCount: -1, firstMs: 1, longestMs: 2 });
    started.send(['a', 'b', 'c'].map(message));
    expect(await seen(batches, 4)).toEqual([['a', 'b'], ['a', 'b'], ['a', 'b'], ['c']]);
  });
});

describe('what is sent', () => {
  it('is read as the REST API of Event Hubs has it', () => {
    const sent = readSentMessages(
      JSON.stringify([{ Body: 'text', UserProperties: { a: 1 } }, { Body: { b: 2 } }]),
    );
    expect(sent).toMatchObject([
      { text: 'text', properties: { a: 1 }, partitionKey: null },
      { text: '{"b":2}', properties: {} },
    ]);
  });

  it.each(['{', '{}', '[7]'])('is refused: %s', (body) => {
    expect(readSentMessages(body)).toEqual(expect.any(String));
  });
});
