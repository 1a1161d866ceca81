import { mostListed } from '../../words/digest.ts';
import type { ChannelKind } from '../channelKind.ts';
import { openTeams } from './send.ts';
import { type TeamsSettings, teamsSection } from './settings.ts';

/** Adaptive Cards to a channel of Microsoft Teams, by a flow of Power Automate. */
export const teams: ChannelKind<TeamsSettings> = {
  kind: 'teams',
  section: teamsSection,
  plainFields: ['envelope'],
  standIns: {
    webhookUrl: (_, host) => `https://${host.replace(/\W/g, '')}.environment.api.powerplatform.com`,
  },
  merges: () => true,
  mostInDigest: mostListed,
  open: openTeams,
};
