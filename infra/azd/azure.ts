import type { Env } from '../../src/lib/app/settings.ts';
import { given, groupOf, toSet } from './answers.ts';
import type { Command, Ended } from './command.ts';

/** What Azure has to say about the answers. */
type Findings = {
  readonly problems: readonly string[];
  /** Whether this environment's infrastructure has been made before; its first configuration follows at once. */
  readonly deployed: boolean;
};

type Resource = {
  readonly id: string;
  readonly location: string;
  readonly identity?: { readonly type?: string } | null;
  readonly tags?: Readonly<Record<string, string>> | null;
  readonly properties?: { readonly source?: string };
  readonly source?: string;
};

/**
 * Looks the answers up in Azure: is the group ours, is the hub there, does the region have Flex Consumption, whose topic
 * is it. Keeps the hub's region in the environment, from where the templates take it.
 */
export async function lookUp(env: Env, run: Command): Promise<Findings> {
  const az = (...args: string[]) => run('az', [...args, '--only-show-errors', '--output', 'json']);
  const subscription = env.AZURE_SUBSCRIPTION_ID!;
  const account = await az('account', 'show', '--subscription', subscription);
  if (!account.ok)
    return {
      problems: [`the Azure CLI is not signed in to ${subscription}: az login${words(account)}`],
      deployed: false,
    };
  const kept = await run('azd', ['env', 'get-values', '-e', env.AZURE_ENV_NAME!, '--output', 'json']);
  if (!kept.ok)
    return {
      problems: [`azd cannot read the environment ${env.AZURE_ENV_NAME}${words(kept)}`],
      deployed: false,
    };
  // Not from the shell, where somebody may have put the names of another environment.
  const outputs = JSON.parse(kept.said) as Env;

  const group = await az('group', 'show', '--subscription', subscription, '--name', groupOf(env));
  const hub = await az('resource', 'show', '--ids', env.IOT_HUB_ID!);
  const regions = await az('functionapp', 'list-flexconsumption-locations', '--subscription', subscription);
  const problems = [...groupProblems(env, outputs, group), ...regionProblems(env, regions)];
  if (hub.ok) {
    const region = regionOf((JSON.parse(hub.said) as Resource).location);
    problems.push(...(await keepRegion(env, region, run)), ...(await topicProblems(env, region, az)));
  } else {
    problems.push(`IOT_HUB_ID: az cannot find this hub${words(hub)}`);
  }
  return { problems, deployed: given(outputs, 'EVENT_SUBSCRIPTION_NAME') !== undefined };
}

/** `azd down` deletes the whole group, so it has to be one that this environment has made; and it has only one. */
function groupProblems(env: Env, outputs: Env, group: Ended): string[] {
  const name = groupOf(env);
  const before = given(outputs, 'AZURE_RESOURCE_GROUP');
  if (before && !same(before, name))
    return [
      `the responder of this environment is in the resource group ${before}, and ${name} would get a second one; another group takes another environment (azd env new). Keep it:\n  ${toSet('RESPONDER_RESOURCE_GROUP', before)}`,
    ];
  if (!group.ok)
    return /ResourceGroupNotFound|could not be found/i.test(group.complained)
      ? []
      : [`az cannot say whether the resource group ${name} is there${words(group)}`];
  const { tags } = JSON.parse(group.said) as Resource;
  if (tags?.['azd-env-name'] === env.AZURE_ENV_NAME) return [];
  return [
    `the resource group ${name} is there already and is not of this environment; azd down would delete it, with all that is in it. Choose another:\n  ${toSet('RESPONDER_RESOURCE_GROUP', `rg-responder-${env.AZURE_ENV_NAME}-2`)}`,
  ];
}

/** Where the list cannot be had, Azure says it later. */
function regionProblems(env: Env, regions: Ended): string[] {
  const wanted = given(env, 'AZURE_LOCATION');
  if (!wanted || !regions.ok) return [];
  const names = (JSON.parse(regions.said) as { name: string }[]).map(({ name }) => regionOf(name)).sort();
  return names.length === 0 || names.includes(regionOf(wanted))
    ? []
    : [
        `AZURE_LOCATION is "${wanted}", which has no Flex Consumption: use one of ${names.join(', ')}. Set it:\n  ${toSet('AZURE_LOCATION', '<one of them>')}`,
      ];
}

async function keepRegion(env: Env, region: string, run: Command): Promise<string[]> {
  if (regionOf(env.IOT_HUB_LOCATION ?? '') === region) return [];
  const kept = await run('azd', ['env', 'set', `IOT_HUB_LOCATION=${region}`, '-e', env.AZURE_ENV_NAME!]);
  return kept.ok ? [] : [`the hub is in ${region}. Set it:\n  ${toSet('IOT_HUB_LOCATION', region)}`];
}

/** Event Grid allows one system topic for a hub: an existing one has to be named, and to fit. */
async function topicProblems(
  env: Env,
  region: string,
  az: (...args: string[]) => Promise<Ended>,
): Promise<string[]> {
  const id = given(env, 'EXISTING_SYSTEM_TOPIC_ID');
  if (id) {
    const found = await az('resource', 'show', '--ids', id);
    if (!found.ok) return [`EXISTING_SYSTEM_TOPIC_ID: az cannot find this topic${words(found)}`];
    return misfits(JSON.parse(found.said) as Resource, env.IOT_HUB_ID!, region);
  }
  const [, , hubSubscription, , hubGroup, , , , hubName] = env.IOT_HUB_ID!.split('/');
  const list = await az('eventgrid', 'system-topic', 'list', '--subscription', hubSubscription!);
  if (!list.ok) return [];
  const own = `/resourcegroups/${hubGroup}/providers/microsoft.eventgrid/systemtopics/${`evgt-${hubName}`.slice(0, 50)}`;
  const other = (JSON.parse(list.said) as Resource[]).find(
    (topic) => same(topic.source, env.IOT_HUB_ID) && !topic.id.toLowerCase().endsWith(own.toLowerCase()),
  );
  return other
    ? [
        `the hub has a system topic already, and Event Grid allows one. Use it:\n  ${toSet('EXISTING_SYSTEM_TOPIC_ID', other.id)}`,
      ]
    : [];
}

function misfits(topic: Resource, hubId: string, region: string): string[] {
  const rules: readonly [holds: boolean, problem: string][] = [
    [same(topic.properties?.source, hubId), 'is not the topic of this hub'],
    [
      /SystemAssigned/.test(topic.identity?.type ?? ''),
      'has no system-assigned identity to write dead letters with (docs/deploy.md, "Before you begin")',
    ],
    [regionOf(topic.location) === region, `is in ${topic.location}, and the hub in ${region}`],
  ];
  return rules.filter(([holds]) => !holds).map(([, problem]) => `EXISTING_SYSTEM_TOPIC_ID ${problem}.`);
}

/** Azure writes ids in either case. */
const same = (left: string | undefined, right: string | undefined) =>
  left?.toLowerCase() === right?.toLowerCase();

/** `West Europe` and `westeurope` are one region. */
const regionOf = (name: string) => name.toLowerCase().replaceAll(' ', '');

/** What the command itself says. */
const words = ({ complained }: Ended) =>
  complained === '' ? '' : `\n  ${complained.replaceAll('\n', '\n  ')}`;
