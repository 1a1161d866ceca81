import type { Facts } from './facts.ts';
import { type Finding, ok, unchecked, wrong } from './finding.ts';

/** Whether mails can be sent: the service, the sender, and the domain that the sender is of. */
export function mailFindings({ configuration, settings, azure }: Facts): Finding[] {
  const check = 'mail';
  if (configuration.problems !== null) return [];
  if (!configuration.receivers.some(({ usesAcs }) => usesAcs))
    return [ok(check, 'no receiver needs Communication Services')];
  if (!settings.mailService)
    return [
      wrong(
        check,
        'no mail service is named',
        'set COMMUNICATION_SERVICES_ENDPOINT, or COMMUNICATION_SERVICES_CONNECTION_STRING',
      ),
    ];
  if (settings.sender === null)
    return [
      wrong(
        check,
        'no sender is named',
        'set EMAIL_SENDER to an address of a domain that is linked to the service',
      ),
    ];
  const domain = settings.sender.split('@')[1]?.toLowerCase() ?? '';
  if (domain === '') return [wrong(check, `${settings.sender} is not an address`, 'correct EMAIL_SENDER')];
  const known = 'because' in azure ? azure : azure.mailDomain;
  const said = `mails come from ${settings.sender}`;
  if ('because' in known)
    return [ok(check, said), unchecked('mail domain', `needs Azure: ${known.because}`, 'see azure')];
  const linked = known.linked.find((one) => one.domain.toLowerCase() === domain);
  if (!linked)
    return [
      wrong(
        'mail domain',
        `${domain} is not linked to the mail service`,
        `use a sender of ${known.linked.map((one) => one.domain).join(' or ') || 'a linked domain'}, or link the domain`,
      ),
    ];
  return [
    ok(check, said),
    linked.unverified.length === 0
      ? ok('mail domain', `${domain} is linked and verified`)
      : wrong(
          'mail domain',
          `${domain}: not verified are ${linked.unverified.join(', ')}`,
          'set the records that the portal shows for the domain, and verify them there',
        ),
  ];
}

/** Who can be told: by a test, where one was sent, else as far as the app remembers. */
export function receiverFindings({ configuration, storage, tests }: Facts): Finding[] {
  const check = 'receivers';
  if (configuration.problems !== null)
    return [unchecked(check, 'the configuration has mistakes', 'see configuration')];
  return configuration.receivers.map(({ name, kind }) => {
    const tested = tests?.get(name);
    if (tested === null) return ok(check, `${name} (${kind}): the test has arrived`);
    if (tested !== undefined)
      return wrong(
        check,
        `${name} (${kind}): ${tested}`,
        `correct its settings; npm run receivers -- test ${name}`,
      );
    const failing = storage?.failing.get(name);
    if (failing) {
      const since = new Date(failing.sinceMs).toISOString();
      return wrong(
        check,
        `${name} (${kind}): cannot be told since ${since}: ${failing.error}`,
        `npm run receivers -- test ${name}, once it is mended`,
      );
    }
    return ok(check, `${name} (${kind}): no failure is known`);
  });
}
