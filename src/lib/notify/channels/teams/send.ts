import { announcementKinds } from '../../announcement.ts';
import type { Channel } from '../../channel.ts';
import { readAnswer } from '../../delivery/httpAnswer.ts';
import { httpPost } from '../../delivery/httpPost.ts';
import { isAnnouncement, isDigest } from '../../message.ts';
import { digestAsList } from '../../words/digest.ts';
import type { Installation } from '../channelKind.ts';
import { localReceivers } from '../localReceivers.ts';
import { renderTeams } from './render.ts';
import { announcementRequest } from './renderAnnouncement.ts';
import { type TeamsSettings, teamsUrlFault } from './settings.ts';

/**
 * Posts a card to a flow. 200 and 202 mean that the flow has begun: what it does then, nobody tells (the flow's own run
 * history does).
 */
export function openTeams(installation: Installation): Channel<TeamsSettings> {
  const local = localReceivers(installation);
  return {
    async send(message, { name, channel, delivery }, nowMs) {
      const { webhookUrl, envelope } = channel;
      const rules = installation.addresses();
      const fault = teamsUrlFault(webhookUrl, rules);
      if (fault !== null) return { kind: 'failedPermanently', error: `the flow's address ${fault}` };
      const body = isAnnouncement(message)
        ? announcementRequest(message, announcementKinds[message.type].list, envelope)
        : isDigest(message)
          ? announcementRequest(digestAsList(message), 'Incidents', envelope)
          : renderTeams(message, envelope);
      const reply = await httpPost(
        {
          url: local === null ? webhookUrl : `${local}/teams/${encodeURIComponent(name)}`,
          named: "the flow's address",
          headers: {},
          body,
          reads: false,
          timeoutMs: delivery.timeoutMs,
        },
        rules,
      );
      if (reply.kind === 'unanswered') return reply.result;
      return readAnswer(reply.status, reply.retryAfter, nowMs);
    },
  };
}
