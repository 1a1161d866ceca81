import { describe, expect, it } from 'vitest';
import type { Command } from '../../../infra/azd/command.ts';
import { readAzure } from '../../../tools/doctor/readAzure.ts';

const env = {
  RESPONDER_GROUP: 'rg-fleet',
  FUNCTION_APP_NAME: 'func-fleet',
  SYSTEM_TOPIC_ID: '/subscriptions/s/systemTopics/topic',
  EVENT_SUBSCRIPTION_NAME: 'responder-fleet',
};
const service = '/subscriptions/s/communicationServices/mail';
const domain = '/subscriptions/s/emailServices/mail/domains/plant.example';

/** Answers as `az` does, by what it is asked; asked for anything else it fails. */
const answers: Readonly<Record<string, unknown>> = {
  'account show': { id: 's' },
  'resource show --resource-group rg-fleet --name func-fleet --resource-type Microsoft.Web/sites': {
    properties: {
      functionAppConfig: {
        scaleAndConcurrency: { alwaysReady: [{ name: 'function:receiveConnectionEvent', instanceCount: 2 }] },
      },
    },
  },
  [`resource show --ids ${env.SYSTEM_TOPIC_ID}/eventSubscriptions/responder-fleet`]: {
    properties: {
      provisioningState: 'Succeeded',
      destination: {
        endpointType: 'AzureFunction',
        properties: { resourceId: '/functions/receiveConnectionEvent' },
      },
      filter: { includedEventTypes: ['Microsoft.Devices.DeviceConnected'] },
    },
  },
  'resource list --resource-group rg-fleet --resource-type Microsoft.Communication/communicationServices': [
    { id: service },
  ],
  [`resource show --ids ${service}`]: { properties: { linkedDomains: [domain] } },
  [`resource show --ids ${domain}`]: {
    properties: {
      fromSenderDomain: 'plant.example',
      verificationStates: {
        Domain: { status: 'Verified' },
        SPF: { status: 'VerificationFailed' },
        DMARC: { status: 'NotStarted' },
      },
    },
  },
};

const az =
  (fails: RegExp | null = null, complained = 'ERROR: (AuthorizationFailed) no'): Command =>
  async (_, args) => {
    const asked = args.join(' ').replace(' --only-show-errors --output json', '');
    const answer = answers[asked];
    if (answer === undefined || fails?.test(asked)) return { ok: false, said: '', complained };
    return { ok: true, said: JSON.stringify(answer), complained: '' };
  };

describe('what Azure says', () => {
  it('is what is always ready, the subscription, and the domains of the mail service', async () => {
    expect(await readAzure(env, az())).toEqual({
      alwaysReady: 2,
      subscription: {
        state: 'Succeeded',
        destination: '/functions/receiveConnectionEvent',
        types: ['Microsoft.Devices.DeviceConnected'],
      },
      mailDomain: { linked: [{ domain: 'plant.example', unverified: ['SPF'] }] },
    });
  });

  it.each([
    ['the names', {}, az(), { because: 'RESPONDER_GROUP and FUNCTION_APP_NAME are not set' }],
    ['the command', env, az(/./, 'az is not installed'), { because: 'az is not installed' }],
    [
      'a role',
      env,
      az(/communicationServices|systemTopics/),
      {
        alwaysReady: 2,
        subscription: { because: 'ERROR: (AuthorizationFailed) no' },
        mailDomain: { because: 'ERROR: (AuthorizationFailed) no' },
      },
    ],
  ])('is left open without %s, with the reason', async (_, given, command, expected) => {
    expect(await readAzure(given, command)).toEqual(expected);
  });
});
