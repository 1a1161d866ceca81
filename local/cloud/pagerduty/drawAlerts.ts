import { type Html, html } from '../../../src/lib/notify/html.ts';
import type { Alert } from './alerts.ts';

const words = { trigger: 'Triggered', acknowledge: 'Acknowledged', resolve: 'Resolved' } as const;

/** The last characters of a key are enough to tell integrations apart. */
const integration = (key: string): string => `…${key.slice(-4)}`;

/** Alerts as PagerDuty lists them, the newest first, each with its log. */
export const drawAlerts = (alerts: readonly Alert[]): Html =>
  html`<ul class="list">${alerts.toReversed().map(
    ({ status, severity, summary, dedupKey, routingKey, log }) => html`<li class="alert">
<div class="subject"><span class="${status === 'resolved' ? 'good' : 'bad'}">${status}</span> ${summary}</div>
<div class="meta">${severity} · integration ${integration(routingKey)} · ${dedupKey}</div>
<ol class="story">${log.map(
      ({ at, action, summary: said }) =>
        html`<li><time datetime="${at}">${at.slice(11, 19)}</time> ${words[action]}${said === '' ? '' : `: ${said}`}</li>`,
    )}</ol></li>`,
  )}</ul>`;
