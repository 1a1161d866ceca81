import { z } from 'zod';

const card = z.looseObject({
  type: z.literal('AdaptiveCard'),
  version: z.string(),
  body: z.array(z.looseObject({ type: z.string() })).min(1),
});

const contentType = 'application/vnd.microsoft.card.adaptive';

const message = z.looseObject({
  type: z.literal('message'),
  attachments: z.array(z.looseObject({ contentType: z.literal(contentType), content: card })).min(1),
});

/** The card in what a flow got, with a message around it or without; null: there is none. */
export const cardIn = (body: unknown): object | null => {
  const bare = card.safeParse(body);
  if (bare.success) return bare.data;
  const read = message.safeParse(body);
  return read.success ? (read.data.attachments[0]?.content ?? null) : null;
};
