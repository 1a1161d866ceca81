import { isAnnouncement, isDigest, type OutgoingMessage } from '../../message.ts';
import { type Email, renderEmail } from './render.ts';
import { announcementEmail } from './renderAnnouncement.ts';
import { digestEmail } from './renderDigest.ts';

/** The mail for a message, without its addresses. */
export function bodyOf(message: OutgoingMessage, receiver: string): Email {
  if (isAnnouncement(message)) return announcementEmail(message, receiver);
  return isDigest(message) ? digestEmail(message) : renderEmail(message);
}
