import { createHash } from 'node:crypto';
import type { Announcement } from '../../announcement.ts';
import type { Message } from '../../message.ts';
import { cutText } from '../../words/cutText.ts';
import { oneLine } from '../../words/oneLine.ts';
import { type Phrase, plain } from '../../words/phrase.ts';
import { pageLinks, renderEmailContent } from '../email/renderContent.ts';

/** The longest `summary` and `dedup_key`, in characters (Events API v2, "Send an Alert Event"). */
const longestSummary = 1_024;
const longestDedupKey = 255;
/** The API names no bound for it. */
const longestSource = 255;

/** With these bounds and at most 100 devices an event stays far below the 512 KB that the API takes. */
const longestText = 2_000;
const mostSteps = 30;
const mostProblems = 100;

/** An event without the key of the integration that it is for. */
export type PagerDutyEvent = {
  readonly event_action: 'trigger' | 'acknowledge' | 'resolve';
  readonly dedup_key: string;
  readonly client: string;
  readonly client_url?: string;
  readonly links: readonly { readonly href: string; readonly text: string }[];
  readonly payload: {
    readonly summary: string;
    readonly source: string;
    readonly severity: 'critical' | 'warning' | 'info';
    readonly timestamp: string;
    readonly component?: string;
    readonly group?: string;
    readonly class: string;
    readonly custom_details: Readonly<Record<string, unknown>>;
  };
};

const client = 'IoT Hub disconnect responder';

/**
 * The event of a notice. Whatever is said while the problem stands is a trigger of the same alert, but that somebody has
 * it: that acknowledges the alert. A trigger does not take that back: an acknowledged alert stays acknowledged, and
 * notifies nobody, until it is resolved or the service's acknowledgement timeout ends it (Events API v2, "Acknowledge";
 * support.pagerduty.com, "Incidents").
 */
export function buildEvent(message: Message): PagerDutyEvent {
  const { hub, site, severity, counts, diagnosis, links, hubLevel } = message;
  const content = renderEmailContent(message);
  return {
    event_action: actionOf(message),
    dedup_key: dedupKey(`${message.incidentId}/${message.receiver}`),
    client,
    ...(links.incident === null ? {} : { client_url: links.incident }),
    links: [...pageLinks(content), ...content.links].map(({ label, url }) => ({
      href: url,
      text: label,
    })),
    payload: {
      summary: summaryOf(plain(content.headline)),
      source: cutText(oneLine(`${hub}/${site.id}`), longestSource),
      severity,
      timestamp: new Date(message.nowMs).toISOString(),
      component: cutText(oneLine(site.name), longestText),
      group: hub,
      class: diagnosis.cause,
      custom_details: {
        reason: textOf(content.reason),
        ...Object.fromEntries(
          [...content.facts, ...content.details].map(({ label, value }) => [label, textOf(value)]),
        ),
        counts: { ...counts, silenced: counts.silenced ?? 0 },
        acknowledged: acknowledgementOf(message),
        notes: content.notes.flatMap(({ title, lines }) => lines.map((line) => `${title}: ${textOf(line)}`)),
        ...(hubLevel ? { connections: hubLevel } : {}),
        devices: content.devices.map(({ name, state, times }) =>
          textOf(`${name}: ${state}${times === '' ? '' : `, ${times}`}`),
        ),
        devicesNotListed: content.moreDevices,
        cause: { cause: diagnosis.cause, confidence: diagnosis.confidence },
        explanation: content.explanation.slice(0, mostSteps).map(textOf),
        steps: content.steps.slice(0, mostSteps).map(textOf),
        incident: message.incidentId,
        notice: message.noticeId,
        links: message.links,
      },
    },
  };
}

function actionOf({ status, reason, acknowledged }: Message): PagerDutyEvent['event_action'] {
  if (status === 'resolved') return 'resolve';
  return reason === 'acknowledged' && acknowledged !== null ? 'acknowledge' : 'trigger';
}

function acknowledgementOf({ acknowledged }: Message): object | null {
  if (acknowledged === null) return null;
  const { by, atMs, untilMs, note } = acknowledged;
  return {
    by: textOf([{ name: oneLine(by) }]),
    at: new Date(atMs).toISOString(),
    until: new Date(untilMs).toISOString(),
    note: note === null ? null : cutText(oneLine(note), longestText),
  };
}

/** Good news of what an announcement was about closes the alert that the bad news opened. */
export function announcementEvent(
  announcement: Announcement,
  receiver: string,
  nowMs: number,
): PagerDutyEvent {
  const { id, type, about, over, summary, explanation, problems, sections } = announcement;
  return {
    event_action: over ? 'resolve' : 'trigger',
    dedup_key: dedupKey(`responder/${about}/${receiver}`),
    client,
    links: [],
    payload: {
      summary: summaryOf(summary),
      source: client,
      severity: type === 'shift.digest' ? 'info' : 'warning',
      timestamp: new Date(nowMs).toISOString(),
      class: type,
      custom_details: {
        explanation: explanation.map((text) => cutText(oneLine(text), longestText)),
        problems: problems.slice(0, mostProblems).map((problem) => cutText(oneLine(problem), longestText)),
        problemsNotListed: Math.max(0, problems.length - mostProblems),
        ...Object.fromEntries(
          (sections ?? []).map(({ title, lines }) => [
            title,
            lines.map((line) => cutText(oneLine(line), longestText)),
          ]),
        ),
        notice: id,
      },
    },
  };
}

function textOf(phrase: Phrase): string {
  return cutText(plain(phrase), longestText);
}

function summaryOf(text: string): string {
  return cutText(oneLine(text), longestSummary);
}

/** A key that is too long is stood for by its SHA-256. */
function dedupKey(text: string): string {
  return text.length <= longestDedupKey ? text : createHash('sha256').update(text).digest('hex');
}
