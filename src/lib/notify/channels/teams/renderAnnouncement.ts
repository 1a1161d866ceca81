import type { Announcement } from '../../announcement.ts';
import { type AdaptiveCard, cardOf, heading, list, paragraph } from './cardElements.ts';
import { type Envelope, mostThatFits } from './request.ts';

const listed = 100;
const problemChars = 300;

/** The request for something that the responder tells about itself: as much of the list as fits, and the count of the rest. */
export function announcementRequest(announcement: Announcement, envelope: Envelope): string {
  const { problems } = announcement;
  const cardWith = (shown: number) => card(announcement, problems.slice(0, shown), problems.length - shown);
  const request = mostThatFits(cardWith, 0, Math.min(listed, problems.length), envelope);
  if (request === null) throw new Error('the shortest card is too long');
  return request;
}

function card(
  { id, over, summary, explanation }: Announcement,
  problems: readonly string[],
  more: number,
): AdaptiveCard {
  return cardOf(
    summary,
    [
      {
        type: 'Container',
        style: over ? 'good' : 'warning',
        bleed: true,
        items: [paragraph(summary, { size: 'Large', weight: 'Bolder' }, 400)],
      },
      paragraph('About the responder itself, not about devices.', { isSubtle: true }),
      ...explanation.slice(0, 5).map((text) => paragraph(text)),
      ...(problems.length > 0 ? [heading('Mistakes'), list(problems, 'bullets', problemChars)] : []),
      ...(more > 0 ? [paragraph(`… and ${more} more, not listed here`, { isSubtle: true })] : []),
      paragraph(`Notice ${id}`, { size: 'Small', isSubtle: true }, 100),
    ],
    [],
  );
}
