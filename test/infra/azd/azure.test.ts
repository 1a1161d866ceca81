import { describe, expect, it } from 'vitest';
import { lookUp } from '../../../infra/azd/azure.ts';
import type { Ended } from '../../../infra/azd/command.ts';
import { accepted } from './accepted.ts';

const topicId =
  '/subscriptions/s/resourceGroups/events/providers/Microsoft.EventGrid/systemTopics/hub-events';
const ownTopicId =
  '/subscriptions/s/resourceGroups/G/providers/Microsoft.EventGrid/systemTopics/evgt-hub-fleet-01';
const topic = {
  id: topicId,
  location: 'northeurope',
  identity: { type: 'SystemAssigned, UserAssigned' },
  properties: { source: accepted.IOT_HUB_ID.toUpperCase() },
};
const named = { ...accepted, EXISTING_SYSTEM_TOPIC_ID: topicId };

const answer = (value: unknown): Ended => ({ ok: true, said: JSON.stringify(value), complained: '' });
const refusal = (complained: string): Ended => ({ ok: false, said: '', complained });

const asksAzd = 'azd env get-values -e fleet --output json';

/** By the beginnings of commands; what `az` says where all is well. */
const world: Readonly<Record<string, Ended>> = {
  'az account show': answer({}),
  'az group show': refusal("(ResourceGroupNotFound) Resource group 'rg-responder-fleet' could not be found."),
  [`az resource show --ids ${accepted.IOT_HUB_ID}`]: answer({ location: 'northeurope' }),
  [`az resource show --ids ${topicId}`]: answer(topic),
  'az functionapp list-flexconsumption-locations': answer([{ name: 'North Europe' }, { name: 'westeurope' }]),
  'az eventgrid system-topic list': answer([]),
  'azd env set': answer({}),
  [asksAzd]: answer({ AZURE_ENV_NAME: 'fleet' }),
};

/** What azd keeps of an environment that has been deployed. */
const outputs = { AZURE_RESOURCE_GROUP: 'rg-responder-fleet', EVENT_SUBSCRIPTION_NAME: 'responder-fleet-x' };
const keeps = (values: Record<string, string>) => ({ [asksAzd]: answer(values) });

async function look(others: Readonly<Record<string, Ended>> = {}, env: Record<string, string> = accepted) {
  const calls: string[] = [];
  const found = await lookUp(env, async (name, args) => {
    const call = [name, ...args].join(' ');
    calls.push(call);
    const ended = Object.entries({ ...world, ...others }).find(([start]) => call.startsWith(start))?.[1];
    if (!ended) throw new Error(`not expected: ${call}`);
    return ended;
  });
  return { ...found, text: found.problems.join('\n'), calls };
}

it('is content with a hub that is there and a group that is not, and keeps the region of the hub', async () => {
  const { problems, deployed, calls } = await look();
  expect([problems, deployed]).toEqual([[], false]);
  expect(calls).toContain('azd env set IOT_HUB_LOCATION=northeurope -e fleet');
});

it('names the subscription in every call, or an id that has it', async () => {
  const { calls } = await look({}, named);
  const loose = calls.filter((call) => call.startsWith('az ') && !/ --(subscription|ids) /.test(call));
  expect(loose).toEqual([]);
});

it('keeps nothing that is kept already', async () => {
  const { calls } = await look({}, { ...accepted, IOT_HUB_LOCATION: 'North Europe' });
  expect(calls.filter((call) => call.startsWith('azd env set'))).toEqual([]);
});

it('says that az is not signed in, and asks nothing more', async () => {
  const { problems, calls } = await look({ 'az account show': refusal('Please run az login') });
  expect(problems).toEqual([
    'the Azure CLI is not signed in to a-subscription: az login\n  Please run az login',
  ]);
  expect(calls).toHaveLength(1);
});

it('says that azd does not know the environment, and asks nothing more', async () => {
  const { problems, deployed, calls } = await look({ [asksAzd]: refusal('no such environment') });
  expect([problems, deployed]).toEqual([
    ['azd cannot read the environment fleet\n  no such environment'],
    false,
  ]);
  expect(calls).toHaveLength(2);
});

describe('the group', () => {
  const own = { 'az group show': answer({ tags: { 'azd-env-name': 'fleet' } }) };

  it('of this environment is deployed again', async () => {
    expect(await look({ ...own, ...keeps(outputs) })).toMatchObject({ problems: [], deployed: true });
  });

  it('of a deployment that failed is not yet one that is deployed', async () => {
    expect(await look(own)).toMatchObject({ problems: [], deployed: false });
    const unset = keeps({ ...outputs, EVENT_SUBSCRIPTION_NAME: '' });
    expect(await look({ ...own, ...unset })).toMatchObject({ problems: [], deployed: false });
  });

  it('is not that of another environment whose names are in the shell', async () => {
    const shell = { ...accepted, ...outputs, AZURE_RESOURCE_GROUP: 'rg-responder-other' };
    expect(await look(own, shell)).toMatchObject({ problems: [], deployed: false });
  });

  it.each([
    ['rg-fleet', {}, 'rg-responder-fleet'],
    ['rg-responder-fleet', { RESPONDER_RESOURCE_GROUP: 'rg-new' }, 'rg-new'],
  ])('stays %s, where the responder is already', async (before, choice, other) => {
    const kept = keeps({ ...outputs, AZURE_RESOURCE_GROUP: before });
    const { text } = await look(kept, { ...accepted, ...choice });
    expect(text).toBe(
      `the responder of this environment is in the resource group ${before}, and ${other} would get a second one; another group takes another environment (azd env new). Keep it:\n  azd env set RESPONDER_RESOURCE_GROUP=${before}`,
    );
    const keeping = { ...accepted, RESPONDER_RESOURCE_GROUP: before.toUpperCase() };
    expect((await look({ ...own, ...kept }, keeping)).problems).toEqual([]);
  });

  it.each([null, {}, { 'azd-env-name': 'other' }])('with the tags %j is left alone', async (tags) => {
    const { text } = await look({ 'az group show': answer({ tags }) });
    expect(text).toContain(
      'the resource group rg-responder-fleet is there already and is not of this environment; azd down would delete it',
    );
    expect(text).toContain('azd env set RESPONDER_RESOURCE_GROUP=');
  });

  it('is asked for by its own name, and in doubt nothing is made', async () => {
    const env = { ...accepted, RESPONDER_RESOURCE_GROUP: 'rg-hub' };
    const { text, calls } = await look({ 'az group show': refusal('(AuthorizationFailed) no') }, env);
    expect(calls).toContainEqual(expect.stringContaining('--name rg-hub'));
    expect(text).toContain(
      'az cannot say whether the resource group rg-hub is there\n  (AuthorizationFailed) no',
    );
  });
});

describe('the hub and the region', () => {
  it('has to be there', async () => {
    const { text } = await look({ [`az resource show --ids ${accepted.IOT_HUB_ID}`]: refusal('not found') });
    expect(text).toBe('IOT_HUB_ID: az cannot find this hub\n  not found');
  });

  it('says the region where azd does not keep it', async () => {
    const { text } = await look({ 'azd env set': refusal('azd is not installed') });
    expect(text).toContain('azd env set IOT_HUB_LOCATION=northeurope');
  });

  it('has to have Flex Consumption', async () => {
    const { text } = await look({}, { ...accepted, AZURE_LOCATION: 'Norway West' });
    expect(text).toContain(
      'AZURE_LOCATION is "Norway West", which has no Flex Consumption: use one of northeurope, westeurope',
    );
  });

  it.each([refusal('no'), answer([])])('is not looked at where the list cannot be had: %j', async (list) => {
    const env = { ...accepted, AZURE_LOCATION: 'Norway West' };
    expect((await look({ 'az functionapp list-flexconsumption-locations': list }, env)).problems).toEqual([]);
  });
});

describe('the topic', () => {
  it('that is named fits', async () => {
    expect((await look({}, named)).problems).toEqual([]);
  });

  it.each([
    [{ identity: { type: 'UserAssigned' } }, 'has no system-assigned identity'],
    [{ identity: null }, 'has no system-assigned identity'],
    [{ location: 'westeurope' }, 'is in westeurope, and the hub in northeurope'],
    [{ properties: { source: `${accepted.IOT_HUB_ID}2` } }, 'is not the topic of this hub'],
  ])('that is named has %j', async (difference, problem) => {
    const other = { [`az resource show --ids ${topicId}`]: answer({ ...topic, ...difference }) };
    expect((await look(other, named)).text).toContain(`EXISTING_SYSTEM_TOPIC_ID ${problem}`);
  });

  it('that is named is not there', async () => {
    const { text } = await look({ [`az resource show --ids ${topicId}`]: refusal('not found') }, named);
    expect(text).toBe('EXISTING_SYSTEM_TOPIC_ID: az cannot find this topic\n  not found');
  });

  it('that is there already has to be named, if it is not the one that was made here', async () => {
    const list = (id: string) => ({
      'az eventgrid system-topic list': answer([
        { id: '/other', source: '/another/hub' },
        { id, source: accepted.IOT_HUB_ID.toUpperCase() },
      ]),
    });
    expect((await look(list(topicId))).text).toContain(`azd env set EXISTING_SYSTEM_TOPIC_ID=${topicId}`);
    expect((await look(list(ownTopicId))).problems).toEqual([]);
  });

  it('is not looked for where the list cannot be had', async () => {
    expect((await look({ 'az eventgrid system-topic list': refusal('no') })).problems).toEqual([]);
  });
});
