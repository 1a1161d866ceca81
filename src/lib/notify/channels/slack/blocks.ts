import type { ContextBlock, HeaderBlock, KnownBlock, SectionBlock } from '@slack/types';
import type { Announcement } from '../../announcement.ts';
import type { Message } from '../../message.ts';
import { cutText } from '../../words/cutText.ts';
import { oneLine } from '../../words/oneLine.ts';
import { isolated, type Phrase, plain as withoutMarks } from '../../words/phrase.ts';
import { type EmailContent, pageLinks, renderEmailContent } from '../email/renderContent.ts';
import { code, escapeMarkup, link } from './markup.ts';

/** A message: its blocks, and the text that notifications show. */
export type SlackContent = { readonly text: string; readonly blocks: readonly KnownBlock[] };

/**
 * Slack takes 50 blocks, headers of 150 and sections of 3,000 characters (docs.slack.dev, Block Kit), and refuses about
 * 13,200 characters in all with `msg_blocks_too_long` (slackapi/bolt-js#2509).
 */
const longestHeader = 150;
const longestSection = 3_000;
const mostInAll = 12_000;
const mostFields = 10;

/** Device and module id have up to 128 characters each (azure-facts). */
const longestName = 260;
const longestFact = 300;
const longestExplanation = 1_200;
const longestSteps = 2_000;
const longestNotes = 1_200;
const longestText = 1_000;
const mostProblems = 100;

const signs = { critical: '🔴', warning: '🟠', info: '🔵', good: '✅', ended: '⚪' } as const;

/** The head of an incident: the whole story as it stands, changed in place with each notice. */
export function headContent(message: Message): SlackContent {
  const content = renderEmailContent(message);
  const headline = `${signs[content.tone]} ${isolated(content.headline)}`;
  const above: KnownBlock[] = [
    header(headline),
    plain(isolated(content.reason), longestText),
    ...factFields(content),
    ...paragraphs(content.explanation, longestExplanation),
    ...stepList(content),
    ...noteList(content),
  ];
  const below = [...linkLine(content), context(content.footer.map(isolated).join(' · '))];
  const text = notificationOf(content);
  const room = mostInAll - text.length - sizeOf([...above, ...below]);
  return { text, blocks: [...above, ...deviceList(content, room), ...below] };
}

/** What a later notice adds to the story: the news alone, as the head says the rest. */
export function replyContent(message: Message): SlackContent {
  const content = renderEmailContent(message);
  const line = `${signs[content.tone]} ${isolated(content.headline)}`;
  return {
    text: notificationOf(content),
    blocks: [plain(line, longestSection), context(isolated(content.reason))],
  };
}

function notificationOf({ tone, headline }: EmailContent): string {
  return cutText(escapeMarkup(`${signs[tone]} ${withoutMarks(headline)}`), longestText);
}

export function announcementContent({
  id,
  over,
  summary,
  explanation,
  problems,
  sections = [],
}: Omit<Announcement, 'type' | 'about'> & { readonly about?: string | null }): SlackContent {
  const headline = `${over ? signs.good : signs.warning} ${oneLine(summary)}`;
  const blocks: KnownBlock[] = [header(headline), ...paragraphs(explanation, longestSteps)];
  const lines = problems.slice(0, mostProblems).map((problem) => `• ${oneLine(problem)}`);
  const list = listWithin(lines, 6_000, problems.length - lines.length, (text) =>
    plain(text, longestSection),
  );
  return {
    text: cutText(escapeMarkup(headline), longestText),
    blocks: [
      ...blocks,
      ...list,
      ...sections.map(({ title, lines }) =>
        plain([title, ...lines.map((line) => `• ${oneLine(line)}`)].join('\n'), longestSection),
      ),
      context(`Notice ${id}`),
    ],
  };
}

function header(text: string): HeaderBlock {
  return { type: 'header', text: { type: 'plain_text', text: cutText(text, longestHeader), emoji: false } };
}

function context(text: string): ContextBlock {
  return { type: 'context', elements: [{ type: 'plain_text', text: cutText(text, 500), emoji: false }] };
}

/** Text without any markup. */
function plain(text: string, most: number): SectionBlock {
  return { type: 'section', text: { type: 'plain_text', text: cutText(text, most), emoji: false } };
}

/** Text with markup, in which everything from outside is escaped; `verbatim` makes no links and mentions of it. */
function markup(text: string): SectionBlock {
  return { type: 'section', text: { type: 'mrkdwn', text, verbatim: true } };
}

function factFields({ facts, details }: EmailContent): SectionBlock[] {
  const fields = [...facts, ...details].slice(0, mostFields).map(({ label, value }) => ({
    type: 'mrkdwn' as const,
    text: `*${escapeMarkup(label)}*\n${code(cutText(withoutMarks(value), longestFact))}`,
    verbatim: true,
  }));
  return fields.length === 0 ? [] : [{ type: 'section', fields }];
}

function paragraphs(texts: readonly Phrase[], most: number): SectionBlock[] {
  const text = texts.map(isolated).join('\n');
  return text === '' ? [] : [plain(text, most)];
}

function stepList({ steps, stepsNote }: EmailContent): SectionBlock[] {
  const lines = [
    ...steps.map((step, index) => `${index + 1}. ${isolated(step)}`),
    ...(stepsNote ? [stepsNote] : []),
  ];
  return lines.length === 0 ? [] : [plain(`What to do next\n${lines.join('\n')}`, longestSteps)];
}

function linkLine(content: EmailContent): SectionBlock[] {
  const made = [...pageLinks(content), ...content.links].flatMap(({ label, url }) => link(url, label) ?? []);
  const lines: string[] = [];
  for (const each of made) if ([...lines, each].join(' · ').length <= longestSection) lines.push(each);
  return lines.length === 0 ? [] : [markup(lines.join(' · '))];
}

function noteList({ notes }: EmailContent): SectionBlock[] {
  return notes.map(({ title, lines }) =>
    plain([`${title}:`, ...lines.map((line) => `• ${isolated(line)}`)].join('\n'), longestNotes),
  );
}

/** As many devices as there is room for, and the number of the rest. */
function deviceList({ devices, moreDevices }: EmailContent, room: number): SectionBlock[] {
  const lines = devices.map(({ name, state, times }) => {
    const rest = times === '' ? state : `${state}, ${times}`;
    return `${code(cutText(oneLine(name), longestName))} ${escapeMarkup(rest)}`;
  });
  return listWithin(lines, room, moreDevices, markup);
}

/** Lines in sections, within so many characters; what does not fit is counted beside `unlisted`. */
function listWithin(
  lines: readonly string[],
  room: number,
  unlisted: number,
  block: (text: string) => SectionBlock,
): SectionBlock[] {
  const longestNote = 40;
  const parts: string[] = [];
  let [taken, used] = [0, 0];
  for (const line of lines) {
    const last = parts.at(-1);
    const joins = last !== undefined && last.length + line.length + 1 + longestNote <= longestSection;
    const cost = line.length + 1;
    if (line.length > longestSection - longestNote || used + cost + longestNote > room) break;
    if (joins) parts[parts.length - 1] = `${last}\n${line}`;
    else parts.push(line);
    used += cost;
    taken += 1;
  }
  const rest = lines.length - taken + unlisted;
  if (rest > 0) {
    const note = `and ${rest} more, not listed here`;
    const last = parts.at(-1);
    if (last === undefined) parts.push(note);
    else parts[parts.length - 1] = `${last}\n${note}`;
  }
  return parts.map(block);
}

/** Characters over all text objects. */
export function sizeOf(value: unknown): number {
  if (Array.isArray(value)) return value.reduce((sum: number, each) => sum + sizeOf(each), 0);
  if (typeof value !== 'object' || value === null) return 0;
  const { type, text, ...rest } = value as { type?: unknown; text?: unknown };
  const own =
    (type === 'plain_text' || type === 'mrkdwn') && typeof text === 'string' ? text.length : sizeOf(text);
  return own + sizeOf(Object.values(rest));
}
