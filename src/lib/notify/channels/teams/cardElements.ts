import type { Phrase } from '../../words/phrase.ts';
import { plainLine } from './markdown.ts';

/** The parts of Adaptive Cards 1.4 that a notice uses (adaptivecards.io/explorer). */
export type CardElement =
  | {
      readonly type: 'TextBlock';
      readonly text: string;
      readonly wrap: true;
      readonly size?: 'Small' | 'Medium' | 'Large';
      readonly weight?: 'Bolder';
      readonly isSubtle?: true;
      readonly spacing?: 'Small' | 'Medium';
      readonly separator?: true;
    }
  | {
      readonly type: 'FactSet';
      readonly facts: readonly { readonly title: string; readonly value: string }[];
    }
  | {
      readonly type: 'Container';
      readonly style: 'attention' | 'warning' | 'accent' | 'good' | 'default';
      readonly bleed: true;
      readonly items: readonly CardElement[];
    };

export type AdaptiveCard = {
  readonly $schema: string;
  readonly type: 'AdaptiveCard';
  /** The newest that the clients for phones draw. */
  readonly version: '1.4';
  readonly fallbackText: string;
  /** The whole width of the channel. */
  readonly msteams: { readonly width: 'Full' };
  readonly body: readonly CardElement[];
  readonly actions: readonly {
    readonly type: 'Action.OpenUrl';
    readonly title: string;
    readonly url: string;
  }[];
};

const textChars = 800;

type TextBlock = Extract<CardElement, { readonly type: 'TextBlock' }>;
type Look = Omit<TextBlock, 'type' | 'text' | 'wrap'>;

/** One paragraph of text that nobody reads as markup. */
export function paragraph(text: Phrase, look: Look = {}, chars = textChars): CardElement {
  return { type: 'TextBlock', text: plainLine(text, chars), wrap: true, ...look };
}

export function heading(text: string): CardElement {
  return paragraph(text, { weight: 'Bolder', spacing: 'Medium', separator: true });
}

/** A list; Microsoft's pages about cards separate its lines by `\r`. */
export function list(lines: readonly Phrase[], mark: 'bullets' | 'numbers', chars = textChars): CardElement {
  const marked = lines.map((line, index) => {
    const start = mark === 'numbers' ? `${index + 1}.` : '-';
    return `${start} ${plainLine(line, chars)}`;
  });
  return { type: 'TextBlock', text: marked.join('\r'), wrap: true, spacing: 'Small' };
}

export function cardOf(
  fallbackText: Phrase,
  body: readonly CardElement[],
  links: readonly { readonly label: string; readonly url: string }[],
): AdaptiveCard {
  return {
    $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
    type: 'AdaptiveCard',
    version: '1.4',
    fallbackText: plainLine(fallbackText, textChars),
    msteams: { width: 'Full' },
    body,
    actions: links.map(({ label, url }) => ({ type: 'Action.OpenUrl', title: label, url })),
  };
}
