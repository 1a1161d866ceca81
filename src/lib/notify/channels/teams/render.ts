import { deviceKey } from '../../../device/device.ts';
import type { DeviceFact, Message } from '../../message.ts';
import { type Clock, clockOf } from '../../words/clock.ts';
import { type EmailContent, renderEmailContent, type Tone } from '../email/renderContent.ts';
import { type AdaptiveCard, type CardElement, cardOf, heading, list, paragraph } from './cardElements.ts';
import { cutTo, plainLine } from './markdown.ts';
import { type Envelope, mostThatFits } from './request.ts';

/** So many devices are listed before anything else is cut. */
const devicesFirst = 20;

/** How much of the rest is said. */
type Breadth = {
  readonly links: number;
  readonly longestUrl: number;
  readonly steps: number;
  readonly sentences: number;
  readonly chars: number;
};

/** Each says less than the one before; the last one always fits. */
const breadths: readonly Breadth[] = [
  { links: 4, longestUrl: 4_000, steps: 12, sentences: 6, chars: 800 },
  { links: 4, longestUrl: 500, steps: 6, sentences: 2, chars: 400 },
  { links: 1, longestUrl: 500, steps: 3, sentences: 1, chars: 200 },
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
  const lines = deviceLines(message);
  for (const breadth of breadths) {
    const fewest = breadth === breadths.at(-1) ? 0 : Math.min(devicesFirst, lines.length);
    const cardWith = (listed: number) => {
      const more = message.devicesTruncated + lines.length - listed;
      return card(content, lines.slice(0, listed), more, breadth);
    };
    const request = mostThatFits(cardWith, fewest, lines.length, envelope);
    if (request !== null) return request;
  }
  throw new Error('the shortest card is too long');
}

function card(
  content: EmailContent,
  devices: readonly string[],
  more: number,
  { links, longestUrl, steps, sentences, chars }: Breadth,
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
      facts: content.facts.map(({ label, value }) => ({
        title: plainLine(label),
        value: plainLine(cutTo(factChars, value)),
      })),
    },
    ...said.map((text) => paragraph(text, {}, chars)),
    ...(content.steps.length > 0
      ? [heading('What to do'), list(content.steps.slice(0, steps), 'numbers', chars)]
      : []),
    ...(content.stepsNote === null ? [] : [paragraph(content.stepsNote, {}, chars)]),
    ...(devices.length > 0 ? [heading('Devices'), list(devices, 'bullets', nameChars + 100)] : []),
    ...(more > 0 ? [paragraph(`… and ${more} more, not listed here`, { isSubtle: true })] : []),
    ...content.footer.map((line) =>
      paragraph(line, { size: 'Small', isSubtle: true, spacing: 'Small' }, 200),
    ),
  ];
  const short = content.links.filter(({ url }) => url.length <= longestUrl);
  return cardOf(content.headline, body, short.slice(0, links));
}

function deviceLines(message: Message): string[] {
  // The one device of a hub as a whole only stands for its connections.
  if (message.hubLevel) return [];
  const clock = clockOf(message.site.timeZone);
  return message.devices.map((device) => deviceLine(device, clock, message.openedAtMs));
}

function deviceLine(device: DeviceFact, clock: Clock, openedAtMs: number): string {
  const { lostContact, backAtMs } = device;
  const lost =
    lostContact && `lost ${clock.shortInterval(lostContact.notBeforeMs, lostContact.notAfterMs, openedAtMs)}`;
  const back = backAtMs === null ? null : `back ${clock.shortInstant(backAtMs, openedAtMs)}`;
  const times = [lost, back].filter((part) => part !== null);
  return [`${cutTo(nameChars, deviceKey(device))}: ${stateOf(device)}`, ...times].join(', ');
}

function stateOf({ deleted, flapping, phase }: DeviceFact): string {
  if (deleted) return 'deleted';
  if (flapping) return 'flapping';
  return { online: 'online', recovering: 'connected again', suspect: 'contact lost', offline: 'offline' }[
    phase
  ];
}
