import type { Command } from '../../infra/azd/command.ts';
import type { Env } from '../../src/lib/app/settings.ts';
import type { AzureFacts } from './facts.ts';

type Answer = { readonly value: unknown } | { readonly because: string };

/** Asks Azure by its CLI, under the names of docs/deploy.md; why it cannot be asked where it cannot. */
export async function readAzure(env: Env, run: Command): Promise<AzureFacts | { readonly because: string }> {
  const { RESPONDER_GROUP: group, FUNCTION_APP_NAME: name } = env;
  if (!group || !name) return { because: 'RESPONDER_GROUP and FUNCTION_APP_NAME are not set' };
  const az = async (...args: readonly string[]): Promise<Answer> => {
    const ended = await run('az', [...args, '--only-show-errors', '--output', 'json']);
    if (!ended.ok) return { because: ended.complained.split('\n')[0]?.slice(0, 300) || 'az failed' };
    try {
      return { value: JSON.parse(ended.said || 'null') };
    } catch {
      return { because: 'az answered something that is not JSON' };
    }
  };
  const account = await az('account', 'show');
  if ('because' in account) return account;
  const [app, subscription, mailDomain] = await Promise.all([
    az(
      'resource',
      'show',
      '--resource-group',
      group,
      '--name',
      name,
      '--resource-type',
      'Microsoft.Web/sites',
    ),
    readSubscription(env, az),
    readMailDomains(group, az),
  ]);
  return {
    alwaysReady: 'because' in app ? app : alwaysReadyOf(app.value),
    subscription,
    mailDomain,
  };
}

type Az = (...args: readonly string[]) => Promise<Answer>;

/** Flex Consumption: `functionAppConfig.scaleAndConcurrency.alwaysReady`, by function or group. */
function alwaysReadyOf(app: unknown): number {
  const list = at(app, 'properties', 'functionAppConfig', 'scaleAndConcurrency', 'alwaysReady');
  const own = listOf(list).filter((one) =>
    /^function:receive(connectionevent|queuedevents|streamedevents)$/i.test(String(at(one, 'name'))),
  );
  return own.reduce<number>((sum, one) => sum + Number(at(one, 'instanceCount') ?? 0), 0);
}

async function readSubscription(env: Env, az: Az): Promise<AzureFacts['subscription']> {
  const { SYSTEM_TOPIC_ID: topic, EVENT_SUBSCRIPTION_NAME: name } = env;
  if (!topic || !name) return { because: 'SYSTEM_TOPIC_ID and EVENT_SUBSCRIPTION_NAME are not set' };
  const found = await az('resource', 'show', '--ids', `${topic}/eventSubscriptions/${name}`);
  if ('because' in found) return found;
  const properties = at(found.value, 'properties');
  // With an identity the destination stands one level deeper.
  const goesTo =
    at(properties, 'destination', 'properties') ??
    at(properties, 'deliveryWithResourceIdentity', 'destination', 'properties');
  const queue = at(goesTo, 'queueName');
  return {
    state: String(at(properties, 'provisioningState') ?? 'unknown'),
    destination: `${at(goesTo, 'resourceId') ?? 'nowhere'}${queue === undefined ? '' : `/queues/${queue}`}`,
    types: listOf(at(properties, 'filter', 'includedEventTypes')).map(String),
  };
}

/** The domains of the group's mail service, and which of their records are verified (ARM, `verificationStates`). */
async function readMailDomains(group: string, az: Az): Promise<AzureFacts['mailDomain']> {
  const kind = 'Microsoft.Communication/communicationServices';
  const services = await az('resource', 'list', '--resource-group', group, '--resource-type', kind);
  if ('because' in services) return services;
  const linked: { domain: string; unverified: string[] }[] = [];
  for (const service of listOf(services.value)) {
    const shown = await az('resource', 'show', '--ids', String(at(service, 'id')));
    if ('because' in shown) return shown;
    for (const id of listOf(at(shown.value, 'properties', 'linkedDomains'))) {
      const domain = await az('resource', 'show', '--ids', String(id));
      if ('because' in domain) return domain;
      const properties = at(domain.value, 'properties');
      const states = Object.entries((at(properties, 'verificationStates') ?? {}) as object);
      linked.push({
        domain: String(at(properties, 'fromSenderDomain') ?? String(id).split('/').at(-1)),
        // DMARC is advice; a mail goes without it.
        unverified: states
          .filter(([record, state]) => record !== 'DMARC' && at(state, 'status') !== 'Verified')
          .map(([record]) => record),
      });
    }
  }
  return { linked };
}

function at(value: unknown, ...path: readonly string[]): unknown {
  return path.reduce<unknown>(
    (inside, key) =>
      typeof inside === 'object' && inside !== null ? (inside as Record<string, unknown>)[key] : undefined,
    value,
  );
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
