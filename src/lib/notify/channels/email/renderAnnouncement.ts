import { type Announcement, announcementKinds, announcementReason } from '../../announcement.ts';
import { type Html, html } from '../../html.ts';
import { oneLine } from '../../words/oneLine.ts';
import { isolated } from '../../words/phrase.ts';
import { emailPage, paragraphs, section, text } from './page.ts';
import type { Email } from './render.ts';

const listed = 100;

export function announcementEmail(announcement: Announcement, receiver: string): Email {
  const { id, type, over, summary, explanation } = announcement;
  const { title, list } = announcementKinds[type];
  const more = announcement.problems.length - listed;
  const problems: readonly string[] = [
    ...announcement.problems.slice(0, listed),
    ...(more > 0 ? [`and ${more} more, not listed here`] : []),
  ];
  const frame = {
    tone: over ? 'good' : 'warning',
    badge: title,
    headline: summary,
    reason: announcementReason(type),
    preview: explanation[0] ?? '',
    footer: [
      `Notice ${id}`,
      ['Sent to ', { name: receiver }, ' by the IoT Hub disconnect responder'] as const,
    ],
  } as const;
  const lists = [
    ...(problems.length === 0 ? [] : [{ title: list, lines: problems }]),
    ...(announcement.sections ?? []),
  ];
  const blocks = [
    [frame.badge.toUpperCase(), oneLine(summary), frame.reason],
    explanation.map(oneLine),
    ...lists.map(({ title, lines }) => [title.toUpperCase(), ...lines.map((line) => `- ${oneLine(line)}`)]),
    frame.footer.map(isolated),
  ];
  return {
    subject: oneLine(summary),
    html: emailPage(
      frame,
      [
        ...(explanation.length === 0 ? [] : [section('What it means', html`${paragraphs(explanation)}`)]),
        ...lists.map(({ title, lines }) => section(title, listOf(lines))),
      ],
      summary,
    ),
    text: `${blocks
      .filter((lines) => lines.length > 0)
      .map((lines) => lines.join('\n'))
      .join('\n\n')}\n`,
    headers: { 'X-Notice-Id': id, 'Auto-Submitted': 'auto-generated' },
  };
}

function listOf(lines: readonly string[]): Html {
  return html`<ul style="margin:0;padding:0 0 0 22px">${lines.map(
    (line) => html`<li style="margin:0 0 5px;${text}">${line}</li>`,
  )}</ul>`;
}
