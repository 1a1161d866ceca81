import { isStorageFault } from '../store/storageFault.ts';
import type { Log } from '../telemetry/log.ts';
import { OutdatedRulesError } from './app.ts';

/** When a message that met a storage fault comes again. */
const afterFaultMs = 10_000;

/** When a message that needs newer rules comes again, to this instance or to another. */
const afterOutdatedMs = 3_000;

/**
 * Does a message's work. A storage that fails for longer than five attempts take would send a good message to the
 * poison queue, and so would rules that are slow to come; such a message is sent once more instead, for later. When
 * that fails too, the host tries it again.
 */
export async function requeueOnStorageFault(
  work: () => Promise<void>,
  sendAgain: (delayMs: number) => Promise<void>,
  log: Log,
): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (error instanceof OutdatedRulesError) {
      await sendAgain(afterOutdatedMs);
      log.info('rules outdated, message requeued', {});
    } else if (isStorageFault(error)) {
      await sendAgain(afterFaultMs);
      log.warn('storage fault, message requeued', { error: describe(error) });
    } else throw error;
  }
}

/** A fault without a body has no words of its own. */
function describe(error: unknown): string {
  const { statusCode, code, message } = error as { statusCode?: number; code?: string; message?: string };
  return [statusCode && `HTTP ${statusCode}`, code, message].filter(Boolean).join(' ').slice(0, 200);
}
