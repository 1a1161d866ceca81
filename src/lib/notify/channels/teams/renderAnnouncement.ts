import { type Announcement, announcementReason } from '../../announcement.ts';
import { type AdaptiveCard, cardOf, heading, list, paragraph } from './cardElements.ts';
import { type Envelope, mostThatFits } from './request.ts';

const listed = 100;
const problemChars = 300;

/** What is shown as a headline, some words and a list; `about` is null where it is about incidents. */
type Listed = Pick<Announcement, 'id' | 'over' | 'summary' | 'explanation' | 'problems' | 'sections'> & {
  readonly type?: Announcement['type'];
  readonly about: string | null;
};

/** The request for something that the responder tells about itself: as much of the list as fits, and the count of the rest. */
export function announcementRequest(announcement: Listed, listTitle: string, envelope: Envelope): string {
  const { problems } = announcement;
  const cardWith = (shown: number) =>
    card(announcement, listTitle, problems.slice(0, shown), problems.length - shown);
  const request = mostThatFits(cardWith, 0, Math.min(listed, problems.length), envelope);
  if (request === null) throw new Error('the shortest card is too long');
  return request;
}

function card(
  { id, type = 'responder.test', about, over, summary, explanation, sections = [] }: Listed,
  listTitle: string,
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
      ...(about === null ? [] : [paragraph(announcementReason(type), { isSubtle: true })]),
      ...explanation.slice(0, 5).map((text) => paragraph(text)),
      ...(problems.length > 0 ? [heading(listTitle), list(problems, 'bullets', problemChars)] : []),
      ...(more > 0 ? [paragraph(`… and ${more} more, not listed here`, { isSubtle: true })] : []),
      ...sections.flatMap(({ title, lines }) => [heading(title), list(lines, 'bullets', problemChars)]),
      paragraph(`Notice ${id}`, { size: 'Small', isSubtle: true }, 100),
    ],
    [],
  );
}
