import { z } from 'zod';

/** Block Kit's limits (docs.slack.dev, reference/block-kit/blocks), and the total that is refused (slackapi/bolt-js#2509). */
const mostBlocks = 50;
const mostCharacters = 13_200;
const longestText = 40_000;

const plainText = (most: number) =>
  z.strictObject({
    type: z.literal('plain_text'),
    text: z.string().min(1).max(most),
    emoji: z.boolean().optional(),
  });
const anyText = (most: number) =>
  z.discriminatedUnion('type', [
    plainText(most),
    z.strictObject({
      type: z.literal('mrkdwn'),
      text: z.string().min(1).max(most),
      verbatim: z.boolean().optional(),
    }),
  ]);
const blockId = { block_id: z.string().max(255).optional() };

const block = z.discriminatedUnion('type', [
  z.strictObject({ ...blockId, type: z.literal('header'), text: plainText(150) }),
  z
    .strictObject({
      ...blockId,
      type: z.literal('section'),
      text: anyText(3_000).optional(),
      fields: z.array(anyText(2_000)).min(1).max(10).optional(),
    })
    .refine(({ text, fields }) => text !== undefined || fields !== undefined),
  z.strictObject({
    ...blockId,
    type: z.literal('context'),
    elements: z.array(anyText(2_000)).min(1).max(10),
  }),
  z.strictObject({ ...blockId, type: z.literal('divider') }),
]);

const blocks = z.array(block).max(mostBlocks);

/** What Slack says of a message's text and blocks; null: it takes them. Knows the blocks that notices are made of. */
export const messageFault = (body: { text?: unknown; blocks?: unknown }): string | null => {
  const { text, blocks: given } = body;
  if (given === undefined) {
    if (typeof text !== 'string' || text === '') return 'no_text';
    return text.length > longestText ? 'msg_too_long' : null;
  }
  const read = blocks.safeParse(given);
  if (!read.success) return 'invalid_blocks';
  return charactersIn(read.data) > mostCharacters ? 'msg_blocks_too_long' : null;
};

const charactersIn = (value: unknown): number => {
  if (Array.isArray(value)) return value.reduce((sum: number, each) => sum + charactersIn(each), 0);
  if (typeof value !== 'object' || value === null) return 0;
  return Object.entries(value).reduce(
    (sum, [key, each]) =>
      sum + (key === 'text' && typeof each === 'string' ? each.length : charactersIn(each)),
    0,
  );
};
