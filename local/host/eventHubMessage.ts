import * as z from 'zod';
import type { TypedData } from './coreTypes.ts';
import type { TriggerInput } from './invoke.ts';

/**
 * One element of a POST, as the REST API of Event Hubs takes it ("Send batch events"). `SystemProperties` are ours: in
 * Azure nobody but IoT Hub and the service sets them.
 */
const sentMessage = z.object({
  Body: z.unknown(),
  UserProperties: z.record(z.string(), z.unknown()).default({}),
  SystemProperties: z.record(z.string(), z.unknown()).default({}),
  BrokerProperties: z.object({ PartitionKey: z.string().optional() }).default({}),
});

/** A message in a partition. */
export type StoredMessage = {
  readonly text: string;
  readonly properties: Readonly<Record<string, unknown>>;
  readonly systemProperties: Readonly<Record<string, unknown>>;
  readonly partitionKey: string | null;
  readonly sequenceNumber: number;
  readonly enqueuedAt: Date;
};

export type SentMessage = Omit<StoredMessage, 'sequenceNumber' | 'enqueuedAt'>;

/** The messages of a POST, or what is wrong with it. */
export function readSentMessages(body: string): SentMessage[] | string {
  let content: unknown;
  try {
    content = JSON.parse(body);
  } catch {
    return 'is not JSON';
  }
  const sent = z.array(sentMessage).safeParse(content);
  if (!sent.success) return z.prettifyError(sent.error);
  return sent.data.map(({ Body, UserProperties, SystemProperties, BrokerProperties }) => ({
    // A body of text is taken as it is, so that one that is no JSON can be sent.
    text: typeof Body === 'string' ? Body : JSON.stringify(Body ?? null),
    properties: UserProperties,
    systemProperties: SystemProperties,
    partitionKey: BrokerProperties.PartitionKey ?? null,
  }));
}

/** A batch as the extension hands it over: the texts, and beside them arrays with one entry for each. */
export function batchInput(partition: number, batch: readonly StoredMessage[]): TriggerInput {
  const json = (value: unknown): TypedData => ({ json: JSON.stringify(value) });
  return {
    data: { collectionString: { string: batch.map(({ text }) => text) } },
    triggerMetadata: {
      PartitionContext: json({ PartitionId: String(partition) }),
      PartitionKeyArray: json(batch.map(({ partitionKey }) => partitionKey)),
      OffsetArray: json(batch.map(({ sequenceNumber }) => String(sequenceNumber * 100))),
      SequenceNumberArray: json(batch.map(({ sequenceNumber }) => sequenceNumber)),
      EnqueuedTimeUtcArray: json(batch.map(({ enqueuedAt }) => enqueuedAt.toISOString())),
      PropertiesArray: json(batch.map(({ properties }) => properties)),
      SystemPropertiesArray: json(
        batch.map(({ systemProperties, sequenceNumber, enqueuedAt, partitionKey }) => ({
          ...systemProperties,
          'x-opt-sequence-number': sequenceNumber,
          'x-opt-enqueued-time': enqueuedAt.toISOString(),
          ...(partitionKey !== null && { 'x-opt-partition-key': partitionKey }),
        })),
      ),
    },
  };
}
