import type { Announcement } from '../notify/announcement.ts';
import type { SendResult } from '../notify/channel.ts';
import type { Receiver } from '../policy/receiver.ts';
import type { App } from './app.ts';
import { takeTurn } from './turns.ts';

/** `wait`: nothing was sent, because the receiver has asked for quiet or its limit lets nothing through until then. */
export type Announced =
  | SendResult
  | { readonly kind: 'wait'; readonly untilMs: number; readonly why: 'asked for' | 'limit' };

/** Sends an announcement under the same quiet and limits as the notices to that receiver. */
export async function announceTo(
  app: App,
  announcement: Announcement,
  receiver: Receiver,
): Promise<Announced> {
  const { quietUntilMs } = await app.receiverStates.look(receiver.name);
  if (quietUntilMs > app.now()) return { kind: 'wait', untilMs: quietUntilMs, why: 'asked for' };
  const turn = await takeTurn(app, receiver, false);
  if (turn.kind === 'wait') return { ...turn, why: 'limit' };
  const result = await app.channels.send(announcement, receiver, app.now());
  if (result.kind === 'failedTemporarily' && result.retryAfterMs !== null) {
    await app.receiverStates.askQuiet(receiver.name, app.now() + result.retryAfterMs);
  }
  return result;
}
