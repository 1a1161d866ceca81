import type { ChannelSettings, Receiver } from '../../src/lib/policy/receiver.ts';

/** A receiver with that channel and nothing else of its own. */
export function receiverWith<Settings extends ChannelSettings>(
  name: string,
  channel: Settings,
  timeoutMs: number,
): Receiver<Settings> {
  return {
    name,
    channel,
    fallback: null,
    fallbackAfterMs: 300_000,
    testEveryMs: null,
    rateLimit: null,
    tellAcknowledgements: false,
    delivery: { timeoutMs, retryFirstMs: 5_000, retryMaxMs: 900_000, giveUpAfterMs: 86_400_000 },
  };
}
