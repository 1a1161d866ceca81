import type { AdaptiveCard } from './cardElements.ts';

/**
 * The longest request. Teams refuses a message whose properties are longer than 28 KB after its own conversion, which
 * makes them longer by a fifth or more (MicrosoftDocs/msteams-docs#11274): this leaves room for it.
 */
export const longestRequestBytes = 20_480;

/** `message`: as most flows take it; `card`: the card alone, for flows that post what they get. */
export type Envelope = 'message' | 'card';

/** The body of the request. */
export function requestOf(card: AdaptiveCard, envelope: Envelope): string {
  if (envelope === 'card') return JSON.stringify(card);
  const contentType = 'application/vnd.microsoft.card.adaptive';
  return JSON.stringify({ type: 'message', attachments: [{ contentType, contentUrl: null, content: card }] });
}

/**
 * The request with as many of the items as fit; null: not even with the fewest.
 * @param cardWith the card with so many of them
 */
export function mostThatFits(
  cardWith: (items: number) => AdaptiveCard,
  fewest: number,
  most: number,
  envelope: Envelope,
): string | null {
  const requestWith = (items: number) => {
    const request = requestOf(cardWith(items), envelope);
    return Buffer.byteLength(request) <= longestRequestBytes ? request : null;
  };
  let best = requestWith(most);
  if (best !== null) return best;
  best = requestWith(fewest);
  if (best === null) return null;
  let [fits, tooMany] = [fewest, most];
  while (tooMany - fits > 1) {
    const middle = Math.floor((fits + tooMany) / 2);
    const request = requestWith(middle);
    if (request === null) tooMany = middle;
    else [fits, best] = [middle, request];
  }
  return best;
}
