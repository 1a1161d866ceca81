import { mostListed } from '../../words/digest.ts';
import type { ChannelKind } from '../channelKind.ts';
import { openSlack } from './send.ts';
import { type SlackSettings, slackSection } from './settings.ts';

/** Messages in a channel of Slack, by a bot or by an incoming webhook. */
export const slack: ChannelKind<SlackSettings> = {
  kind: 'slack',
  section: slackSection,
  plainFields: ['channel'],
  standIns: {
    botToken: (setting) => `xoxb-${setting}`,
    channel: (setting) => setting,
    webhookUrl: (_, host) => `https://${host}`,
    apiUrl: (_, host) => `https://${host}`,
  },
  // A bot has one message for an incident.
  merges: ({ botToken }) => botToken === null,
  changesInPlace: ({ botToken }) => botToken !== null,
  mostInDigest: mostListed,
  open: openSlack,
};
