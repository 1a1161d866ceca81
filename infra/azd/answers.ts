import type { Env } from '../../src/lib/app/settings.ts';

/** What is accepted as an answer, how to say so, and how to give one. */
type Answer = {
  readonly accepts: (text: string) => boolean;
  readonly use: string;
  readonly example: string;
  /** Not to be left out. */
  readonly needed?: true;
};

const matches = (pattern: RegExp) => (text: string) => pattern.test(text);

/** Each part of a list with commas between, and at least one. */
const each = (pattern: RegExp) => (text: string) => {
  const items = listOf(text);
  return items.length > 0 && items.every((item) => pattern.test(item));
};

const idOf = (type: string, name: string): Answer => ({
  accepts: matches(
    new RegExp(
      `^/subscriptions/[\\w-]+/resourceGroups/[^/\\s"]+/providers/${type.replace('.', '\\.')}/[^/\\s"]+$`,
      'i',
    ),
  ),
  use: `use the full resource id of a ${type}, with nothing after the name`,
  example: `/subscriptions/…/resourceGroups/…/providers/${type}/${name}`,
});

const yesOrNo: Answer = {
  accepts: matches(/^(true|false)$/i),
  use: 'use true or false',
  example: 'true',
};

/** The answers that azd.parameters.json takes and a person gives. */
export const answers: Readonly<Record<string, Answer>> = {
  IOT_HUB_ID: { ...idOf('Microsoft.Devices/IotHubs', 'hub-fleet-01'), needed: true },
  ALERT_EMAILS: {
    accepts: each(/^[^@\s]+@[^@\s]+$/),
    use: 'name who gets the alerts of the responder, separated by commas',
    example: 'ops@contoso.example',
    needed: true,
  },
  RESPONDER_RESOURCE_GROUP: {
    accepts: matches(/^[-\w.()]{0,89}[-\w()]$/),
    use: 'use at most 90 letters, digits and -_.(), with no dot at the end',
    example: 'rg-responder-fleet',
  },
  EXISTING_SYSTEM_TOPIC_ID: idOf('Microsoft.EventGrid/systemTopics', 'evgt-hub-fleet-01'),
  WORKSPACE_ID: idOf('Microsoft.OperationalInsights/workspaces', 'log-central'),
  COMMUNICATION_SERVICE_ID: idOf('Microsoft.Communication/communicationServices', 'acs-central'),
  RESPONDER_EMAIL_SENDER: {
    accepts: matches(/^[^@\s]+@[^@\s]+$/),
    use: 'use the sender address of that mail service',
    example: 'DoNotReply@contoso.example',
  },
  EXISTING_MAIL_TOPIC_ID: idOf('Microsoft.EventGrid/systemTopics', 'evgt-acs-central'),
  NOTICE_TOPIC_IDS: {
    accepts: each(
      /^\/subscriptions\/[^/]+\/resourceGroups\/[^/]+\/providers\/Microsoft\.EventGrid\/topics\/[^/]+$/i,
    ),
    use: 'use the resource ids of topics, with commas between',
    example:
      '/subscriptions/11111111-1111-1111-1111-111111111111/resourceGroups/rg-events/providers/Microsoft.EventGrid/topics/plant-notices',
  },
  RECEIVER_SETTINGS: {
    accepts: each(/^[A-Z][A-Z0-9_]*$/),
    use: 'use names of upper-case letters, digits and underscores, separated by commas',
    example: 'ONCALL_WEBHOOK_URL,ONCALL_WEBHOOK_SECRET',
  },
  EVENT_SOURCE: {
    accepts: matches(/^(eventGrid|storageQueue|eventHubs)$/),
    use: 'use eventGrid, storageQueue or eventHubs',
    example: 'eventHubs',
  },
  CONNECTION_LOGS: { accepts: matches(/^(new|existing)$/), use: 'use new or existing', example: 'existing' },
  READ_HUB_METRICS: yesOrNo,
  VNET_ADDRESS_PREFIX: {
    accepts: matches(/^\d+(\.\d+){3}\/(\d|1\d|2[0-4])$/),
    use: 'use a prefix of /24 or wider',
    example: '10.40.0.0/24',
  },
  ALLOWED_IP_RANGES: {
    accepts: each(/^\d+(\.\d+){3}\/(\d|[12]\d|30|32)$/),
    use: 'use ranges separated by commas, yours among them; storage accepts no /31',
    example: '203.0.113.7/32',
  },
  EMAIL_DOMAIN: {
    accepts: matches(/^([a-z0-9-]+\.)+[a-z0-9-]+$/i),
    use: 'use a domain',
    example: 'notify.contoso.example',
  },
  EMAIL_DOMAIN_VERIFIED: yesOrNo,
  EMAIL_DATA_LOCATION: {
    accepts: matches(/^[A-Za-z][A-Za-z ]*$/),
    use: 'use a location of Communication Services',
    example: 'Europe',
  },
  ALERT_WEBHOOK: {
    accepts: matches(/^https:\/\/\S+$/),
    use: 'use an address with https',
    example: 'https://alerts.contoso.example/azure',
  },
  DAILY_CAP_GB: {
    accepts: matches(/^(-1|[1-9]\d*)$/),
    use: 'use a whole number, or -1: no cap',
    example: '5',
  },
  INSTANCE_MEMORY_MB: {
    accepts: matches(/^(512|2048|4096)$/),
    use: 'use 512, 2048 or 4096',
    example: '2048',
  },
  ALWAYS_READY: {
    accepts: matches(/^(\d|1\d|20)$/),
    use: 'use a number from 0 to 20; 0 means none',
    example: '1',
  },
};

/** An answer that counts only together with another. */
const together: readonly [given: string, also: string, why: string][] = [
  ['COMMUNICATION_SERVICE_ID', 'RESPONDER_EMAIL_SENDER', 'the sender to use there'],
  ['RESPONDER_EMAIL_SENDER', 'COMMUNICATION_SERVICE_ID', 'the mail service that has this sender'],
  ['EXISTING_MAIL_TOPIC_ID', 'COMMUNICATION_SERVICE_ID', 'the mail service that the topic is of'],
  ['VNET_ADDRESS_PREFIX', 'ALLOWED_IP_RANGES', 'which addresses are let in, yours among them'],
  ['ALLOWED_IP_RANGES', 'VNET_ADDRESS_PREFIX', 'the network that is closed to all others'],
];

/** Every answer that is missing, or would be refused or silently taken for another later. */
export function answerProblems(env: Env): string[] {
  const problems = [...nameProblems(env)];
  for (const [name, { accepts, use, example, needed }] of Object.entries(answers)) {
    const text = given(env, name);
    if (text === undefined ? !needed : accepts(text)) continue;
    const what = text === undefined ? `${name} is not set` : `${name} is "${shown(name, text)}"`;
    problems.push(`${what}: ${use}${pathHint(text)}. Set it:\n  ${toSet(name, example)}`);
  }
  for (const [name, also, why] of together)
    if (given(env, name) !== undefined && given(env, also) === undefined)
      problems.push(`${name} is set, but not ${why}. Set it:\n  ${toSet(also, answers[also]!.example)}`);
  if (env.CONNECTION_LOGS === 'existing' && !given(env, 'WORKSPACE_ID'))
    problems.push(
      `CONNECTION_LOGS is "existing": name the workspace that gets them. Set it:\n  ${toSet('WORKSPACE_ID', answers.WORKSPACE_ID!.example)}`,
    );
  if (isTrue(env.EMAIL_DOMAIN_VERIFIED) && !given(env, 'EMAIL_DOMAIN'))
    problems.push(
      `EMAIL_DOMAIN_VERIFIED is "true", but there is no domain. Set it:\n  ${toSet('EMAIL_DOMAIN', answers.EMAIL_DOMAIN!.example)}`,
    );
  return problems;
}

/** The group that `azd up` makes and `azd down` deletes, as azd.bicep names it. */
export const groupOf = (env: Env): string =>
  given(env, 'RESPONDER_RESOURCE_GROUP') ?? `rg-responder-${env.AZURE_ENV_NAME}`;

export const listOf = (text: string | undefined): string[] =>
  (text ?? '')
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');

export const toSet = (name: string, value: string): string => `azd env set ${name}=${value}`;

/** An answer; one that is empty is none. */
export const given = (env: Env, name: string): string | undefined => env[name] || undefined;

const isTrue = (text: string | undefined) => text?.toLowerCase() === 'true';

/** What azd itself asks for has to be known before anything is looked at in Azure. */
function* nameProblems(env: Env): Iterable<string> {
  if (!/^[a-z][a-z0-9-]{1,11}$/.test(env.AZURE_ENV_NAME ?? ''))
    yield `the name of the azd environment, "${env.AZURE_ENV_NAME ?? ''}", names the installation: use 2 to 12 lower-case letters, digits\n  and dashes, starting with a letter. Make another:\n  azd env new fleet`;
  if (!given(env, 'AZURE_SUBSCRIPTION_ID'))
    yield `no subscription is chosen yet. Choose it:\n  ${toSet('AZURE_SUBSCRIPTION_ID', '<id>')}`;
}

/** The address of a webhook may hold its secret. */
const shown = (name: string, text: string) => (name === 'ALERT_WEBHOOK' ? '…' : text);

function pathHint(text: string | undefined): string {
  return /^[A-Z]:.*\/subscriptions\//i.test(text ?? '')
    ? ' (Git Bash made a path of it: export MSYS_NO_PATHCONV=1)'
    : '';
}
