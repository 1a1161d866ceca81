import type { Message } from '../../message.ts';
import type { Phrase } from '../../words/phrase.ts';
import { type EmailContent, pageLinks, renderEmailContent, type Tone } from '../email/renderContent.ts';
import { type AdaptiveCard, type CardElement, cardOf, heading, list, paragraph } from './cardElements.ts';
import { plainLine } from './markdown.ts';
import { type Envelope, mostThatFits } from './request.ts';

/** So many devices are listed before anything else is cut. */
const devicesFirst = 20;

/** How much of the rest is said. */
type Breadth = {
  readonly links: number;
  readonly longestUrl: number;
  readonly steps: number;
  readonly sentences: number;
  readonly noteGroups: number;
  readonly chars: number;
};

/** Each says less than the one before; the last one always fits. */
const breadths: readonly Breadth[] = [
  { links: 4, longestUrl: 4_000, steps: 12, sentences: 6, noteGroups: 2, chars: 800 },
  { links: 4, longestUrl: 500, steps: 6, sentences: 2, noteGroups: 2, chars: 400 },
  { links: 1, longestUrl: 500, steps: 3, sentences: 1, noteGroups: 1, chars: 200 },
];

const factChars = 120;
const nameChars = 260;

const styles: Readonly<Record<Tone, 'attention' | 'warning' | 'accent' | 'good' | 'default'>> = {
  critical: 'attention',
  warning: 'warning',
  info: 'accent',
  good: 'good',
  ended: 'default',
};

/** The request for a message: as many of its devices as fit, and the count of the rest. */
export function renderTeams(message: Message, envelope: Envelope): string {
  const content = renderEmailContent(message);
  const lines = content.devices.map(({ name, state, times }): Phrase => {
    return [{ name }, times === '' ? `: ${state}` : `: ${state}, ${times}`];
  });
  for (const breadth of breadths) {
    const fewest = breadth === breadths.at(-1) ? 0 : Math.min(devicesFirst, lines.length);
    const cardWith = (listed: number) => {
      const more = content.moreDevices + lines.length - listed;
      return card(content, lines.slice(0, listed), more, breadth);
    };
    const request = mostThatFits(cardWith, fewest, lines.length, envelope);
    if (request !== null) return request;
  }
  throw new Error('the shortest card is too long');
}

function card(
  content: EmailContent,
  devices: readonly Phrase[],
  more: number,
  { links, longestUrl, steps, sentences, noteGroups, chars }: Breadth,
): AdaptiveCard {
  const said = content.explanation.slice(0, sentences);
  const body: CardElement[] = [
    {
      type: 'Container',
      style: styles[content.tone],
      bleed: true,
      items: [
        paragraph(content.badge, { weight: 'Bolder' }, factChars),
        paragraph(content.headline, { size: 'Large', weight: 'Bolder' }, nameChars),
      ],
    },
    paragraph(content.reason, { isSubtle: true }, chars),
    {
      type: 'FactSet',
      facts: [...content.facts, ...content.details].map(({ label, value }) => ({
        title: plainLine(label),
        value: plainLine(value, factChars),
      })),
    },
    ...said.map((text) => paragraph(text, {}, chars)),
    ...(content.steps.length > 0
      ? [heading('What to do'), list(content.steps.slice(0, steps), 'numbers', chars)]
      : []),
    ...(content.stepsNote === null ? [] : [paragraph(content.stepsNote, {}, chars)]),
    ...content.notes
      .slice(0, noteGroups)
      .flatMap(({ title, lines }) => [heading(title), list(lines, 'bullets', chars)]),
    ...(devices.length > 0 ? [heading('Devices'), list(devices, 'bullets', nameChars + 100)] : []),
    ...(more > 0 ? [paragraph(`… and ${more} more, not listed here`, { isSubtle: true })] : []),
    ...content.footer.map((line) =>
      paragraph(line, { size: 'Small', isSubtle: true, spacing: 'Small' }, 200),
    ),
  ];
  const all = [...pageLinks(content), ...content.links];
  const short = all.filter(({ url }) => url.length <= longestUrl);
  return cardOf(content.headline, body, short.slice(0, links));
}
