import { nameFault, section, text } from '../../../fields/fieldTypes.ts';
import type { AddressRules } from '../../../outgoing/addressGuard.ts';
import { webhookUrlFault } from '../webhookUrl.ts';

/** By a bot token into a channel, or by the address of an incoming webhook. */
export type SlackSettings = {
  readonly kind: 'slack';
  /** null: the webhook is used. */
  readonly botToken: string | null;
  /** Id or name; null: the webhook is used. */
  readonly channel: string | null;
  /** Of the Web API, without a slash at the end. */
  readonly apiUrl: string;
  /** null: the bot is used. */
  readonly webhookUrl: string | null;
};

const defaultApiUrl = 'https://slack.com/api';

export function slackSection(rules: AddressRules) {
  const address = () =>
    text('use an address that begins with https://', (url) => webhookUrlFault(url, rules));
  return section({
    botToken: text('use the bot token of a Slack app', tokenFault)
      .optional()
      .describe(
        'The bot token of a Slack app with the scope chat:write. One message for an incident, changed in place.',
      ),
    channel: text('use the id of a channel, like C0123ABCD', nameFault)
      .optional()
      .describe('The channel for the bot, by its id. The bot must be a member.'),
    webhookUrl: address()
      .optional()
      .describe('An incoming webhook, in place of a bot: one message for each notice.'),
    apiUrl: address().optional().describe('The Web API, in place of https://slack.com/api.'),
  })
    .superRefine((written, context) => {
      for (const [field, message] of faultsOf(written)) {
        context.addIssue({ code: 'custom', path: field === null ? [] : [field], message, input: written });
      }
    })
    .transform(
      ({ botToken = null, channel = null, webhookUrl = null, apiUrl = defaultApiUrl }): SlackSettings => ({
        kind: 'slack',
        botToken,
        channel,
        apiUrl: apiUrl.replace(/\/+$/, ''),
        webhookUrl,
      }),
    )
    .meta({ oneOf: [{ required: ['botToken', 'channel'] }, { required: ['webhookUrl'] }] });
}

type Written = {
  readonly botToken?: string | undefined;
  readonly channel?: string | undefined;
  readonly webhookUrl?: string | undefined;
  readonly apiUrl?: string | undefined;
};

/** What does not go together. */
function* faultsOf({
  botToken,
  channel,
  webhookUrl,
  apiUrl,
}: Written): Iterable<[keyof Written | null, string]> {
  if (webhookUrl === undefined) {
    if (botToken === undefined && channel === undefined) {
      yield [null, 'has neither botToken and channel nor webhookUrl; use one of the two ways'];
    } else if (botToken === undefined) yield ['botToken', 'is missing; a channel is written to by a bot'];
    else if (channel === undefined)
      yield ['channel', 'is missing; name where the bot writes, like C0123ABCD'];
    return;
  }
  const meant = 'has no effect beside webhookUrl, which has its channel; use one of the two ways';
  if (botToken !== undefined) yield ['botToken', meant];
  if (channel !== undefined) yield ['channel', meant];
  if (apiUrl !== undefined) yield ['apiUrl', meant];
}

function tokenFault(text: string): string | null {
  return /^[\x21-\x7e]{1,500}$/.test(text) ? null : 'is not a bot token; it begins with xoxb-';
}
