import { isAnnouncement, type OutgoingMessage } from '../../message.ts';
import { type Email, renderEmail } from './render.ts';
import { announcementEmail } from './renderAnnouncement.ts';

/** The mail for a message, without its addresses. */
export function bodyOf(message: OutgoingMessage, receiver: string): Email {
  return isAnnouncement(message) ? announcementEmail(message, receiver) : renderEmail(message);
}
