import { isStorageFault } from '../store/storageFault.ts';
import type { Log } from '../telemetry/log.ts';

/** When a message that met a storage fault comes again. */
const comeAgainAfterMs = 10_000;

/**
 * Does a message's work. A storage that fails for longer than five attempts take would send a good message to the
 * poison queue; such a message is sent once more instead, for later. When that fails too, the host tries it again.
 */
export async function sparingTheMessage(
  work: () => Promise<void>,
  sendAgain: (delayMs: number) => Promise<void>,
  log: Log,
): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!isStorageFault(error)) throw error;
    await sendAgain(comeAgainAfterMs);
    log.warn('storage failed, the message comes again', { error: describe(error) });
  }
}

/** A fault without a body has no words of its own. */
function describe(error: unknown): string {
  const { statusCode, code, message } = error as { statusCode?: number; code?: string; message?: string };
  return [statusCode && `HTTP ${statusCode}`, code, message].filter(Boolean).join(' ').slice(0, 200);
}
