import { type Announcement, announcementKinds } from '../../announcement.ts';
import { html } from '../../html.ts';
import { oneLine } from '../../words/oneLine.ts';
import { isolated } from '../../words/phrase.ts';
import { emailPage, paragraphs, section, text } from './page.ts';
import type { Email } from './render.ts';

const listed = 100;

export function announcementEmail(announcement: Announcement, receiver: string): Email {
  const { id, type, over, summary, explanation } = announcement;
  const { title, list } = announcementKinds[type];
  const more = announcement.problems.length - listed;
  const problems = [
    ...announcement.problems.slice(0, listed),
    ...(more > 0 ? [`and ${more} more, not listed here`] : []),
  ];
  const frame = {
    tone: over ? 'good' : 'warning',
    badge: title,
    headline: summary,
    reason: 'About the responder itself, not about devices.',
    preview: explanation[0] ?? '',
    footer: [
      `Notice ${id}`,
      ['Sent to ', { name: receiver }, ' by the IoT Hub disconnect responder'] as const,
    ],
  } as const;
  const problemList = html`<ul style="margin:0;padding:0 0 0 22px">${problems.map(
    (problem) => html`<li style="margin:0 0 5px;${text}">${problem}</li>`,
  )}</ul>`;
  const blocks = [
    [frame.badge.toUpperCase(), oneLine(summary), frame.reason],
    explanation.map(oneLine),
    problems.length === 0 ? [] : [list.toUpperCase(), ...problems.map((problem) => `- ${oneLine(problem)}`)],
    frame.footer.map(isolated),
  ];
  return {
    subject: oneLine(summary),
    html: emailPage(
      frame,
      [
        section('What it means', html`${paragraphs(explanation)}`),
        ...(problems.length === 0 ? [] : [section(list, problemList)]),
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
